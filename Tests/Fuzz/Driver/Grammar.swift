import Bytes

// The classes of bytes by the RFC's words, spelled otherwise than in the code that is tested.

extension UInt8 {
    /// A space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// What a field's value may hold (RFC 9110 section 5.5): all but control characters, the tab excepted.
    var isText: Bool { isBlank || (0x21...0x7E).contains(self) || self >= 0x80 }

    /// A byte of a token (RFC 9110 section 5.6.2): visible, and no delimiter.
    var isToken: Bool {
        let delimiters: StaticString = "\"(),/:;<=>?@[\\]{}"
        return (0x21...0x7E).contains(self) && delimiters.bytes.firstOffset(of: self) == nil
    }
}

extension RawSpan {
    /// Whether all bytes are such.
    func consists(of isSuch: (UInt8) -> Bool) -> Bool {
        for offset in 0..<byteCount where !isSuch(self[offset]) { return false }
        return true
    }

    /// A copy of the bytes.
    var array: [UInt8] { (0..<byteCount).map { self[$0] } }
}
