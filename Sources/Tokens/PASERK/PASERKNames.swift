internal import Bytes

/// The PASERK ids of a keyring's keys for PASETO. Other implementations write them to a token's footer, where ours write
/// the key's name; both choose among the keys of the keyring, and nothing else.
struct PASERKNames: ~Copyable, Sendable {
    private let ids: ByteStringTable
    /// The place of the key that each id belongs to.
    private let indices: FixedArray<Int>

    /// Local and public keys go by their own id; a key whose secret is there goes by the secret's, too.
    init(_ keys: [VerificationKey], signing: [SigningKey], issuerNumbers: [UInt8]) throws(KeyError) {
        var names: [(kind: UInt8, text: String)] = []
        var places: [Int] = []
        for (index, key) in keys.enumerated() where key.algorithm.format == .paseto {
            var ids = [try PASERK.id(of: key)]
            for secret in signing where secret.id == key.id && secret.algorithm == key.algorithm {
                ids.append(try PASERK.id(of: secret))
            }
            // One key under two names has one id, and either will do.
            for id in ids where !names.contains(where: { $0 == (issuerNumbers[index], id.text) }) {
                names.append((issuerNumbers[index], id.text))
                places.append(index)
            }
        }
        ids = ByteStringTable(names)
        indices = FixedArray(count: places.count) { places[$0] }
    }

    /// The place of an issuer's key with this id, or nil when there is none. O(length of the id).
    func index(_ id: RawSpan, issuer: Int) -> Int? {
        guard let place = ids.value(UInt8(issuer), id) else { return nil }
        return indices[place]
    }
}
