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
        // Spread the nibbles over sixteen bytes, then turn each into its digit: no table, no branch.
        var nibbles = SIMD16<UInt8>(repeating: 0)
        for index in 0..<16 { nibbles[index] = UInt8(truncatingIfNeeded: value >> UInt64((15 - index) * 4)) & 0xF }
        let letters = nibbles .> SIMD16(repeating: 9)
        let numerals = nibbles &+ SIMD16(repeating: 0x30)
        let digits = numerals.replacing(with: nibbles &+ SIMD16(repeating: 0x57), where: letters)
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        let words = unsafe unsafeBitCast(digits, to: InlineArray<16, UInt8>.self)
        append(words.span.raw)
    }
}
