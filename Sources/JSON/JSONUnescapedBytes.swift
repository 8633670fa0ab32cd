internal import Bytes

/// The UTF-8 of a string's value, byte after byte.
struct JSONUnescapedBytes: ~Escapable {
    // INVARIANT: the parser has accepted `raw`, so that every escape in it is whole.
    private let raw: RawSpan
    private var offset = 0
    /// What is left of a character that was written as `\uXXXX`: its next byte lowest.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    @_lifetime(copy raw)
    init(_ raw: RawSpan) { self.raw = raw }

    /// The next byte, or nil behind the last.
    mutating func next() -> UInt8? {
        if pendingCount > 0 { return nextPending() }
        guard offset < raw.byteCount else { return nil }
        let byte = raw[offset]
        offset += 1
        return byte == 0x5C ? unescape() : byte
    }

    private mutating func nextPending() -> UInt8 {
        let byte = UInt8(truncatingIfNeeded: pending)
        pending >>= 8
        pendingCount -= 1
        return byte
    }

    /// The first byte of what the escape behind a backslash stands for.
    private mutating func unescape() -> UInt8 {
        let letter = raw[offset]
        offset += 1
        switch letter {
        case 0x62: return 0x08
        case 0x66: return 0x0C
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        case 0x75:
            encode(readScalar())
            return nextPending()
        default: return letter
        }
    }

    /// The character behind `\u`, with its second half where there is one.
    private mutating func readScalar() -> UInt32 {
        let unit = readFourHexDigits()
        guard unit & 0xF800 == 0xD800 else { return unit }
        offset += 2
        return 0x10000 + (unit & 0x3FF) << 10 + readFourHexDigits() & 0x3FF
    }

    private mutating func readFourHexDigits() -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            unit = unit << 4 | UInt32(raw[offset].hexDigitValue ?? 0)
            offset += 1
        }
        return unit
    }

    private mutating func encode(_ scalar: UInt32) {
        let low = 0x80 | scalar & 0x3F
        let middle = 0x80 | scalar >> 6 & 0x3F
        let high = 0x80 | scalar >> 12 & 0x3F
        switch scalar {
        case ..<0x80:
            pending = scalar
            pendingCount = 1
        case ..<0x800:
            pending = 0xC0 | scalar >> 6 | low << 8
            pendingCount = 2
        case ..<0x10000:
            pending = 0xE0 | scalar >> 12 | middle << 8 | low << 16
            pendingCount = 3
        default:
            pending = 0xF0 | scalar >> 18 | high << 8 | middle << 16 | low << 24
            pendingCount = 4
        }
    }
}
