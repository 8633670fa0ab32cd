import Ringfort

/// A point in time for people: as a date, and as how long ago or ahead it is.
struct Moment: Equatable {
    let unixSeconds: Int64

    /// The date in UTC, such as `2026-11-24T08:44:50Z`; nil outside the years 1970 to 9999.
    var date: String? {
        guard (0...253_402_300_799).contains(unixSeconds) else { return nil }
        let (days, rest) = UInt64(unixSeconds).quotientAndRemainder(dividingBy: 86_400)
        let day = CivilDate(daysSince1970: days)
        let time = [rest / 3_600, rest / 60 % 60, rest % 60].map(Self.twoDigits).joined(separator: ":")
        return "\(day.year)-\(Self.twoDigits(day.month))-\(Self.twoDigits(day.day))T\(time)Z"
    }

    /// `3 minutes ago`, `in 2 hours`, `now`.
    func words(nowUnixSeconds now: Int64) -> String {
        let (difference, overflows) = unixSeconds.subtractingReportingOverflow(now)
        guard !overflows else { return unixSeconds < now ? "ages ago" : "in ages" }
        guard difference != 0 else { return "now" }
        let length = Self.words(lengthSeconds: difference.magnitude)
        return difference < 0 ? "\(length) ago" : "in \(length)"
    }

    /// A length of time in its greatest whole unit.
    static func words(lengthSeconds: UInt64) -> String {
        let unit = units.first { lengthSeconds >= $0.seconds } ?? (1, "second")
        let count = lengthSeconds / unit.seconds
        return "\(count) \(unit.name)\(count == 1 ? "" : "s")"
    }

    private static let units: [(seconds: UInt64, name: String)] = [
        (31_557_600, "year"), (86_400, "day"), (3_600, "hour"), (60, "minute"),
    ]

    private static func twoDigits(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
