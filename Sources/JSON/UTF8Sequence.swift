internal import Bytes

/// One character of UTF-8 above ASCII, or what stands in the place of one (Unicode 15, table 3-7).
struct UTF8Sequence {
    /// Whether the bytes are a character.
    let isValid: Bool
    /// How many bytes belong together: 2 to 4 when valid; otherwise the longest start of a character, at least 1, that
    /// Unicode recommends to replace by one U+FFFD.
    let length: Int

    /// What starts at `offset` with a byte of 0x80 or more.
    init(in bytes: RawSpan, at offset: Int) {
        let lead = bytes[offset]
        // The range of the second byte shuts out overlong forms, surrogates and what lies beyond U+10FFFF.
        let (wanted, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        var found = 1
        while found < wanted, offset + found < bytes.byteCount,
            found == 1 ? second.contains(bytes[offset + 1]) : bytes[offset + found] & 0xC0 == 0x80
        {
            found += 1
        }
        isValid = found == wanted
        length = found
    }
}

extension RawSpan {
    /// Whether the bytes are UTF-8. O(n).
    public var isUTF8: Bool {
        var offset = 0
        while offset < byteCount {
            guard self[offset] >= 0x80 else {
                offset += 1
                continue
            }
            let sequence = UTF8Sequence(in: self, at: offset)
            guard sequence.isValid else { return false }
            offset += sequence.length
        }
        return true
    }
}
