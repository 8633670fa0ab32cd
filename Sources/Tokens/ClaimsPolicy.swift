internal import Bytes

/// What a token must say to be taken, besides being signed.
///
/// What is configured is required; what is nil is not looked at, except that a claim of the wrong kind is always refused.
public struct ClaimsPolicy: ~Copyable, Sendable {
    // An empty text stands for a requirement that is not configured.
    /// The only issuer (`iss`), matched byte for byte.
    let issuer: ByteBuffer
    /// The audience (`aud`) that must be named, alone or among others, byte for byte.
    let audience: ByteBuffer
    /// A JWT's type (`typ`), in lower case and without `application/`.
    let type: ByteBuffer
    /// What sender and receiver agree on without sending it (PASETO versions 3 and 4): empty unless configured.
    let implicitAssertion: ByteBuffer
    /// How far clocks may differ, in seconds: one value for `exp`, `nbf` and `iat`.
    let clockSkewSeconds: Int64
    /// How far ahead a token may expire, in seconds.
    let longestLifetimeSeconds: Int64
    /// How long a token may be, in bytes.
    let longestTokenBytes: Int

    /// A policy.
    ///
    /// - Parameters:
    ///   - issuer: the required `iss`.
    ///   - audience: the required `aud`.
    ///   - type: the required `typ` of a JWT, such as `at+jwt` (RFC 9068); `application/` in front and the case of ASCII
    ///     letters make no difference. Without it a JWT may have no `typ`, `JWT` or `at+jwt`, and is refused as anything
    ///     else, so that a token for another use is not taken for an access token (RFC 8725 section 3.11).
    ///   - implicitAssertion: what a PASETO's signature must cover besides the token itself.
    ///   - clockSkewSeconds: 0 to 120.
    ///   - longestLifetimeSeconds: 1 second to 1,000 years.
    ///   - longestTokenBytes: 1 to `TokenVerifier.mostBytes`.
    /// - Throws: `PolicyError` when a number is out of its range or a required text is empty.
    public init(
        issuer: String? = nil, audience: String? = nil, type: String? = nil, implicitAssertion: String = "",
        clockSkewSeconds: Int64 = 30, longestLifetimeSeconds: Int64 = 86_400,
        longestTokenBytes: Int = TokenVerifier.mostBytes
    ) throws(PolicyError) {
        guard (0...120).contains(clockSkewSeconds) else { throw .clockSkewOutOfRange }
        guard (1...Self.mostLifetimeSeconds).contains(longestLifetimeSeconds) else { throw .lifetimeOutOfRange }
        guard (1...TokenVerifier.mostBytes).contains(longestTokenBytes) else { throw .tokenLengthOutOfRange }
        let type = type.map(Self.shortType)
        guard issuer != "", audience != "", type != "" else { throw .emptyRequirement }
        self.issuer = Self.bytes(issuer ?? "")
        self.audience = Self.bytes(audience ?? "")
        self.type = Self.bytes(type ?? "")
        self.implicitAssertion = Self.bytes(implicitAssertion)
        self.clockSkewSeconds = clockSkewSeconds
        self.longestLifetimeSeconds = longestLifetimeSeconds
        self.longestTokenBytes = longestTokenBytes
    }

    private static func bytes(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer(capacity: text.utf8.count)
        buffer.append(text)
        return buffer
    }

    private static func shortType(_ type: String) -> String {
        let type = type.lowercased()
        return type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
    }

    private static let mostLifetimeSeconds: Int64 = 1_000 * 31_557_600
}

/// Why a policy can't be had.
public enum PolicyError: Error, Equatable, Sendable {
    case clockSkewOutOfRange
    case lifetimeOutOfRange
    case tokenLengthOutOfRange
    case emptyRequirement
}
