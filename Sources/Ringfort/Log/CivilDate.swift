/// A day of the Gregorian calendar.
package struct CivilDate: Equatable, Sendable {
    /// The year, from 1970.
    package let year: UInt64
    /// The month, 1 to 12.
    package let month: UInt64
    /// The day of the month, 1 to 31.
    package let day: UInt64

    /// The day that is `days` after 1 January 1970.
    ///
    /// Counted from 1 March of year 0, so that the leap day is the last of its year and of its 400-year era.
    package init(daysSince1970 days: UInt64) {
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
