internal import Bytes

/// Dates as PASETO's claims spell them (RFC 3339 section 5.6), in whole numbers only.
package enum RFC3339 {
    /// The Unix time of `text` in seconds, a fraction rounded up or down; nil for what is no date.
    ///
    /// `T` and `Z` may be lower case. A leap second (`:60`) is refused: Unix time has no name for it, so nobody who makes
    /// tokens from Unix time writes one. O(n).
    package static func unixSeconds(_ text: RawSpan, roundsUp: Bool = true) -> Int64? {
        guard text.byteCount >= 20,
            let year = number(text, 0..<4), text[4] == 0x2D,
            let month = number(text, 5..<7), (1...12).contains(month), text[7] == 0x2D,
            let day = number(text, 8..<10), day >= 1, day <= daysInMonth(month, year), text[10] | 0x20 == 0x74,
            let hour = number(text, 11..<13), hour < 24, text[13] == 0x3A,
            let minute = number(text, 14..<16), minute < 60, text[16] == 0x3A,
            let second = number(text, 17..<19), second < 60,
            let fraction = fraction(text, from: 19),
            let offset = offsetSeconds(text.extracting(fraction.end..<text.byteCount))
        else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        return days * 86_400 + hour * 3_600 + minute * 60 + second - offset + (fraction.isZero || !roundsUp ? 0 : 1)
    }

    /// Appends the Unix time `seconds` as a date in UTC, such as `2022-01-01T00:00:00+00:00`. The year must have four
    /// digits; anything else traps.
    static func append(_ seconds: Int64, to buffer: inout ByteBuffer) {
        let (days, rest) = (seconds.floorDividing(86_400), seconds.floorRemainder(86_400))
        let (year, month, day) = date(daysSinceEpoch: days)
        precondition((0...9999).contains(year), "year out of range")
        buffer.append(decimal: UInt64(year), width: 4)
        buffer.append(0x2D)
        buffer.append(decimal: UInt64(month), width: 2)
        buffer.append(0x2D)
        buffer.append(decimal: UInt64(day), width: 2)
        buffer.append(0x54)
        buffer.append(decimal: UInt64(rest / 3_600), width: 2)
        buffer.append(0x3A)
        buffer.append(decimal: UInt64(rest / 60 % 60), width: 2)
        buffer.append(0x3A)
        buffer.append(decimal: UInt64(rest % 60), width: 2)
        buffer.append("+00:00")
    }
}

// MARK: - Reading

extension RFC3339 {
    @inline(__always)
    private static func number(_ text: RawSpan, _ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for offset in range {
            let digit = text[offset] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    /// Where the fraction that may stand at `start` ends, and whether it is nothing.
    private static func fraction(_ text: RawSpan, from start: Int) -> (end: Int, isZero: Bool)? {
        guard text[start] == 0x2E else { return (start, true) }
        var isZero = true
        var offset = start + 1
        while offset < text.byteCount, text[offset] &- 0x30 < 10 {
            if text[offset] != 0x30 { isZero = false }
            offset += 1
        }
        return offset > start + 1 ? (offset, isZero) : nil
    }

    /// How far local time is ahead of UTC.
    private static func offsetSeconds(_ text: RawSpan) -> Int64? {
        if text.byteCount == 1 { return text[0] | 0x20 == 0x7A ? 0 : nil }
        guard text.byteCount == 6, text[0] == 0x2B || text[0] == 0x2D, text[3] == 0x3A,
            let hours = number(text, 1..<3), hours < 24,
            let minutes = number(text, 4..<6), minutes < 60
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return text[0] == 0x2D ? -seconds : seconds
    }
}

// MARK: - The calendar

extension RFC3339 {
    private static func daysInMonth(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01. The year is taken to begin in March, so that the leap day is its last.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let leapDays = shifted.floorDividing(4) - shifted.floorDividing(100) + shifted.floorDividing(400)
        return shifted * 365 + leapDays + dayOfYear - daysToEpoch
    }

    private static func date(daysSinceEpoch: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = daysSinceEpoch + daysToEpoch
        let (era, dayOfEra) = (days.floorDividing(daysInEra), days.floorRemainder(daysInEra))
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    /// Days from March 1 of the year 0 to 1970-01-01.
    private static let daysToEpoch: Int64 = 719_468
    /// Days in 400 years, after which the calendar repeats.
    private static let daysInEra: Int64 = 146_097
}

extension Int64 {
    fileprivate func floorDividing(_ divisor: Int64) -> Int64 {
        self / divisor - (self % divisor < 0 ? 1 : 0)
    }

    fileprivate func floorRemainder(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
