/// A key that makes tokens of one algorithm.
public struct SigningKey: Sendable {
    /// The name that its tokens carry.
    public let id: KeyID
    let material: Material

    enum Material: Sendable {
        case hs256(SymmetricSecret)
        case hs384(SymmetricSecret)
        case hs512(SymmetricSecret)
        case rsa(RSASecretKey, RSAAlgorithm)
        case ec(ECSecretKey)
        case edDSA(Ed25519SecretKey)
        case ed25519(Ed25519SecretKey)
        case v4Public(Ed25519SecretKey)
        case v4Local(LocalKey)
        case v3Public(P384SecretKey)
        case v3Local(LocalKey)
        case v2Public(Ed25519SecretKey)
        case v2Local(LocalKey)
    }

    /// A key for JWT with HMAC-SHA-256.
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
    public static func rsa(_ key: RSASecretKey, _ algorithm: RSAAlgorithm, id: KeyID) -> Self {
        Self(id: id, material: .rsa(key, algorithm))
    }

    /// A key for JWT with ECDSA.
    public static func ec(_ key: ECSecretKey, id: KeyID) -> Self { Self(id: id, material: .ec(key)) }

    /// A key for JWT with Ed25519, called `EdDSA` in its tokens (RFC 8037).
    public static func edDSA(_ key: Ed25519SecretKey, id: KeyID) -> Self { Self(id: id, material: .edDSA(key)) }

    /// A key for JWT with Ed25519, called `Ed25519` in its tokens (RFC 9864).
    public static func ed25519(_ key: Ed25519SecretKey, id: KeyID) -> Self { Self(id: id, material: .ed25519(key)) }

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
        case .hs384(let secret): VerificationKey(id: id, material: .hs384(secret))
        case .hs512(let secret): VerificationKey(id: id, material: .hs512(secret))
        case .rsa(let key, let algorithm): .rsa(key.publicKey, algorithm, id: id)
        case .ec(let key): .ec(key.publicKey, id: id)
        case .edDSA(let key): .edDSA(key.publicKey, id: id)
        case .ed25519(let key): .ed25519(key.publicKey, id: id)
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
