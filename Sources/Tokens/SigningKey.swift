/// A key that makes tokens of one algorithm.
public struct SigningKey: Sendable {
    /// The name that its tokens carry.
    public let id: KeyID
    let material: Material

    enum Material: Sendable {
        case hs256(SymmetricSecret)
        case edDSA(Ed25519SecretKey)
        case v4Public(Ed25519SecretKey)
        case v4Local(LocalKey)
        case v3Public(P384SecretKey)
        case v3Local(LocalKey)
        case v2Public(Ed25519SecretKey)
        case v2Local(LocalKey)
    }

    /// A key for JWT with HMAC-SHA-256.
    public static func hs256(_ secret: SymmetricSecret, id: KeyID) -> Self { Self(id: id, material: .hs256(secret)) }

    /// A key for JWT with Ed25519.
    public static func edDSA(_ key: Ed25519SecretKey, id: KeyID) -> Self { Self(id: id, material: .edDSA(key)) }

    /// A key for PASETO v4.public.
    public static func v4Public(_ key: Ed25519SecretKey, id: KeyID) -> Self { Self(id: id, material: .v4Public(key)) }

    /// A key for PASETO v4.local.
    public static func v4Local(_ key: LocalKey, id: KeyID) -> Self { Self(id: id, material: .v4Local(key)) }

    /// A key for PASETO v3.public.
    public static func v3Public(_ key: P384SecretKey, id: KeyID) -> Self { Self(id: id, material: .v3Public(key)) }

    /// A key for PASETO v3.local.
    public static func v3Local(_ key: LocalKey, id: KeyID) -> Self { Self(id: id, material: .v3Local(key)) }

    /// A key for PASETO v2.public.
    public static func v2Public(_ key: Ed25519SecretKey, id: KeyID) -> Self { Self(id: id, material: .v2Public(key)) }

    /// A key for PASETO v2.local.
    public static func v2Local(_ key: LocalKey, id: KeyID) -> Self { Self(id: id, material: .v2Local(key)) }

    /// The one algorithm that it is for.
    public var algorithm: Algorithm { verificationKey.algorithm }

    /// The key that checks what this one signs.
    public var verificationKey: VerificationKey {
        switch material {
        case .hs256(let secret): .hs256(secret, id: id)
        case .edDSA(let key): .edDSA(key.publicKey, id: id)
        case .v4Public(let key): .v4Public(key.publicKey, id: id)
        case .v4Local(let key): .v4Local(key, id: id)
        case .v3Public(let key): .v3Public(key.publicKey, id: id)
        case .v3Local(let key): .v3Local(key, id: id)
        case .v2Public(let key): .v2Public(key.publicKey, id: id)
        case .v2Local(let key): .v2Local(key, id: id)
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// Its name and algorithm, and nothing of its material.
    public var description: String { "\(algorithm) signing key \(id)" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
