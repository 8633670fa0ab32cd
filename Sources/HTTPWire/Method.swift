/// A request method (RFC 9110 section 9.3, RFC 5789). Methods are case-sensitive tokens; one that is not here is
/// parsed as a token and answered by the caller with 501.
public enum Method: UInt8, CaseIterable, Sendable {
    case get, head, post, put, delete, patch, options, trace, connect

    /// The method as it stands on the wire.
    public var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .patch: "PATCH"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        }
    }
}
