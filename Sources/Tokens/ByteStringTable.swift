internal import Bytes

/// A fixed set of byte strings, each with a number: found by one hash and, nearly always, one comparison.
///
/// Open addressing with linear probing, at most half full. Clients may have chosen its strings (the names of revoked
/// subjects), but don't know where they end up: each table has a secret of its own. Two strings may differ in their `kind` alone.
package struct ByteStringTable: ~Copyable {
    // INVARIANT: a power of two of slots, at least half of them empty; each other slot's range lies inside `text`.
    private let slots: FixedArray<Slot>
    private let text: ByteBuffer
    private let mask: Int
    private let secret: UInt64

    /// Not private: the compiler loses the symbol of a private type in a generic that another file destroys.
    struct Slot: BitwiseCopyable {
        var hash: UInt32
        var offset: UInt32
        var count: UInt16
        var value: UInt16
        var kind: UInt8

        static let empty = Slot(hash: 0, offset: 0, count: 0, value: .max, kind: 0)
        var isEmpty: Bool { value == .max }
    }

    /// A table in which each string's number is its place in `strings`. They must differ, in kind or in bytes, be fewer
    /// than 65,535 and shorter than 65,536 bytes; anything else traps. O(n).
    package init(_ strings: [(kind: UInt8, text: String)]) {
        precondition(strings.count < UInt16.max, "too many strings")
        let secret = UInt64.random(in: 0...UInt64.max)
        var slotCount = 8
        while slotCount < strings.count * 2 { slotCount *= 2 }
        var slots = FixedArray(count: slotCount) { _ in Slot.empty }
        var text = ByteBuffer(capacity: 64)
        for (value, string) in strings.enumerated() {
            let offset = text.count
            text.append(string.text)
            precondition(text.count - offset <= Int(UInt16.max), "string too long")
            let hash = Self.hash(string.kind, text.bytes.extracting(offset..<text.count), secret)
            var index = Int(hash) & (slotCount - 1)
            while !slots[index].isEmpty { index = (index + 1) & (slotCount - 1) }
            slots[index] = Slot(
                hash: hash, offset: UInt32(offset), count: UInt16(text.count - offset), value: UInt16(value),
                kind: string.kind)
        }
        self.slots = slots
        self.text = text
        mask = slotCount - 1
        self.secret = secret
    }

    /// The number of the string with these bytes, or nil when it is not in the table. O(length).
    package func value(_ kind: UInt8, _ bytes: RawSpan) -> Int? {
        let hash = Self.hash(kind, bytes, secret)
        var index = Int(hash) & mask
        while !slots[index].isEmpty {
            let slot = slots[index]
            let start = Int(slot.offset)
            if slot.hash == hash && slot.kind == kind
                && text.bytes.extracting(start..<start &+ Int(slot.count)).equals(bytes)
            {
                return Int(slot.value)
            }
            index = (index &+ 1) & mask
        }
        return nil
    }

    /// Mixes the bytes, eight at a time, by multiplication into both halves of a 128-bit product.
    @inline(__always)
    private static func hash(_ kind: UInt8, _ bytes: RawSpan, _ secret: UInt64) -> UInt32 {
        var state = (UInt64(bytes.byteCount) << 8 | UInt64(kind)) ^ secret
        guard bytes.byteCount >= 8 else { return UInt32(truncatingIfNeeded: mix(state ^ shortWord(bytes))) }
        var offset = 0
        while offset &+ 8 < bytes.byteCount {
            state = mix(state ^ bytes.word(at: offset, as: UInt64.self))
            offset &+= 8
        }
        // The last eight bytes may overlap those before them; the length is mixed in, so nothing is ambiguous.
        return UInt32(truncatingIfNeeded: mix(state ^ bytes.word(at: bytes.byteCount &- 8, as: UInt64.self)))
    }

    private static func shortWord(_ bytes: RawSpan) -> UInt64 {
        var word: UInt64 = 0
        for offset in 0..<bytes.byteCount { word = word &<< 8 | UInt64(bytes[offset]) }
        return word
    }

    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
