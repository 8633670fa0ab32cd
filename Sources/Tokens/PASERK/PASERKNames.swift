internal import Bytes

/// The PASERK ids of a keyring's keys for PASETO. Other implementations write them to a token's footer, where ours write
/// the key's name; both choose among the keys of the keyring, and nothing else.
struct PASERKNames: ~Copyable, Sendable {
    private let ids: ByteStringTable
    /// The place of the key that each id belongs to.
    private let indices: FixedArray<Int>

    /// Local and public keys go by their own id; a key whose secret is there goes by the secret's, too.
    init(_ keys: [VerificationKey], signing: [SigningKey]) throws(KeyError) {
        var names: [String] = []
        var places: [Int] = []
        for (index, key) in keys.enumerated() where key.algorithm.format == .paseto {
            var ids = [try PASERK.id(of: key)]
            for secret in signing where secret.id == key.id && secret.algorithm == key.algorithm {
                ids.append(try PASERK.id(of: secret))
            }
            // One key under two names has one id, and either will do.
            for id in ids where !names.contains(id.text) {
                names.append(id.text)
                places.append(index)
            }
        }
        ids = ByteStringTable(names.map { (kind: 0, text: $0) })
        indices = FixedArray(count: places.count) { places[$0] }
    }

    /// The place of the key with this id, or nil when there is none. O(length of the id).
    func index(_ id: RawSpan) -> Int? {
        guard let place = ids.value(0, id) else { return nil }
        return indices[place]
    }
}
