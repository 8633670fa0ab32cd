/// A key that checks tokens of one algorithm.
///
/// What it is made of decides what it can be: a public key has no way to become the secret of a keyed hash.
public struct VerificationKey: Sendable {
    /// The name by which tokens choose it.
    public let id: KeyID
    let material: Material

    enum Material: Sendable {
        case hs256(SymmetricSecret)
        case hs384(SymmetricSecret)
        case hs512(SymmetricSecret)
        case rsa(RSAPublicKey, RSAAlgorithm)
        case ec(ECPublicKey)
        case edDSA(Ed25519PublicKey)
        case ed25519(Ed25519PublicKey)
        case v4Public(Ed25519PublicKey)
        case v4Local(LocalKey)
        case v3Public(P384PublicKey)
        case v3Local(LocalKey)
        case v2Public(Ed25519PublicKey)
        case v2Local(LocalKey)
    }

    /// A key for JWT with HMAC-SHA-256. Who can check with it can sign with it, too.
    public static func hs256(_ secret: SymmetricSecret, id: KeyID) -> Self { Self(id: id, material: .hs256(secret)) }

    /// A key for JWT with HMAC-SHA-384.
    ///
    /// - Throws: `KeyError.secretTooShort` when the secret has fewer than 48 bytes.
    public static func hs384(_ secret: SymmetricSecret, id: KeyID) throws(KeyError) -> Self {
        Self(id: id, material: .hs384(try secret.checked(for: .sha384)))
    }

    /// A key for JWT with HMAC-SHA-512.
    ///
    /// - Throws: `KeyError.secretTooShort` when the secret has fewer than 64 bytes.
    public static func hs512(_ secret: SymmetricSecret, id: KeyID) throws(KeyError) -> Self {
        Self(id: id, material: .hs512(try secret.checked(for: .sha512)))
    }

    /// A key for JWT with RSA.
    public static func rsa(_ key: RSAPublicKey, _ algorithm: RSAAlgorithm, id: KeyID) -> Self {
        Self(id: id, material: .rsa(key, algorithm))
    }

    /// A key for JWT with ECDSA.
    public static func ec(_ key: ECPublicKey, id: KeyID) -> Self { Self(id: id, material: .ec(key)) }

    /// A key for JWT with Ed25519, called `EdDSA` in its tokens (RFC 8037).
    public static func edDSA(_ key: Ed25519PublicKey, id: KeyID) -> Self { Self(id: id, material: .edDSA(key)) }

    /// A key for JWT with Ed25519, called `Ed25519` in its tokens (RFC 9864).
    public static func ed25519(_ key: Ed25519PublicKey, id: KeyID) -> Self { Self(id: id, material: .ed25519(key)) }

    /// A key for PASETO v4.public.
    public static func v4Public(_ key: Ed25519PublicKey, id: KeyID) -> Self { Self(id: id, material: .v4Public(key)) }

    /// A key for PASETO v4.local. Who can read and check with it can make tokens with it, too.
    public static func v4Local(_ key: LocalKey, id: KeyID) -> Self { Self(id: id, material: .v4Local(key)) }

    /// A key for PASETO v3.public.
    public static func v3Public(_ key: P384PublicKey, id: KeyID) -> Self { Self(id: id, material: .v3Public(key)) }

    /// A key for PASETO v3.local. Who can read and check with it can make tokens with it, too.
    public static func v3Local(_ key: LocalKey, id: KeyID) -> Self { Self(id: id, material: .v3Local(key)) }

    /// A key for PASETO v2.public.
    public static func v2Public(_ key: Ed25519PublicKey, id: KeyID) -> Self { Self(id: id, material: .v2Public(key)) }

    /// A key for PASETO v2.local. Who can read and check with it can make tokens with it, too.
    public static func v2Local(_ key: LocalKey, id: KeyID) -> Self { Self(id: id, material: .v2Local(key)) }

    /// The one algorithm that it is for.
    public var algorithm: Algorithm {
        switch material {
        case .hs256: .hs256
        case .hs384: .hs384
        case .hs512: .hs512
        case .rsa(_, let algorithm): algorithm.algorithm
        case .ec(let key): key.curve.algorithm
        case .edDSA: .edDSA
        case .ed25519: .ed25519
        case .v4Public: .v4Public
        case .v4Local: .v4Local
        case .v3Public: .v3Public
        case .v3Local: .v3Local
        case .v2Public: .v2Public
        case .v2Local: .v2Local
        }
    }

    /// Whether both are the same key under the same name, so that having both is having one.
    func isSame(as other: VerificationKey) -> Bool {
        guard id == other.id else { return false }
        switch (material, other.material) {
        case (.hs256(let left), .hs256(let right)): return left.equals(right)
        case (.hs384(let left), .hs384(let right)): return left.equals(right)
        case (.hs512(let left), .hs512(let right)): return left.equals(right)
        case (.rsa(let left, let leftAlgorithm), .rsa(let right, let rightAlgorithm)):
            return leftAlgorithm == rightAlgorithm && left == right
        case (.ec(let left), .ec(let right)): return left == right
        case (.edDSA(let left), .edDSA(let right)): return left == right
        case (.ed25519(let left), .ed25519(let right)): return left == right
        case (.v4Public(let left), .v4Public(let right)): return left == right
        case (.v2Public(let left), .v2Public(let right)): return left == right
        case (.v3Public(let left), .v3Public(let right)): return left == right
        case (.v2Local(let left), .v2Local(let right)), (.v3Local(let left), .v3Local(let right)),
            (.v4Local(let left), .v4Local(let right)):
            return left.equals(right)
        default: return false
        }
    }
}

extension VerificationKey: CustomStringConvertible, CustomReflectable {
    /// Its name and algorithm, and nothing of its material.
    public var description: String { "\(algorithm) key \(id)" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
