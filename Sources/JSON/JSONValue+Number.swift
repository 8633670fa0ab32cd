internal import Bytes

extension JSONValue {
    /// A number's text as written, or nil for anything else. O(1).
    @inlinable
    public var numberText: RawSpan? {
        @_lifetime(copy self)
        get { kind == .number ? text : nil }
    }

    /// The number, when it is written without fraction and exponent and fits; nil otherwise, never rounded. O(digits).
    public var asInteger: Int64? {
        guard node.form == .integer else { return nil }
        let digits = text
        let isNegative = digits[0] == 0x2D
        var value: Int64 = 0
        for offset in (isNegative ? 1 : 0)..<digits.byteCount {
            let digit = Int64(digits[offset] &- 0x30)
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            // Gathered on its own side of zero, since the least integer has no opposite.
            let (sum, overflowsToo) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflows && !overflowsToo else { return nil }
            value = sum
        }
        return value
    }

    /// The number that is nearest to what is written, ties to even; nil when that is beyond the finite ones, and for
    /// anything that is no number. What is nearer to zero than to the least number is zero. O(digits).
    public var asDouble: Double? {
        guard kind == .number else { return nil }
        if let exact = text.shortDecimal { return exact }
        guard let nearest = Double(String(text)), nearest.isFinite else { return nil }
        return nearest
    }
}

extension RawSpan {
    /// The value of a number's text when one rounding gives it (W. D. Clinger, 1990): its digits make an integer below
    /// 2^53, and the power of ten that they are multiplied or divided by is at most 10^22. Both are exact as doubles.
    fileprivate var shortDecimal: Double? {
        guard byteCount <= 24 else { return nil }
        var digits: UInt64 = 0
        var exponent = 0
        var offset = self[0] == 0x2D ? 1 : 0
        var isFraction = false
        while offset < byteCount && self[offset] | 0x20 != 0x65 {
            let digit = self[offset] &- 0x30
            offset += 1
            guard digit < 10 else {
                isFraction = true
                continue
            }
            guard digits < (1 << 53) / 10 else { return nil }
            digits = digits * 10 + UInt64(digit)
            if isFraction { exponent -= 1 }
        }
        if offset < byteCount { exponent += smallInteger(from: offset + 1) }
        guard exponent >= -22 && exponent <= 22 else { return nil }
        var power = 1.0
        for _ in 0..<exponent.magnitude { power *= 10 }
        let magnitude = exponent < 0 ? Double(digits) / power : Double(digits) * power
        return self[0] == 0x2D ? -magnitude : magnitude
    }

    /// The integer of at most 23 bytes from `start` to the end, with or without sign; what is far from 0 becomes 1000.
    private func smallInteger(from start: Int) -> Int {
        var value = 0
        for offset in start..<byteCount where self[offset] &- 0x30 < 10 {
            value = min(value * 10 + Int(self[offset] &- 0x30), 1000)
        }
        return self[start] == 0x2D ? -value : value
    }
}
