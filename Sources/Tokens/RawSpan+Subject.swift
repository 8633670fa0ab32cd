internal import Bytes

extension RawSpan {
    /// Whether the bytes, which are UTF-8, may be a subject: 1 to 255 of them, without control characters. O(n).
    var isSubject: Bool { (1...255).contains(byteCount) && (isPrintableASCII || !hasControlCharacter) }

    /// Whether there are at least sixteen bytes, all of them ASCII that prints: the quick answer for most subjects.
    private var isPrintableASCII: Bool {
        guard byteCount >= 16 else { return false }
        var strangers = vector16(at: byteCount &- 16).strangersToPrintableASCII
        for offset in stride(from: 0, to: byteCount &- 16, by: 16) {
            strangers |= vector16(at: offset).strangersToPrintableASCII
        }
        return strangers.isZero
    }

    private var hasControlCharacter: Bool {
        var previous: UInt8 = 0
        for offset in 0..<byteCount {
            let byte = self[offset]
            // C2 with 80 to 9F behind it is the second set of control characters, U+0080 to U+009F.
            guard byte >= 0x20, byte != 0x7F, previous != 0xC2 || byte >= 0xA0 else { return true }
            previous = byte
        }
        return false
    }
}

extension SIMD16<UInt8> {
    /// Ones where a byte is none of 20 to 7E, and zeros elsewhere.
    fileprivate var strangersToPrintableASCII: SIMD16<UInt8> {
        (self &- SIMD16(repeating: 0x20)).lanes(from: 0x5F, as: 0xFF)
    }
}
