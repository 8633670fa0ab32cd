import Bytes

/// A path segment in two words: all of its bytes where it has at most sixteen, its ends and a digest where it has more.
struct SegmentKey: Equatable {
    let head: UInt64
    let tail: UInt64
    let length: Int
    /// What the bytes between head and tail come to; zero where there are none.
    private let middle: UInt64

    /// The key of the bytes of `path` in `offsets`. O(n).
    @inline(__always)
    init(_ path: RawSpan, _ offsets: Range<Int>) {
        let start = offsets.lowerBound
        let end = offsets.upperBound
        length = end - start
        if length >= 8 {
            head = path.word(at: start, as: UInt64.self)
            tail = path.word(at: end - 8, as: UInt64.self)
        } else if length >= 4 {
            head = UInt64(path.word(at: start, as: UInt32.self))
            tail = UInt64(path.word(at: end - 4, as: UInt32.self))
        } else if length > 0 {
            head = UInt64(path[start]) | UInt64(path[start + length / 2]) << 8
            tail = UInt64(path[end - 1])
        } else {
            head = 0
            tail = 0
        }
        middle = length > Self.exactLength ? Self.digest(path, start + 8, end - 8) : 0
    }

    @inline(never)
    private static func digest(_ path: RawSpan, _ start: Int, _ end: Int) -> UInt64 {
        var digest: UInt64 = 0
        for offset in stride(from: start, to: end, by: 8) {
            digest = mix(digest ^ path.word(at: offset, as: UInt64.self), 0x9E37_79B9_7F4A_7C15)
        }
        return digest
    }

    /// Up to this many bytes, equal keys mean equal bytes.
    static let exactLength = 16

    /// Spreads the key and the node that it is looked up under over 64 bits.
    ///
    /// Without a secret: the table is filled by the API's author and never grows afterwards, so that no path a client
    /// may send makes a look-up longer than the longest run that the table had when it was made.
    func hash(under node: UInt32) -> UInt64 {
        let seed = UInt64(node) &* 0xD6E8_FEB8_6659_FD93 ^ UInt64(truncatingIfNeeded: length) ^ middle
        return Self.mix(head ^ 0xA076_1D64_78BD_642F ^ seed, tail ^ 0xE703_7ED1_A0B4_28DB ^ seed)
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
