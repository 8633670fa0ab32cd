internal import Bytes

/// The tokens of JSON over borrowed bytes: each function moves `offset` past one of them, or throws.
struct JSONScanner: ~Escapable {
    let bytes: RawSpan
    var offset = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    /// The byte at `offset`, and 0 at the end: a byte that no rule of the grammar takes.
    @inline(__always)
    var byte: UInt8 { UInt(bitPattern: offset) < UInt(bitPattern: bytes.byteCount) ? bytes[offset] : 0 }

    /// The error for what stands at `offset`; at the end of the bytes it is always the end that is at fault.
    @inline(never)
    func failure(_ reason: JSONError.Reason) -> JSONError {
        JSONError(offset >= bytes.byteCount && reason.isAboutByte ? .unexpectedEnd : reason, at: offset)
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while byte <= 0x20 && (byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09) { offset &+= 1 }
    }
}

extension JSONError.Reason {
    /// Whether the fault lies in the byte that was met, so that there is none when the document has ended.
    var isAboutByte: Bool {
        switch self {
        case .unexpectedByte, .controlCharacter, .invalidEscape, .invalidNumber, .invalidLiteral, .loneSurrogate: true
        default: false
        }
    }
}

// MARK: - Numbers and words

extension JSONScanner {
    /// Moves past a number (RFC 8259 section 6), whose first byte is a minus sign or a digit.
    @inline(__always)
    mutating func skipNumber() throws(JSONError) -> JSONNode.Form {
        if byte == 0x2D { offset &+= 1 }
        if byte == 0x30 { offset &+= 1 } else { try skipDigits() }
        var form = JSONNode.Form.integer
        if byte == 0x2E {
            form = .decimal
            offset &+= 1
            try skipDigits()
        }
        if byte | 0x20 == 0x65 {
            form = .decimal
            offset &+= 1
            if byte == 0x2B || byte == 0x2D { offset &+= 1 }
            try skipDigits()
        }
        return form
    }

    /// Moves past one digit or more.
    @inline(__always)
    private mutating func skipDigits() throws(JSONError) {
        guard byte &- 0x30 < 10 else { throw failure(.invalidNumber) }
        offset &+= 1
        // Most numbers are short; those that are not are mostly times.
        if byte &- 0x30 < 10, offset <= bytes.byteCount &- 16 {
            offset &+= bytes.vector16(at: offset).nonDigits.firstIndex
        }
        while byte &- 0x30 < 10 { offset &+= 1 }
    }

    /// Moves past `true`, `false` or `null`; its first letter has been seen.
    @inline(__always)
    mutating func skipLiteral() throws(JSONError) -> JSONNode.Form {
        switch byte {
        case 0x74 where fourBytes(at: offset) == 0x65_75_72_74:
            offset &+= 4
            return .trueLiteral
        case 0x66 where fourBytes(at: offset &+ 1) == 0x65_73_6C_61:
            offset &+= 5
            return .falseLiteral
        case 0x6E where fourBytes(at: offset) == 0x6C_6C_75_6E:
            offset &+= 4
            return .null
        default:
            throw failure(.invalidLiteral)
        }
    }

    /// Four bytes, the first of them lowest, and 0 where fewer are left.
    @inline(__always)
    private func fourBytes(at offset: Int) -> UInt32 {
        offset <= bytes.byteCount - 4 ? bytes.word(at: offset, as: UInt32.self).littleEndian : 0
    }
}
