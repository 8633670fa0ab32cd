/// How the end of a request's body is found (RFC 9112 section 6.3).
public enum BodyFraming: Equatable, Sendable {
    /// There is no body.
    case none
    /// The body is this many bytes, which may be zero.
    case contentLength(UInt64)
    /// The body comes in chunks.
    case chunked
}
