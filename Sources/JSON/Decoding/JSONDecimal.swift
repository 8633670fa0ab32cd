internal import Bytes

/// A number's text, read exactly: `significant` × 10^`power`, where `significant` does not end in a zero.
struct JSONDecimal {
    let isNegative: Bool
    /// Nil when it is beyond 128 bits.
    private let significant: UInt128?
    private let power: Int

    /// Nil for what is no number. O(digits), however far the exponent reaches.
    init?(_ value: JSONValue) {
        guard let text = value.numberText else { return nil }
        isNegative = text[0] == 0x2D
        var significant: UInt128? = 0
        var trailingZeros = 0
        var fractionDigits = 0
        var isFraction = false
        var offset = isNegative ? 1 : 0
        while offset < text.byteCount && text[offset] | 0x20 != 0x65 {
            let digit = text[offset] &- 0x30
            offset += 1
            guard digit < 10 else {
                isFraction = true
                continue
            }
            if isFraction { fractionDigits += 1 }
            if digit > 0 {
                significant = significant?.appending(zeros: trailingZeros, digit: digit)
                trailingZeros = 0
            } else if significant != 0 {
                trailingZeros += 1
            }
        }
        let exponent = offset < text.byteCount ? text.exponent(from: offset + 1) : 0
        power = significant == 0 ? 0 : exponent + trailingZeros - fractionDigits
        self.significant = significant
    }

    /// Whether the number has no fraction, however it is written.
    var isWhole: Bool { power >= 0 }

    /// The number without its sign, or nil when it is no integer or beyond 128 bits.
    var wholeMagnitude: UInt128? {
        isWhole ? significant?.appending(zeros: power) : nil
    }
}

extension UInt128 {
    /// Self with a digit behind that many zeros; nil when that is beyond 128 bits.
    fileprivate func appending(zeros: Int, digit: UInt8) -> UInt128? {
        guard let shifted = appending(zeros: zeros + 1) else { return nil }
        let (sum, overflows) = shifted.addingReportingOverflow(UInt128(digit))
        return overflows ? nil : sum
    }

    /// Self with that many zeros behind it; nil when that is beyond 128 bits.
    fileprivate func appending(zeros: Int) -> UInt128? {
        guard self > 0 else { return 0 }
        var product = self
        // However many zeros: beyond the 38th every product overflows.
        for _ in 0..<zeros {
            let (next, overflows) = product.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            product = next
        }
        return product
    }
}

extension RawSpan {
    /// The exponent from `start` to the end, with or without sign; one that is beyond any count of digits stays there.
    fileprivate func exponent(from start: Int) -> Int {
        var exponent = 0
        for offset in start..<byteCount where self[offset] &- 0x30 < 10 {
            exponent = min(exponent * 10 + Int(self[offset] &- 0x30), 1 << 40)
        }
        return self[start] == 0x2D ? -exponent : exponent
    }
}
