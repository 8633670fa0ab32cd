import Bytes

/// Finds known headers by name, whatever its case: an open-addressed table over the name's first sixteen bytes.
///
/// Built once a `RequestHead`, so that a look-up is a hash, a load and a compare, without a chain of literals to try.
struct KnownHeaderTable: ~Copyable {
    /// A name of up to sixteen bytes is its prefix; of a longer one, `KnownHeader.name` has the rest.
    struct Slot {
        var prefix: SIMD16<UInt8>
        var length: Int
        var known: KnownHeader?
    }

    // INVARIANT: some slots are free, so that every probe ends.
    var slots: FixedArray<Slot>

    init() {
        slots = FixedArray(count: Self.slotCount) { _ in Slot(prefix: SIMD16(repeating: 0), length: 0, known: nil) }
        for known in KnownHeader.allCases {
            var name = ByteBuffer(capacity: 64)
            name.append(known.name)
            let prefix = name.bytes.foldedPrefix(from: 0, length: name.count)
            var slot = Self.hash(prefix, length: name.count)
            while slots[slot].known != nil { slot = (slot + 1) % Self.slotCount }
            slots[slot] = Slot(prefix: prefix, length: name.count, known: known)
        }
    }

    /// The known header whose name is the `length` token bytes from `start`, if there is one. O(length).
    @inline(__always)
    borrowing func lookUp(_ bytes: RawSpan, from start: Int, length: Int) -> KnownHeader? {
        guard length <= Self.longestName else { return nil }
        let prefix = bytes.foldedPrefix(from: start, length: length)
        var slot = Self.hash(prefix, length: length)
        while let known = slots[slot].known {
            if slots[slot].length == length, slots[slot].prefix.isEqual(to: prefix) {
                if length <= 16 || bytes.extracting(start..<start &+ length).equalsIgnoringASCIICase(known.name) {
                    return known
                }
            }
            slot = (slot &+ 1) % Self.slotCount
        }
        return nil
    }

    @inline(__always)
    private static func hash(_ prefix: SIMD16<UInt8>, length: Int) -> Int {
        let words = prefix.words
        // An odd multiplier (2^64 / golden ratio) carries every bit of the names into the top six.
        let mixed = (words.0 ^ (words.1 &* 31) ^ UInt64(truncatingIfNeeded: length)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 58)
    }

    private static let slotCount = 64
    private static let longestName = 17
}

extension RawSpan {
    /// The first `length` bytes of a token from `start`, sixteen at most, in lower case, with zeros behind them.
    ///
    /// Setting a bit turns upper case into lower. It also merges some punctuation, none of which is a letter, digit
    /// or hyphen afterwards: what equals a known name in this form is that name.
    @inline(__always)
    func foldedPrefix(from start: Int, length: Int) -> SIMD16<UInt8> {
        let vector = vector16(padded: start)
        let within = SIMD16<UInt8>.lanes .< .all(UInt8(truncatingIfNeeded: Swift.min(length, 16)))
        return SIMD16(repeating: 0).replacing(with: vector | .all(0x20), where: within)
    }
}

extension SIMD16<UInt8> {
    /// The sixteen bytes as two words of the machine's byte order.
    @inline(__always)
    var words: (UInt64, UInt64) {
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        let pair = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return (pair[0], pair[1])
    }

    /// Whether all lanes are equal.
    @inline(__always)
    func isEqual(to other: Self) -> Bool {
        let difference = (self ^ other).words
        return difference.0 | difference.1 == 0
    }
}
