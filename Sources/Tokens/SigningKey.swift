/// A key that makes tokens of one algorithm.
public struct SigningKey: Sendable {
    /// The name that its tokens carry.
    public let id: KeyID
    let material: Material

    enum Material: Sendable {
        case hs256(SymmetricSecret)
        case edDSA(Ed25519SecretKey)
        case v4Public(Ed25519SecretKey)
    }

    /// A key for JWT with HMAC-SHA-256.
    public static func hs256(_ secret: SymmetricSecret, id: KeyID) -> Self { Self(id: id, material: .hs256(secret)) }

    /// A key for JWT with Ed25519.
    public static func edDSA(_ key: Ed25519SecretKey, id: KeyID) -> Self { Self(id: id, material: .edDSA(key)) }

    /// A key for PASETO v4.public.
    public static func v4Public(_ key: Ed25519SecretKey, id: KeyID) -> Self { Self(id: id, material: .v4Public(key)) }

    /// The one algorithm that it is for.
    public var algorithm: Algorithm { verificationKey.algorithm }

    /// The key that checks what this one signs.
    public var verificationKey: VerificationKey {
        switch material {
        case .hs256(let secret): .hs256(secret, id: id)
        case .edDSA(let key): .edDSA(key.publicKey, id: id)
        case .v4Public(let key): .v4Public(key.publicKey, id: id)
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// Its name and algorithm, and nothing of its material.
    public var description: String { "\(algorithm) signing key \(id)" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
