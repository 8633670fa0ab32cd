internal import Bytes

/// A JSON number's text, read as what it is: a decimal, exact however long it is. Nothing is converted or copied.
struct DecimalText: ~Escapable, BitwiseCopyable {
    // INVARIANT: `text` is a number of RFC 8259, and `first..<end` begins and ends at digits other than 0.
    private let text: RawSpan
    let isNegative: Bool
    /// Where the first digit other than 0 stands.
    private let first: Int
    /// Behind the last digit other than 0; `first` when there is none, which is what zero looks like.
    private let end: Int
    /// The power of ten that the first digit counts.
    private let firstPower: Int
    /// The power of ten that the last digit counts.
    private let lastPower: Int

    @_lifetime(copy text)
    init(_ text: RawSpan) {
        self.text = text
        isNegative = text[0] == 0x2D
        var first = 0
        var last = -1
        var point = -1
        var offset = isNegative ? 1 : 0
        while offset < text.byteCount, text[offset] | 0x20 != 0x65 {
            let digit = text[offset] &- 0x30
            if digit > 9 { point = offset }
            if digit &- 1 < 9 {
                if last < 0 { first = offset }
                last = offset
            }
            offset += 1
        }
        let mantissaEnd = offset
        let unit = point < 0 ? mantissaEnd : point
        let exponent = offset < text.byteCount ? Self.exponent(in: text, from: offset + 1) : 0
        self.first = first
        end = last < 0 ? first : last + 1
        firstPower = (first < unit ? unit - first - 1 : unit - first) + exponent
        lastPower = (last < unit ? unit - last - 1 : unit - last) + exponent
    }

    /// The exponent from `start` to the end; what is beyond any use is brought near, so that sums stay in range.
    private static func exponent(in text: RawSpan, from start: Int) -> Int {
        var value = 0
        for offset in start..<text.byteCount where text[offset] &- 0x30 < 10 {
            value = min(value * 10 + Int(text[offset] &- 0x30), 1 << 50)
        }
        return text[start] == 0x2D ? -value : value
    }
}

extension DecimalText {
    var isZero: Bool { first == end }

    /// Whether there is nothing behind the point: 1.0 and 1e2 are integers.
    var isInteger: Bool { isZero || lastPower >= 0 }

    /// -1, 0 or 1 as this number is less than, equal to or greater than `other`. O(digits).
    func compared(to other: DecimalText) -> Int {
        if isZero || other.isZero { return sign - other.sign }
        guard isNegative == other.isNegative else { return sign }
        return sign * magnitudeCompared(to: other)
    }

    private var sign: Int { isZero ? 0 : isNegative ? -1 : 1 }

    private func magnitudeCompared(to other: DecimalText) -> Int {
        guard firstPower == other.firstPower else { return firstPower < other.firstPower ? -1 : 1 }
        var left = first
        var right = other.first
        while left < end && right < other.end {
            let difference = Int(text[left]) - Int(other.text[right])
            if difference != 0 { return difference.signum() }
            left = offset(after: left)
            right = other.offset(after: right)
        }
        return left < end ? 1 : right < other.end ? -1 : 0
    }

    private func offset(after digit: Int) -> Int {
        let next = digit + 1
        return next < end && text[next] == 0x2E ? next + 1 : next
    }

    /// Puts in what equal numbers share, however they are written.
    func hash(into hasher: inout Hasher) {
        guard !isZero else { return hasher.combine(0) }
        hasher.combine(isNegative)
        hasher.combine(firstPower)
        var digit = first
        while digit < end {
            hasher.combine(text[digit])
            digit = offset(after: digit)
        }
    }
}

/// What `multipleOf` names: digits times a power of ten.
struct DecimalDivisor: BitwiseCopyable, Sendable {
    /// Not 0, and not a multiple of ten.
    let digits: UInt64
    let power: Int

    /// The number's value; nil when it is not greater than zero, or has more significant digits than eighteen.
    init?(_ number: DecimalText) {
        guard let (digits, power) = number.digitsAndPower else { return nil }
        self.digits = digits
        self.power = power
    }

    /// Whether the number divided by this is an integer. Exact; O(digits).
    func divides(_ number: DecimalText) -> Bool { number.isMultiple(of: self) }
}

extension DecimalText {
    fileprivate var digitsAndPower: (UInt64, Int)? {
        guard !isZero && !isNegative else { return nil }
        var value: UInt64 = 0
        var digit = first
        while digit < end {
            guard value < 100_000_000_000_000_000 else { return nil }
            value = value * 10 + UInt64(text[digit] &- 0x30)
            digit = offset(after: digit)
        }
        return (value, lastPower)
    }

    fileprivate func isMultiple(of divisor: DecimalDivisor) -> Bool {
        if isZero { return true }
        // This number's digits end in something other than 0, so that no multiple of a higher power of ten has them.
        guard lastPower >= divisor.power else { return false }
        var rest: UInt64 = 0
        var digit = first
        while digit < end {
            rest = (rest * 10 + UInt64(text[digit] &- 0x30)) % divisor.digits
            digit = offset(after: digit)
        }
        let scale = UInt64.powerOfTen(lastPower - divisor.power, modulo: divisor.digits)
        return rest.multiplied(by: scale, modulo: divisor.digits) == 0
    }
}

extension UInt64 {
    fileprivate func multiplied(by factor: UInt64, modulo divisor: UInt64) -> UInt64 {
        // Both are below the divisor, and so is the upper half of their product.
        divisor.dividingFullWidth(multipliedFullWidth(by: factor)).remainder
    }

    /// By squaring; O(log exponent).
    fileprivate static func powerOfTen(_ exponent: Int, modulo divisor: UInt64) -> UInt64 {
        var result = 1 % divisor
        var square = 10 % divisor
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result.multiplied(by: square, modulo: divisor) }
            square = square.multiplied(by: square, modulo: divisor)
            rest >>= 1
        }
        return result
    }
}
