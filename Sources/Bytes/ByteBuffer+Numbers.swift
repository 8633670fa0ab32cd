extension ByteBuffer {
    /// Appends `value` in decimal digits.
    @inlinable
    public mutating func append(decimal value: UInt64) {
        if value < 10 {
            append(UInt8(truncatingIfNeeded: value) + 0x30)
            return
        }
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var start = 20
        var rest = value
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        } while rest > 0
        append(digits.span.raw.extracting(start..<20))
    }

    /// Appends `value` in decimal digits, with a sign when it is negative.
    public mutating func append(decimal value: Int64) {
        if value < 0 { append(0x2D) }
        append(decimal: value.magnitude)
    }

    /// Appends `value` in decimal digits, with leading zeros up to `width` of them.
    public mutating func append(decimal value: UInt64, width: Int) {
        var floor: UInt64 = 1
        for _ in 1..<max(width, 1) { floor &*= 10 }
        while floor > max(value, 1) {
            append(0x30)
            floor /= 10
        }
        append(decimal: value)
    }

    /// Appends `value` as sixteen lower-case hexadecimal digits.
    @inlinable
    public mutating func append(hex value: UInt64) {
        let high = Self.hexDigits(of: UInt32(truncatingIfNeeded: value >> 32))
        let low = Self.hexDigits(of: UInt32(truncatingIfNeeded: value))
        append(count: 16) { digits in
            digits.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            digits.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
    }

    /// The eight digits of `value` in the bytes of a word, the first in the highest. No table, no branch.
    @inlinable
    static func hexDigits(of value: UInt32) -> UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // Six carries a nibble above nine into the next half of its byte.
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}
