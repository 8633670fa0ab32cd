import HTTPWire
import Tokens

/// What the stages before the body have found out about a request.
struct Admission {
    let route: Int
    let parameters: PathParameters
    let correlationID: CorrelationID
    /// Where the verified claims stand in their bytes; nil when nobody was asked who they are.
    let claims: ClaimsTable?
    /// The canonical path was decoded, and stands in the scratch buffer.
    let pathIsDecoded: Bool
}
