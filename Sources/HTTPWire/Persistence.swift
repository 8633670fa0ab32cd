/// What an answer says about its connection (RFC 9112 section 9.3).
public enum Persistence: Sendable {
    /// Nothing, since HTTP/1.1 goes on by itself.
    case implied
    /// `Connection: keep-alive`, for a client of HTTP/1.0 that asked for it.
    case keepAlive
    /// `Connection: close`: this is the connection's last answer.
    case close
}

extension RequestHead {
    /// What the answer must say about the connection if it is to stay open as far as the client is concerned.
    @inlinable
    public var persistence: Persistence {
        guard keepAlive else { return .close }
        return version == .http11 ? .implied : .keepAlive
    }
}
