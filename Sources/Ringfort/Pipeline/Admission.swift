import HTTPWire

/// What the stages before the body have found out about a request.
struct Admission {
    let route: Int
    let parameters: PathParameters
    let correlationID: CorrelationID
    /// The canonical path was decoded, and stands in the scratch buffer.
    let pathIsDecoded: Bool
}
