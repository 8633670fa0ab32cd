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
        let whole = text.byteCount & ~3
        guard decodeGroups(text, characters: whole, into: &output),
            decodeRest(text, from: whole, into: &output, at: whole >> 2 &* 3)
        else { return nil }
        return count
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
    /// Decodes the first `characters`, a multiple of four: sixteen at a time, and one by one where there are fewer.
    @inline(__always)
    private static func decodeGroups(_ text: RawSpan, characters: Int, into output: inout MutableRawSpan) -> Bool {
        guard characters >= 16 else { return decodeFewGroups(text, characters: characters, into: &output) }
        var strangers = SIMD16<UInt8>(repeating: 0)
        var offset = 0
        while offset &+ 16 <= characters {
            decodeVector(text, at: offset, into: &output, &strangers)
            offset &+= 16
        }
        // The last groups once more with some before them: cheaper than one by one.
        if offset < characters { decodeVector(text, at: characters &- 16, into: &output, &strangers) }
        return strangers.isZero
    }

    @inline(__always)
    private static func decodeVector(
        _ text: RawSpan, at offset: Int, into output: inout MutableRawSpan, _ strangers: inout SIMD16<UInt8>
    ) {
        let characters = text.vector16(at: offset)
        let shift = shiftToSextet(characters)
        strangers |= shift.lanes(equalTo: 0, as: 0xFF)
        let bytes = packSextets(characters &+ shift)
        let target = offset >> 2 &* 3
        output.storeBytes(of: bytes.first, toByteOffset: target, as: UInt64.self)
        output.storeBytes(of: bytes.last, toByteOffset: target &+ 8, as: UInt32.self)
    }

    /// What must be added to each character to get its six bits; zero, which no character of the alphabet has, for a
    /// character outside the alphabet.
    @inline(__always)
    private static func shiftToSextet(_ characters: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let upper = (characters &- SIMD16(repeating: 0x41)).lanes(below: 26, as: 0 &- 0x41)
        let lower = (characters &- SIMD16(repeating: 0x61)).lanes(below: 26, as: 26 &- 0x61)
        let digit = (characters &- SIMD16(repeating: 0x30)).lanes(below: 10, as: 52 &- 0x30)
        let dash = characters.lanes(equalTo: 0x2D, as: 62 &- 0x2D)
        let underscore = characters.lanes(equalTo: 0x5F, as: 63 &- 0x5F)
        return upper | lower | digit | dash | underscore
    }

    /// Sixteen times six bits as twelve bytes, in the order of memory: eight and four of them.
    @inline(__always)
    private static func packSextets(_ sextets: SIMD16<UInt8>) -> (first: UInt64, last: UInt32) {
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        let groups = unsafe unsafeBitCast(sextets, to: SIMD4<UInt32>.self)
        // Little-endian, as every machine that Swift runs on: a group's first character is its lowest byte.
        let low = SIMD4<UInt32>(repeating: 0x003F_003F)
        let pairs = (groups & low) &<< 6 | (groups &>> 8) & low
        let words = (pairs & SIMD4(repeating: 0xFFFF)) &<< 12 | pairs &>> 16
        // SAFETY: as above.
        let halves = unsafe unsafeBitCast(words, to: SIMD2<UInt64>.self)
        let joined = (halves & SIMD2(repeating: 0xFFFFFF)) &<< 40 | (halves &>> 32) &<< 16
        let (first, second) = (joined[0].byteSwapped, joined[1].byteSwapped)
        return (first | second &<< 48, UInt32(truncatingIfNeeded: second &>> 16))
    }

    private static func decodeFewGroups(_ text: RawSpan, characters: Int, into output: inout MutableRawSpan) -> Bool {
        var target = 0
        for offset in stride(from: 0, to: characters, by: 4) {
            guard let bits = joinSextets(text, offset..<offset &+ 4) else { return false }
            storeLowBytes(of: bits, count: 3, into: &output, at: target)
            target &+= 3
        }
        return true
    }

    /// Decodes the two or three characters behind the last whole group; none is fine too.
    @inline(__always)
    private static func decodeRest(
        _ text: RawSpan, from offset: Int, into output: inout MutableRawSpan, at target: Int
    ) -> Bool {
        let characters = text.byteCount &- offset
        guard characters > 0 else { return true }
        guard let bits = joinSextets(text, offset..<text.byteCount) else { return false }
        // Two characters hold one byte and four bits more, three hold two bytes and two bits more.
        let left: UInt32 = characters == 2 ? 4 : 2
        guard bits & ((1 &<< left) &- 1) == 0 else { return false }
        storeLowBytes(of: bits &>> left, count: characters &- 1, into: &output, at: target)
        return true
    }

    private static func joinSextets(_ text: RawSpan, _ range: Range<Int>) -> UInt32? {
        var bits: UInt32 = 0
        for offset in range {
            guard let value = sextet(text[offset]) else { return nil }
            bits = bits &<< 6 | value
        }
        return bits
    }

    private static func sextet(_ character: UInt8) -> UInt32? {
        switch character {
        case 0x41...0x5A: UInt32(character &- 0x41)
        case 0x61...0x7A: UInt32(character &- 0x61 &+ 26)
        case 0x30...0x39: UInt32(character &- 0x30 &+ 52)
        case 0x2D: 62
        case 0x5F: 63
        default: nil
        }
    }

    /// Stores the lowest `count` bytes of `bits`, the highest of them first.
    private static func storeLowBytes(of bits: UInt32, count: Int, into output: inout MutableRawSpan, at target: Int) {
        for index in 0..<count {
            let byte = UInt8(truncatingIfNeeded: bits &>> UInt32(8 &* (count &- 1 &- index)))
            output.storeBytes(of: byte, toByteOffset: target &+ index, as: UInt8.self)
        }
    }
}
