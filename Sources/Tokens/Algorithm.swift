/// How a token is made safe. It is a property of the key, never of the token: what a token says of its own algorithm is
/// compared with its key's and else ignored (RFC 8725 section 3.1).
public enum Algorithm: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// JWT with HMAC-SHA-256 (RFC 7518 section 3.2).
    case hs256
    /// JWT with HMAC-SHA-384.
    case hs384
    /// JWT with HMAC-SHA-512.
    case hs512
    /// JWT with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 7518 section 3.3).
    case rs256
    /// JWT with RSASSA-PKCS1-v1_5 and SHA-384.
    case rs384
    /// JWT with RSASSA-PKCS1-v1_5 and SHA-512.
    case rs512
    /// JWT with RSASSA-PSS and SHA-256 (RFC 7518 section 3.5).
    case ps256
    /// JWT with RSASSA-PSS and SHA-384.
    case ps384
    /// JWT with RSASSA-PSS and SHA-512.
    case ps512
    /// JWT with ECDSA over P-256 and SHA-256 (RFC 7518 section 3.4).
    case es256
    /// JWT with ECDSA over P-384 and SHA-384.
    case es384
    /// JWT with ECDSA over P-521 and SHA-512.
    case es512
    /// JWT with Ed25519 under the name `EdDSA` (RFC 8037 section 3.1).
    case edDSA
    /// JWT with Ed25519 under the name `Ed25519` (RFC 9864 section 2.2).
    case ed25519
    /// PASETO version 4, public: Ed25519 again, over another message.
    case v4Public
    /// PASETO version 4, local: XChaCha20 and BLAKE2b.
    case v4Local
    /// PASETO version 3, public: ECDSA over P-384.
    case v3Public
    /// PASETO version 3, local: AES-256 in counter mode and HMAC-SHA-384.
    case v3Local
    /// PASETO version 2, public: Ed25519.
    case v2Public
    /// PASETO version 2, local: XChaCha20-Poly1305.
    case v2Local

    /// The name in a JOSE header, or version and purpose of a PASETO.
    public var name: StaticString {
        switch self {
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .edDSA: "EdDSA"
        case .ed25519: "Ed25519"
        case .v4Public: "v4.public"
        case .v4Local: "v4.local"
        case .v3Public: "v3.public"
        case .v3Local: "v3.local"
        case .v2Public: "v2.public"
        case .v2Local: "v2.local"
        }
    }

    /// The kind of token that it belongs to.
    var format: TokenFormat {
        switch self {
        case .hs256, .hs384, .hs512: .jwt
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .jwt
        case .es256, .es384, .es512, .edDSA, .ed25519: .jwt
        case .v4Public, .v4Local, .v3Public, .v3Local, .v2Public, .v2Local: .paseto
        }
    }
}

extension Algorithm {
    /// Whether keys have a public part, which everybody may have.
    public var isPublic: Bool { !isSymmetric }

    /// Whether who checks with a key can sign with it, too.
    var isSymmetric: Bool {
        switch self {
        case .hs256, .hs384, .hs512, .v4Local, .v3Local, .v2Local: true
        default: false
        }
    }
}

extension Algorithm: CustomStringConvertible {
    /// The same as `name`.
    public var description: String { name.description }
}

/// A kind of token. Keys of two kinds may share a name: a token finds those of its own kind only.
enum TokenFormat: UInt8, Sendable {
    case jwt
    case paseto
}
