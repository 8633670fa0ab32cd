internal import Bytes

/// What one issuer's tokens must say to be taken, besides being signed with one of its keys.
public struct IssuerRequirements: Sendable, Equatable {
    /// The only issuer (`iss`), matched byte for byte; nil for any, which is only possible where there is one.
    public var issuer: String?
    /// The audiences (`aud`) of which one must be named, byte for byte; empty for any.
    public var audiences: [String]
    /// The required type (`typ`) of a JWT; see `ClaimsPolicy`.
    public var type: String?
    /// How far clocks may differ, in seconds: 0 to 120.
    public var clockSkewSeconds: Int64
    /// How far ahead a token may expire, in seconds: up to 1,000 years.
    public var longestLifetimeSeconds: Int64
    /// The claim that names roles, a text or an array of texts, whose scopes are granted, too; nil where none does. It is a
    /// member of the claims themselves, and none that is registered for something else.
    public var rolesClaim: String?

    /// Requirements; the defaults are those of the security model.
    public init(
        issuer: String? = nil, audiences: [String] = [], type: String? = nil, clockSkewSeconds: Int64 = 30,
        longestLifetimeSeconds: Int64 = 86_400, rolesClaim: String? = nil
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.type = type
        self.clockSkewSeconds = clockSkewSeconds
        self.longestLifetimeSeconds = longestLifetimeSeconds
        self.rolesClaim = rolesClaim
    }
}

/// The same in bytes. Empty bytes stand for a requirement that there is not.
///
/// Not private: the compiler loses the symbol of a private type in a generic that another file destroys.
struct IssuerRule: ~Copyable, Sendable {
    let issuer: ByteBuffer
    let audiences: FixedArray<ByteBuffer>
    /// In lower case and without `application/`.
    let type: ByteBuffer
    let rolesClaim: ByteBuffer
    let clockSkewSeconds: Int64
    let longestLifetimeSeconds: Int64

    init(_ requirements: IssuerRequirements) throws(PolicyError) {
        guard (0...120).contains(requirements.clockSkewSeconds) else { throw .clockSkewOutOfRange }
        guard (1...Self.mostLifetimeSeconds).contains(requirements.longestLifetimeSeconds) else {
            throw .lifetimeOutOfRange
        }
        let type = requirements.type.map(Self.shortType)
        let texts = [requirements.issuer, type, requirements.rolesClaim] + requirements.audiences
        guard !texts.contains("") else { throw .emptyRequirement }
        if let claim = requirements.rolesClaim, Self.registeredClaims.contains(claim) { throw .registeredRolesClaim }
        issuer = Self.bytes(requirements.issuer)
        audiences = FixedArray(count: requirements.audiences.count) { Self.bytes(requirements.audiences[$0]) }
        self.type = Self.bytes(type)
        rolesClaim = Self.bytes(requirements.rolesClaim)
        clockSkewSeconds = requirements.clockSkewSeconds
        longestLifetimeSeconds = requirements.longestLifetimeSeconds
    }

    private static func bytes(_ text: String?) -> ByteBuffer { ByteBuffer(copying: (text ?? "").utf8.span.raw) }

    private static func shortType(_ type: String) -> String {
        let type = type.lowercased()
        return type.hasPrefix("application/") ? String(type.dropFirst("application/".count)) : type
    }

    private static let registeredClaims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "scp", "cnf"]
    private static let mostLifetimeSeconds: Int64 = 1_000 * 31_557_600
}
