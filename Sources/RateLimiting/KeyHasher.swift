import CSodium

/// Turns clients into keys of buckets, by SipHash-2-4 under a secret of this process.
///
/// The secret is what keeps an attacker from choosing addresses that fall into one set of the table. A table's keys must
/// all come from one hasher.
///
/// Every key is a hash of a hash: the client becomes one word, and that word is hashed together with the policy's number
/// and the kind of client. So one client has a bucket of its own in every policy, and no byte string can pass for an
/// address.
public struct KeyHasher: Sendable {
    private let wordSecret: Words
    private let keySecret: Words

    /// A hasher with a fresh secret from the system's random source.
    public init() { self.init(wordSecret: .random(), keySecret: .random()) }

    init(wordSecret: Words, keySecret: Words) {
        self.wordSecret = wordSecret
        self.keySecret = keySecret
    }

    /// The key of an IPv4 address, which is given as a number: 127.0.0.1 is 0x7F00_0001.
    public func key(ipv4 address: UInt32, policy: UInt16) -> KeyHash {
        key(word: UInt64(address), kind: .ipv4, policy: policy)
    }

    /// The key of an IPv6 address, which is given as a number: ::1 is 1.
    ///
    /// It is the key of the address's /64, since that is what one customer has. An IPv4 address in IPv6's clothes
    /// (::ffff:0:0/96, as a dual-stack socket reports it) has its IPv4 key.
    public func key(ipv6 address: UInt128, policy: UInt16) -> KeyHash {
        if address >> 32 == 0xFFFF { return key(ipv4: UInt32(truncatingIfNeeded: address), policy: policy) }
        return key(word: UInt64(truncatingIfNeeded: address >> 64), kind: .ipv6, policy: policy)
    }

    /// The key of any bytes, such as an API key's id. O(n).
    public func key(_ bytes: RawSpan, policy: UInt16) -> KeyHash {
        key(word: hash(bytes, under: wordSecret), kind: .bytes, policy: policy)
    }

    /// The key of two byte strings in their order, such as a token's issuer and subject. O(n).
    ///
    /// Bytes moved from the end of the first to the beginning of the second give another key.
    public func key(_ first: RawSpan, _ second: RawSpan, policy: UInt16) -> KeyHash {
        let words = Words(hash(first, under: wordSecret), hash(second, under: wordSecret))
        return key(word: hash(words, under: wordSecret), kind: .pair, policy: policy)
    }

    private func key(word: UInt64, kind: Kind, policy: UInt16) -> KeyHash {
        let words = Words(word, UInt64(kind.rawValue) << 16 | UInt64(policy))
        return KeyHash(bits: hash(words, under: keySecret), policy: policy)
    }

    private func hash(_ words: Words, under secret: Words) -> UInt64 {
        // SAFETY: the bytes of two words, which live while the closure runs.
        unsafe withUnsafeBytes(of: words) { hash(unsafe RawSpan(_unsafeBytes: $0), under: secret) }
    }

    private func hash(_ bytes: RawSpan, under secret: Words) -> UInt64 {
        var hash: UInt64 = 0
        // SAFETY: SipHash reads `count` bytes and a secret of sixteen, and writes eight; it keeps no pointer.
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe withUnsafePointer(to: secret) { secret in
                unsafe withUnsafeMutablePointer(to: &hash) { hash in
                    _ = unsafe crypto_shorthash_siphash24(
                        UnsafeMutableRawPointer(hash), bytes.baseAddress, UInt64(bytes.count), UnsafeRawPointer(secret))
                }
            }
        }
        return hash
    }

    private enum Kind: UInt8 {
        case ipv4 = 4
        case ipv6 = 6
        case bytes = 1
        case pair = 2
    }

    /// Sixteen bytes: what a secret is, and what is hashed last.
    struct Words: Sendable {
        let first: UInt64
        let second: UInt64

        init(_ first: UInt64, _ second: UInt64) {
            self.first = first
            self.second = second
        }

        static func random() -> Words {
            var generator = SystemRandomNumberGenerator()
            return Words(generator.next(), generator.next())
        }
    }
}
