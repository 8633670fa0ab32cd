import Bytes

/// A moment as HTTP writes it (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
struct IMFDate {
    /// The 29 bytes of it.
    let text: InlineArray<29, UInt8>

    /// The moment `unixSeconds` after the epoch; one before the epoch or after the year 9999 is taken for the nearest.
    init(unixSeconds: Int64) {
        let seconds = Int(min(max(unixSeconds, 0), Self.lastSecond))
        let days = seconds / 86_400
        let timeOfDay = seconds % 86_400
        let date = Self.civilDate(days: days)

        var writer = Writer()
        // The epoch was a Thursday.
        writer.put(Self.weekdays, part: (days + 4) % 7)
        writer.put(", ")
        writer.put(digits: date.day, 2)
        writer.put(" ")
        writer.put(Self.months, part: date.month)
        writer.put(" ")
        writer.put(digits: date.year, 4)
        writer.put(" ")
        writer.put(digits: timeOfDay / 3_600, 2)
        writer.put(":")
        writer.put(digits: timeOfDay / 60 % 60, 2)
        writer.put(":")
        writer.put(digits: timeOfDay % 60, 2)
        writer.put(" GMT")
        text = writer.text
    }

    /// The date `days` after the epoch, with the month counted from 0 and the day from 1. O(years since the epoch).
    private static func civilDate(days: Int) -> (year: Int, month: Int, day: Int) {
        var year = 1970
        var rest = days
        while rest >= lengthOf(year: year) {
            rest -= lengthOf(year: year)
            year += 1
        }
        var month = 0
        while rest >= lengthOf(month: month, in: year) {
            rest -= lengthOf(month: month, in: year)
            month += 1
        }
        return (year, month, rest + 1)
    }

    private static func lengthOf(year: Int) -> Int { isLeap(year) ? 366 : 365 }

    private static func lengthOf(month: Int, in year: Int) -> Int {
        switch month {
        case 1: isLeap(year) ? 29 : 28
        case 3, 5, 8, 10: 30
        default: 31
        }
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private struct Writer {
        var text = InlineArray<29, UInt8>(repeating: 0)
        var end = 0

        mutating func put(_ literal: StaticString) {
            for offset in 0..<literal.utf8CodeUnitCount { put(literal.bytes[offset]) }
        }

        /// The three letters of a name out of a list of such.
        mutating func put(_ names: StaticString, part: Int) {
            for offset in 0..<3 { put(names.bytes[part * 3 + offset]) }
        }

        mutating func put(digits value: Int, _ width: Int) {
            var divisor = 1
            for _ in 1..<width { divisor *= 10 }
            while divisor > 0 {
                put(UInt8(truncatingIfNeeded: value / divisor % 10) + ASCII.zero)
                divisor /= 10
            }
        }

        private mutating func put(_ byte: UInt8) {
            text[end] = byte
            end += 1
        }
    }

    private static let weekdays: StaticString = "SunMonTueWedThuFriSat"
    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
    /// 31 December 9999, 23:59:59: the format has four digits for the year.
    private static let lastSecond: Int64 = 253_402_300_799
}
