import Bytes
import Testing

@testable import RateLimiting

@Suite("A key hasher")
struct KeyHasherTests {
    private let hasher = KeyHasher(
        wordSecret: .init(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908), keySecret: .init(0x1122_3344, 0x5566_7788))

    @Test("is SipHash-2-4 of the client's word, the kind and the policy")
    func construction() {
        // The paper's own test value.
        let published: UInt64 = 0xA129_CA61_49BE_45E5
        #expect(SipHash.hash(Array(0..<15), key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)) == published)
        func expected(_ word: UInt64, kind: UInt64, policy: UInt64) -> UInt64 {
            SipHash.hash(word.bytes + (kind << 16 | policy).bytes, key: (0x1122_3344, 0x5566_7788))
        }
        #expect(hasher.key(ipv4: 0x7F00_0001, policy: 9).bits == expected(0x7F00_0001, kind: 4, policy: 9))
        #expect(hasher.key(ipv6: 0x2001_0DB8 << 96, policy: 9).bits == expected(0x2001_0DB8 << 32, kind: 6, policy: 9))
        let text: [UInt8] = Array(0..<15)
        #expect(hasher.key(text.span.raw, policy: 0).bits == expected(published, kind: 1, policy: 0))
    }

    @Test("gives one client another key in every policy")
    func policies() {
        let keys = (0..<UInt16(1_000)).map { hasher.key(ipv4: 1, policy: $0) }
        #expect(Set(keys.map(\.bits)).count == 1_000)
        #expect(keys.map(\.policy) == Array(0..<1_000))
    }

    @Test("keys an IPv6 client by its /64")
    func ipv6Prefix() {
        let network: UInt128 = 0x2001_0DB8_0000_0001 << 64
        let first = hasher.key(ipv6: network | 1, policy: 1)
        #expect(first == hasher.key(ipv6: network | 0xFFFF_FFFF_FFFF_FFFF, policy: 1))
        #expect(first != hasher.key(ipv6: network + (1 << 64) | 1, policy: 1))
    }

    @Test("knows an IPv4 client on a dual-stack socket")
    func mapped() {
        #expect(hasher.key(ipv6: 0xFFFF_C000_0201, policy: 1) == hasher.key(ipv4: 0xC000_0201, policy: 1))
        #expect(hasher.key(ipv6: 0xFFFF_C000_0201, policy: 1) != hasher.key(ipv6: 0xFFFF_C000_0202, policy: 1))
        // ::c000:201 is no mapped address, and neither is one with anything above the ffff.
        #expect(hasher.key(ipv6: 0xC000_0201, policy: 1) != hasher.key(ipv4: 0xC000_0201, policy: 1))
        #expect(hasher.key(ipv6: 1 << 64 | 0xFFFF_C000_0201, policy: 1) != hasher.key(ipv4: 0xC000_0201, policy: 1))
    }

    @Test("never takes one kind of client for another")
    func kinds() {
        let four: [UInt8] = [1, 0, 0, 127]
        let nothing: [UInt8] = []
        let keys = [
            hasher.key(ipv4: 0x7F00_0001, policy: 1), hasher.key(ipv6: 0x7F00_0001 << 64, policy: 1),
            hasher.key(four.span.raw, policy: 1), hasher.key(four.span.raw, nothing.span.raw, policy: 1),
            hasher.key(nothing.span.raw, four.span.raw, policy: 1), hasher.key(nothing.span.raw, policy: 1),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test("never mistakes where the first of two byte strings ends")
    func pairs() {
        let (a, b, c, d): ([UInt8], [UInt8], [UInt8], [UInt8]) = ([1, 2], [3], [1], [2, 3])
        #expect(hasher.key(a.span.raw, b.span.raw, policy: 1) != hasher.key(c.span.raw, d.span.raw, policy: 1))
        #expect(hasher.key(a.span.raw, b.span.raw, policy: 1) != hasher.key(b.span.raw, a.span.raw, policy: 1))
        #expect(hasher.key(a.span.raw, b.span.raw, policy: 1) == hasher.key([1, 2].span.raw, [3].span.raw, policy: 1))
    }

    @Test("has a secret of its own")
    func secret() {
        #expect(KeyHasher().key(ipv4: 1, policy: 1) != KeyHasher().key(ipv4: 1, policy: 1))
    }
}

@Suite("A key hash")
struct KeyHashTests {
    @Test("is never that of an unused bucket")
    func neverZero() {
        #expect(KeyHash(bits: 0, policy: 3).bits != 0)
    }
}

extension UInt64 {
    fileprivate var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}

/// SipHash-2-4 as its paper (Aumasson and Bernstein, 2012) has it, to hold the library's against.
private enum SipHash {
    static func hash(_ message: [UInt8], key: (UInt64, UInt64)) -> UInt64 {
        var state: [UInt64] = [
            key.0 ^ 0x736F_6D65_7073_6575, key.1 ^ 0x646F_7261_6E64_6F6D, key.0 ^ 0x6C79_6765_6E65_7261,
            key.1 ^ 0x7465_6462_7974_6573,
        ]
        let padding = [UInt8](repeating: 0, count: 7 - message.count % 8) + [UInt8(truncatingIfNeeded: message.count)]
        let padded = message + padding
        for start in stride(from: 0, to: padded.count, by: 8) {
            let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(padded[start + $1]) << ($1 * 8) }
            state[3] ^= word
            rounds(2, &state)
            state[0] ^= word
        }
        state[2] ^= 0xFF
        rounds(4, &state)
        return state.reduce(0, ^)
    }

    private static func rounds(_ count: Int, _ v: inout [UInt64]) {
        func rotate(_ word: UInt64, _ by: UInt64) -> UInt64 { word << by | word >> (64 - by) }
        for _ in 0..<count {
            v[0] &+= v[1]
            v[2] &+= v[3]
            v[1] = rotate(v[1], 13) ^ v[0]
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = rotate(v[0], 32)
            v[2] &+= v[1]
            v[0] &+= v[3]
            v[1] = rotate(v[1], 17) ^ v[2]
            v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = rotate(v[2], 32)
        }
    }
}
