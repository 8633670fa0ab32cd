internal import Bytes

extension JSONScanner {
    /// Moves past a string (RFC 8259 section 7) from its opening quote, and says whether it has escapes.
    @inline(__always)
    mutating func skipString(isName: Bool) throws(JSONError) -> JSONNode.Form {
        offset &+= 1
        if isName && hasThreeLetters {
            offset &+= 4
            return .plainString
        }
        skipPlainText()
        if byte == 0x22 {
            offset &+= 1
            return .plainString
        }
        // On a copy, so that the caller's scanner, whose address no other function has, can stay in registers.
        var rest = self
        let form = try rest.skipRestOfString()
        offset = rest.offset
        return form
    }

    /// Whether the string ends behind three bytes of plain text.
    ///
    /// All claims that RFC 7519 registers have names of three letters. Where that is foreseen, what follows need not wait for
    /// a vector that looks for the end.
    @inline(__always)
    private var hasThreeLetters: Bool {
        guard offset <= bytes.byteCount &- 4 else { return false }
        let word = bytes.word(at: offset, as: UInt32.self).littleEndian
        guard word &>> 24 == 0x22 else { return false }
        // The top bit of a byte is set where it is above ASCII, a control character, a quote or a backslash.
        let text = word & 0xFF_FFFF
        let controls = text &- 0x20_2020
        let quotes = (text ^ 0x22_2222) &- 0x01_0101
        let backslashes = (text ^ 0x5C_5C5C) &- 0x01_0101
        return (text | controls | quotes | backslashes) & 0x80_8080 == 0
    }

    /// Moves past printable ASCII without quote and backslash.
    @inline(__always)
    private mutating func skipPlainText() {
        while offset <= bytes.byteCount &- 16 {
            let index = bytes.vector16(at: offset).jsonMarks.firstIndex
            offset &+= index
            if index < 16 { return }
        }
        while byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C { offset &+= 1 }
    }

    /// The string from its first byte that is neither plain text nor the closing quote.
    @inline(never)
    private mutating func skipRestOfString() throws(JSONError) -> JSONNode.Form {
        var form = JSONNode.Form.plainString
        while true {
            switch byte {
            case 0x22:
                offset &+= 1
                return form
            case 0x5C:
                form = .escapedString
                try skipEscape()
            case 0x80...:
                try skipNonASCII()
            default:
                throw failure(.controlCharacter)
            }
            skipPlainText()
        }
    }

    private mutating func skipNonASCII() throws(JSONError) {
        repeat {
            let sequence = UTF8Sequence(in: bytes, at: offset)
            guard sequence.isValid else { throw failure(.invalidUTF8) }
            offset &+= sequence.length
        } while byte >= 0x80
    }

    private mutating func skipEscape() throws(JSONError) {
        offset &+= 1
        switch byte {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            offset &+= 1
        case 0x75:
            offset &+= 1
            try skipUnicodeEscape()
        default:
            throw failure(.invalidEscape)
        }
    }

    /// Moves past the digits of `\uXXXX`, and past the second half where they are a surrogate.
    private mutating func skipUnicodeEscape() throws(JSONError) {
        let start = offset
        let unit = try readFourHexDigits()
        guard unit & 0xF800 == 0xD800 else { return }
        guard unit < 0xDC00 else { throw JSONError(.loneSurrogate, at: start) }
        guard byte == 0x5C else { throw failure(.loneSurrogate) }
        offset &+= 1
        guard byte == 0x75 else { throw failure(.loneSurrogate) }
        offset &+= 1
        guard try readFourHexDigits() & 0xFC00 == 0xDC00 else { throw JSONError(.loneSurrogate, at: start) }
    }

    private mutating func readFourHexDigits() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = byte.hexDigitValue else { throw failure(.invalidEscape) }
            unit = unit << 4 | UInt16(digit)
            offset &+= 1
        }
        return unit
    }
}
