/// A service that gets tokens with a secret of its own (RFC 6749 section 4.4).
public struct Client: Sendable, Equatable {
    /// Its name, which stands in its tokens as their subject: 1 to 64 bytes of `[A-Za-z0-9._@-]`. No user has it.
    public let id: String
    /// What it is, for people.
    public let label: String
    /// What its tokens may allow: names with single spaces between them.
    public let scopes: String
    /// Whether it may ask what is known of any token (RFC 7662).
    public let mayIntrospect: Bool
    /// Since when it gets no more tokens, in Unix seconds; nil while it does.
    public let disabledUnixSeconds: Int64?
    /// When it was added, in Unix seconds.
    public let createdUnixSeconds: Int64
}
