internal import Bytes
internal import Synchronization

/// The keys of a process at one time: many that verify, each found by its name, and those that sign.
///
/// It never changes: a reload makes another. Its lookups allocate nothing and touch no reference count.
public final class Keyring: Sendable {
    /// The keys that check tokens. A key that signs is among them.
    public let verificationKeys: [VerificationKey]
    /// The keys that make tokens.
    public let signingKeys: [SigningKey]
    /// The keys that were chosen to make the tokens of their algorithms, by name. Where none was, the only key does.
    public let activeKeyIDs: [Algorithm: KeyID]
    /// Greater than that of every keyring made before it in this process, so that what was proven under another keyring
    /// can be told apart.
    public let epoch: UInt64

    let prepared: PreparedKeys
    /// The number of the issuer that each of the `verificationKeys` belongs to.
    private let issuerNumbers: [UInt8]

    /// How many issuers' keys one keyring can hold.
    public static let mostIssuers = 64

    /// A keyring with these keys. A key that is given twice, or both to verify and to sign, is one key.
    ///
    /// - Parameter active: which key makes an algorithm's tokens when none is named. A key that is not there makes none.
    /// - Throws: `KeyError.duplicateKeyID` when two different keys for the same kind of token have one name.
    public init(
        verification: [VerificationKey] = [], signing: [SigningKey] = [], active: [Algorithm: KeyID] = [:]
    ) throws(KeyError) {
        var keys: [VerificationKey] = []
        for key in signing.map(\.verificationKey) + verification {
            guard let twin = keys.first(where: { $0.id == key.id && $0.algorithm.format == key.algorithm.format })
            else {
                keys.append(key)
                continue
            }
            guard twin.isSame(as: key) else { throw .duplicateKeyID(key.id) }
        }
        verificationKeys = keys
        signingKeys = signing
        activeKeyIDs = active
        issuerNumbers = Array(repeating: 0, count: keys.count)
        prepared = try PreparedKeys(keys, signing: signing, issuerNumbers: issuerNumbers)
        epoch = Self.epochs.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// The keys of several issuers, each of which is asked only about tokens that name its own: two may have keys of one name.
    /// More than `mostIssuers` trap.
    ///
    /// - Parameter keyrings: those of the issuers, in the order of their requirements in a `ClaimsPolicy`.
    /// - Throws: `KeyError` when a key can't be made ready.
    public init(joining keyrings: [Keyring]) throws(KeyError) {
        precondition(keyrings.count <= Self.mostIssuers, "too many issuers")
        verificationKeys = keyrings.flatMap(\.verificationKeys)
        signingKeys = keyrings.flatMap(\.signingKeys)
        activeKeyIDs = [:]
        issuerNumbers = keyrings.enumerated().flatMap { number, keyring in
            Array(repeating: UInt8(number), count: keyring.verificationKeys.count)
        }
        prepared = try PreparedKeys(verificationKeys, signing: signingKeys, issuerNumbers: issuerNumbers)
        epoch = Self.epochs.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// The key to sign with: the one that `id` names, or else the active one, or else the only one of the algorithm.
    ///
    /// - Throws: `KeyError.noSigningKey`, or `.ambiguousSigningKey` when there are several and none is named or active.
    public func signingKey(for algorithm: Algorithm, id: KeyID? = nil) throws(KeyError) -> SigningKey {
        let id = id ?? activeKeyIDs[algorithm]
        let candidates = signingKeys.filter { $0.algorithm == algorithm && (id == nil || $0.id == id) }
        guard let key = candidates.first else { throw .noSigningKey(algorithm, id) }
        guard candidates.count == 1 else { throw .ambiguousSigningKey(algorithm) }
        return key
    }

    /// The key that makes an algorithm's tokens when none is named; nil when there is none, or it is not clear which.
    public func activeSigningKey(for algorithm: Algorithm) -> SigningKey? {
        do throws(KeyError) { return try signingKey(for: algorithm) } catch { return nil }
    }

    /// Whether both verify the same tokens with the same keys of the same issuers, in the same order. O(keys).
    public func verifiesSame(as other: Keyring) -> Bool {
        issuerNumbers == other.issuerNumbers
            && zip(verificationKeys, other.verificationKeys).allSatisfy { $0.isSame(as: $1) }
            // A key whose secret is there has a name more: the secret's own (PASERK).
            && Set(signingKeys.map(SigningKeyName.init)) == Set(other.signingKeys.map(SigningKeyName.init))
    }

    private struct SigningKeyName: Hashable {
        let algorithm: Algorithm
        let id: KeyID

        init(_ key: SigningKey) { (algorithm, id) = (key.algorithm, key.id) }
    }

    /// The name of the key under which `claims` were proven; nil when that was another keyring. O(1).
    public func keyID(of claims: ClaimsTable) -> KeyID? {
        claims.keyringEpoch == epoch ? verificationKeys[Int(claims.keyIndex)].id : nil
    }

    private static let epochs = Atomic<UInt64>(0)
}
