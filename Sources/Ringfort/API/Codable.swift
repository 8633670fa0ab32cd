import Bytes
import JSON

extension Request {
    /// The body as a value of a type, read from JSON.
    ///
    /// A type may ask for more than the route's schema does; what it doesn't take is the client's fault.
    /// - Throws: 400 when the body is none of that type, and the log says where; 500 when the route takes no body.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(Problem) -> Value {
        guard let json else { throw .internalFault(reason: "route_without_body") }
        do throws(JSONDecodingError) {
            return try json.decode(type)
        } catch {
            throw .badRequest(
                reason: "undecodable_body", explanation: "The body is not what this route takes.",
                detail: LogDetail("\(error)"))
        }
    }
}

extension ResponseWriter {
    /// Answers with a value as JSON. It allocates, as `json(_:)` with a closure doesn't.
    ///
    /// - Throws: 500 when the value can't be encoded; the log says why.
    public mutating func json(_ value: some Encodable) throws(Problem) {
        mediaType = .json
        do {
            try body.append(json: value)
        } catch {
            throw .internalFault(reason: "unencodable_answer", detail: LogDetail("\(error)"))
        }
    }
}
