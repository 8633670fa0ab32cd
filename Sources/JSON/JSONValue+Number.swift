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
        guard kind == .number, let value = Double(String(text)), value.isFinite else { return nil }
        return value
    }
}
