public import Bytes

/// Base64url without padding (RFC 4648 section 5, RFC 7515 section 2), in its one strict form.
///
/// A text that is taken is the only text of its bytes: no padding, no white space, no `+` or `/`, no length that can't
/// be, and zeros in the bits that the last character leaves over. So a token can't be written in two ways.
public enum Base64URL {
    /// How many bytes a text of `characters` stands for, or nil when no text has that length.
    @inlinable
    public static func decodedCount(characters: Int) -> Int? {
        let rest = characters & 3
        guard rest != 1 else { return nil }
        return characters >> 2 &* 3 &+ (rest == 0 ? 0 : rest &- 1)
    }

    /// How many characters `bytes` bytes make.
    @inlinable
    public static func encodedCount(bytes: Int) -> Int {
        let rest = bytes % 3
        return bytes / 3 * 4 + (rest == 0 ? 0 : rest + 1)
    }

    /// Decodes the whole of `text` to the start of `output`, which must have room for it; less room traps.
    ///
    /// Returns how many bytes that made, or nil when the text is refused: then `output` holds nothing of meaning. O(n).
    public static func decode(_ text: RawSpan, into output: inout MutableRawSpan) -> Int? {
        guard let count = decodedCount(characters: text.byteCount) else { return nil }
        precondition(output.byteCount >= count, "no room for the decoded bytes")
        var marks = SIMD16<UInt8>(repeating: 0x80)
        var offset = 0
        var target = 0
        while offset &+ 16 <= text.byteCount {
            // SAFETY: the condition above leaves sixteen characters. They are read, so that `count`, which is checked above,
            // is at least twelve bytes more than `target`.
            let characters = unsafe text.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
            let bytes = decode(characters, &marks)
            unsafe output.storeBytes(of: bytes.first, toUncheckedByteOffset: target, as: UInt64.self)
            unsafe output.storeBytes(of: bytes.last, toUncheckedByteOffset: target &+ 8, as: UInt32.self)
            offset &+= 16
            target &+= 12
        }
        let rest = decode(rest(of: text, from: offset), &marks)
        let isWhole = store(rest, count: count &- target, into: &output, at: target)
        return isWhole && marks.allHaveTopBit ? count : nil
    }

    /// Appends the bytes that `text` stands for to `buffer`, or returns false and leaves it as it was. O(n).
    public static func decode(_ text: RawSpan, into buffer: inout ByteBuffer) -> Bool {
        guard let count = decodedCount(characters: text.byteCount) else { return false }
        let start = buffer.count
        var isValid = false
        buffer.append(count: count) { output in isValid = decode(text, into: &output) != nil }
        if !isValid { buffer.truncate(to: start) }
        return isValid
    }
}

// MARK: - Decoding

extension Base64URL {
    /// The twelve bytes that sixteen characters stand for, in the order of memory: eight and four of them.
    ///
    /// Clears the top bit in `marks` at the places of characters outside the alphabet.
    @inline(__always)
    private static func decode(
        _ characters: SIMD16<UInt8>, _ marks: inout SIMD16<UInt8>
    ) -> (first: UInt64, last: UInt32) {
        let shift = markedShift(characters)
        marks &= shift
        return packSextets(characters &- SIMD16(repeating: mark) &+ shift)
    }

    /// The characters from `offset` on, fewer than sixteen, filled up with `A`, which stands for zeros.
    @inline(__always)
    private static func rest(of text: RawSpan, from offset: Int) -> SIMD16<UInt8> {
        let count = text.byteCount &- offset
        var word: UInt128 = 0
        if text.byteCount >= 16 {
            word = text.word(at: text.byteCount &- 16, as: UInt128.self) &>> UInt128(128 &- 8 &* count)
            // A shift by all 128 bits would be taken for none.
            if count == 0 { word = 0 }
        } else {
            for index in (0..<count).reversed() { word = word &<< 8 | UInt128(text[offset &+ index]) }
        }
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        return unsafe unsafeBitCast(word | allA &<< UInt128(8 &* count), to: SIMD16<UInt8>.self)
    }

    /// Stores the first `count` of twelve bytes, and says whether the others are zero: if not, the last character had bits
    /// that stand for nothing.
    @inline(__always)
    private static func store(
        _ bytes: (first: UInt64, last: UInt32), count: Int, into output: inout MutableRawSpan, at offset: Int
    ) -> Bool {
        var word = UInt128(bytes.first) | UInt128(bytes.last) &<< 64
        var target = offset
        if count & 8 != 0 { target = store(UInt64(truncatingIfNeeded: word), &word, into: &output, at: target) }
        if count & 4 != 0 { target = store(UInt32(truncatingIfNeeded: word), &word, into: &output, at: target) }
        if count & 2 != 0 { target = store(UInt16(truncatingIfNeeded: word), &word, into: &output, at: target) }
        if count & 1 != 0 { target = store(UInt8(truncatingIfNeeded: word), &word, into: &output, at: target) }
        return word == 0
    }

    /// Stores the low bytes of `word`, and shifts them out of it; returns where the next go.
    @inline(__always)
    private static func store<Part: FixedWidthInteger & BitwiseCopyable>(
        _ part: Part, _ word: inout UInt128, into output: inout MutableRawSpan, at target: Int
    ) -> Int {
        output.storeBytes(of: part, toByteOffset: target, as: Part.self)
        word &>>= UInt128(Part.bitWidth)
        return target &+ Part.bitWidth / 8
    }

    private static let allA: UInt128 = 0x41414141_41414141_41414141_41414141

    /// What must be added to each character to get its six bits, plus `mark`; zero for a character outside the alphabet.
    @inline(__always)
    private static func markedShift(_ characters: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let upper = characters.lanes(from: 0x41, count: 26, as: mark &- 0x41)
        let lower = characters.lanes(from: 0x61, count: 26, as: mark &+ 26 &- 0x61)
        let digit = characters.lanes(from: 0x30, count: 10, as: mark &+ 52 &- 0x30)
        let dash = characters.lanes(equalTo: 0x2D, as: mark &+ 62 &- 0x2D)
        let underscore = characters.lanes(equalTo: 0x5F, as: mark &+ 63 &- 0x5F)
        return upper | lower | digit | dash | underscore
    }

    /// With this on top, the shifts of the alphabet are the ones that have their top bit set.
    private static let mark: UInt8 = 0xC7

    /// Sixteen times six bits as twelve bytes, in the order of memory: eight and four of them.
    @inline(__always)
    private static func packSextets(_ sextets: SIMD16<UInt8>) -> (first: UInt64, last: UInt32) {
        // Little-endian, as every machine that Swift runs on: a group's first character is its lowest byte. Pairs are
        // joined, then pairs of pairs, and those once more; what a shift drags along is masked with the last.
        // SAFETY: all are sixteen bytes, and every bit pattern is valid in each.
        let singles = unsafe unsafeBitCast(sextets, to: SIMD8<UInt16>.self)
        let pairs = (singles &<< 6) & SIMD8(repeating: 0x0FC0) | singles &>> 8
        let joinedPairs = unsafe unsafeBitCast(pairs, to: SIMD4<UInt32>.self)
        let fours = joinedPairs &<< 12 | joinedPairs &>> 16
        let joinedFours = unsafe unsafeBitCast(fours, to: SIMD2<UInt64>.self)
        let eights = joinedFours &<< 40 | (joinedFours &>> 16) & SIMD2(repeating: 0xFF_FFFF_0000)
        let (first, second) = (eights[0].byteSwapped, eights[1].byteSwapped)
        return (first | second &<< 48, UInt32(truncatingIfNeeded: second &>> 16))
    }
}
