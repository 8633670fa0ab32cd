/// A key that checks tokens of one algorithm.
///
/// What it is made of decides what it can be: a public key has no way to become the secret of a keyed hash.
public struct VerificationKey: Sendable {
    /// The name by which tokens choose it.
    public let id: KeyID
    let material: Material

    enum Material: Sendable {
        case hs256(SymmetricSecret)
        case edDSA(Ed25519PublicKey)
        case v4Public(Ed25519PublicKey)
    }

    /// A key for JWT with HMAC-SHA-256. Who can check with it can sign with it, too.
    public static func hs256(_ secret: SymmetricSecret, id: KeyID) -> Self { Self(id: id, material: .hs256(secret)) }

    /// A key for JWT with Ed25519.
    public static func edDSA(_ key: Ed25519PublicKey, id: KeyID) -> Self { Self(id: id, material: .edDSA(key)) }

    /// A key for PASETO v4.public.
    public static func v4Public(_ key: Ed25519PublicKey, id: KeyID) -> Self { Self(id: id, material: .v4Public(key)) }

    /// The one algorithm that it is for.
    public var algorithm: Algorithm {
        switch material {
        case .hs256: .hs256
        case .edDSA: .edDSA
        case .v4Public: .v4Public
        }
    }

    /// Whether both are the same key under the same name, so that having both is having one.
    func isSame(as other: VerificationKey) -> Bool {
        guard id == other.id else { return false }
        switch (material, other.material) {
        case (.hs256(let left), .hs256(let right)): return left.equals(right)
        case (.edDSA(let left), .edDSA(let right)), (.v4Public(let left), .v4Public(let right)): return left == right
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
