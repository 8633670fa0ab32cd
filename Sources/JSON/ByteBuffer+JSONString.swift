public import Bytes

extension ByteBuffer {
    /// Appends a JSON string, quotes included, whose value is `text`: text from anywhere, a client's log value included.
    ///
    /// What must be escaped is (RFC 8259 section 7), and besides it DEL and U+0080 to U+009F, so that a terminal that
    /// shows the result meets no control character. What is no UTF-8 becomes U+FFFD, one for each start of a character.
    /// O(n).
    public mutating func append(jsonString text: RawSpan) {
        reserve(text.byteCount + 2)
        append(0x22)
        var offset = 0
        while offset < text.byteCount {
            let end = text.endOfPlainText(from: offset)
            append(text.extracting(offset..<end))
            offset = end
            guard offset < text.byteCount else { break }
            if text[offset] < 0x80 {
                append(escaped: text[offset])
                offset += 1
            } else {
                offset += append(characterAt: offset, of: text)
            }
        }
        append(0x22)
    }

    /// Appends a JSON string, quotes included, whose value is the literal's text.
    public mutating func append(jsonString literal: StaticString) { append(jsonString: literal.bytes) }

    /// Appends the character above ASCII that starts at `offset`, and returns how many bytes it takes there.
    private mutating func append(characterAt offset: Int, of text: RawSpan) -> Int {
        let sequence = UTF8Sequence(in: text, at: offset)
        if !sequence.isValid {
            append("\u{FFFD}")
        } else if text[offset] == 0xC2 && text[offset + 1] < 0xA0 {
            // The second set of control characters, U+0080 to U+009F: the byte behind C2 is the character's number.
            append(unicodeEscape: text[offset + 1])
        } else {
            append(text.extracting(offset..<offset + sequence.length))
        }
        return sequence.length
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default: append(unicodeEscape: byte)
        }
    }

    /// Appends `\u00XX`.
    private mutating func append(unicodeEscape byte: UInt8) {
        append("\\u00")
        append((byte >> 4).hexDigit)
        append((byte & 0xF).hexDigit)
    }
}

extension RawSpan {
    /// The offset of the first byte at or after `offset` that is not printable ASCII or is a quote or a backslash; the
    /// end when there is none.
    fileprivate func endOfPlainText(from offset: Int) -> Int {
        var offset = offset
        while offset <= byteCount &- 16 {
            let vector = vector16(at: offset)
            let deletes = vector .== SIMD16<UInt8>(repeating: 0x7F)
            let index = (vector.jsonMarks .| deletes).firstIndex
            offset &+= index
            if index < 16 { return offset }
        }
        while offset < byteCount, self[offset].isPlain { offset &+= 1 }
        return offset
    }
}

extension UInt8 {
    fileprivate var isPlain: Bool { self >= 0x20 && self < 0x7F && self != 0x22 && self != 0x5C }

    /// The lower-case digit for a number below 16.
    fileprivate var hexDigit: UInt8 { self < 10 ? self + 0x30 : self + 0x57 }
}
