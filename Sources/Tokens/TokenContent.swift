/// What a new token is to say.
public struct TokenContent: Sendable {
    /// Who it is about (`sub`): 1 to 255 bytes without control characters.
    public var subject: String
    /// What it allows (`scope`): scope names with single spaces between them, or nothing.
    public var scope: String
    /// Who makes it (`iss`), if it is to say so.
    public var issuer: String?
    /// Whom it is for (`aud`), if it is to say so.
    public var audience: String?
    /// The SHA-256 hash of the certificate, in DER, whose owner alone may bring it (RFC 8705 section 3.1), if there is one.
    public var certificateHash: InlineArray<32, UInt8>?
    /// How long it lives, in seconds, from 1.
    public var lifetimeSeconds: Int64
    /// Its name (`jti`); nil for a random one.
    public var tokenID: String?
    /// Members of its own, as the text of a JSON object: `{"tenant":"blue"}`. None of those that a token gets from the
    /// properties above, nor `iat`, `exp` or `jti`.
    public var otherClaims: String

    /// A token's content. Tokens live 15 minutes unless something else is said.
    public init(
        subject: String, scope: String = "", issuer: String? = nil, audience: String? = nil,
        lifetimeSeconds: Int64 = 900, otherClaims: String = "{}"
    ) {
        self.subject = subject
        self.scope = scope
        self.issuer = issuer
        self.audience = audience
        self.lifetimeSeconds = lifetimeSeconds
        self.otherClaims = otherClaims
    }
}

/// Why a token is not made.
public enum IssueError: Error, Equatable, Sendable {
    /// The subject is empty, longer than 255 bytes, or holds a control character.
    case invalidSubject
    /// The scope holds something that is no scope name (RFC 6749 section 3.3), or two spaces together.
    case invalidScope
    /// The other claims are no JSON object, or one of them is a claim that the token has anyway.
    case invalidClaims
    /// The token would live less than a second, or beyond the year 9999.
    case invalidLifetime
    /// The token would be longer than a verifier takes.
    case tooLong
    /// An implicit assertion is given, and a PASETO of version 2 covers none.
    case assertionNotCovered
    /// The library that signs had no randomness or no memory left.
    case noSignature
}
