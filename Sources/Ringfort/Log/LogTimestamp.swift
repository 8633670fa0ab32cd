import Bytes

/// Writes points in time as RFC 3339 has them, in UTC with milliseconds: `2026-11-24T07:52:30.123Z`.
///
/// Lines come in the order of their times, so the text of a second is kept and used for all that fall into it.
struct LogTimestamp: ~Copyable {
    private var second = UInt64.max
    private var text = ByteBuffer(capacity: 64)

    /// Appends the point `nanoseconds` after 1970.
    mutating func write(_ nanoseconds: UInt64, into buffer: inout ByteBuffer) {
        let second = nanoseconds / 1_000_000_000
        if second != self.second { setSecond(second) }
        buffer.append(text.bytes)
        buffer.append(decimal: nanoseconds / 1_000_000 % 1000, width: 3)
        buffer.append(0x5A)
    }

    private mutating func setSecond(_ second: UInt64) {
        self.second = second
        let date = CivilDate(daysSince1970: second / 86_400)
        text.removeAll()
        text.append(decimal: date.year, width: 4)
        text.append(0x2D)
        text.append(decimal: date.month, width: 2)
        text.append(0x2D)
        text.append(decimal: date.day, width: 2)
        text.append(0x54)
        text.append(decimal: second / 3600 % 24, width: 2)
        text.append(0x3A)
        text.append(decimal: second / 60 % 60, width: 2)
        text.append(0x3A)
        text.append(decimal: second % 60, width: 2)
        text.append(0x2E)
    }
}

/// A day of the Gregorian calendar.
struct CivilDate: Equatable {
    let year: UInt64
    let month: UInt64
    let day: UInt64

    /// The day that is `days` after 1 January 1970.
    ///
    /// Counted from 1 March of year 0, so that the leap day is the last of its year and of its 400-year era.
    init(daysSince1970 days: UInt64) {
        let sinceMarchOfYear0 = days + 719_468
        let era = sinceMarchOfYear0 / 146_097
        let dayOfEra = sinceMarchOfYear0 % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // The months from March on have 31, 30, 31, 30, 31 days over and over: 153 in five.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }
}
