internal import Bytes
internal import CSodium
internal import Tokens

/// Turns tokens into places in the table, by SipHash-2-4 under a secret of this process.
///
/// It hashes the token's length and the end of its signature, tag or ciphertext: hashing all of it would cost more than the
/// rest of a hit. Who can't sign can't choose this end, and who can doesn't know the secret.
struct TailHasher: Sendable {
    private let secret: (UInt64, UInt64)

    /// A hasher with a fresh secret.
    init() {
        var generator = SystemRandomNumberGenerator()
        secret = (generator.next(), generator.next())
    }

    /// A hasher that takes all tokens of one length and tail for one another: for tests of collisions.
    init(secret: (UInt64, UInt64)) { self.secret = secret }

    /// The place of a token; nil when it is shorter than any that can be valid.
    @inline(__always)
    func hash(_ token: RawSpan) -> TailHash? {
        let end = Self.tailEnd(token)
        guard end >= Self.tailByteCount else { return nil }
        let start = end &- Self.tailByteCount
        var words = InlineArray<5, UInt64>(repeating: UInt64(token.byteCount))
        for index in 0..<4 { words[index &+ 1] = token.word(at: start &+ index &* 8, as: UInt64.self) }
        var hash: UInt64 = 0
        // SAFETY: SipHash reads forty bytes and a secret of sixteen, and writes eight; it keeps no pointer.
        unsafe withUnsafeBytes(of: words) { bytes in
            unsafe withUnsafePointer(to: secret) { secret in
                unsafe withUnsafeMutablePointer(to: &hash) { hash in
                    _ = unsafe crypto_shorthash_siphash24(
                        UnsafeMutableRawPointer(hash), bytes.baseAddress, UInt64(bytes.count), UnsafeRawPointer(secret))
                }
            }
        }
        return TailHash(bits: hash)
    }

    /// Where the signature ends: a PASETO may have a footer behind it, which is the same in many tokens.
    @inline(__always)
    private static func tailEnd(_ token: RawSpan) -> Int {
        guard token.byteCount > longestPASETOHeader, token[0] == 0x76 else { return token.byteCount }
        return token.firstOffset(of: 0x2E, from: longestPASETOHeader) ?? token.byteCount
    }

    private static let tailByteCount = 32
    /// How long a token may be that has a place.
    static let tokenByteCounts = tailByteCount...TokenVerifier.mostBytes
    private static let longestPASETOHeader = "v4.public.".utf8.count
}

/// Where a token belongs.
struct TailHash: Equatable, Sendable {
    let bits: UInt64

    /// What tells the entries of a set apart. Never zero, which marks an entry that is not there.
    var tag: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) | 1 }
}
