internal import Bytes

/// Dates and times of RFC 3339 section 5.6, durations of its appendix A.
extension RawSpan {
    var isDateTime: Bool {
        byteCount > 11 && extracting(first: 10).isDate && self[10] | 0x20 == 0x74 && extracting(11..<byteCount).isTime
    }

    var isDate: Bool {
        guard byteCount == 10, self[4] == 0x2D, self[7] == 0x2D, let year = number(at: 0, digits: 4),
            let month = number(at: 5, digits: 2), let day = number(at: 8, digits: 2), (1...12).contains(month)
        else { return false }
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lastDay =
            switch month {
            case 2: isLeapYear ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        return (1...lastDay).contains(day)
    }

    var isTime: Bool {
        guard byteCount >= 9, self[2] == 0x3A, self[5] == 0x3A, let hour = number(at: 0, digits: 2),
            let minute = number(at: 3, digits: 2), let second = number(at: 6, digits: 2),
            hour < 24 && minute < 60 && second <= 60
        else { return false }
        var offset = 8
        if self[offset] == 0x2E {
            let end = endOfDigits(from: offset + 1)
            guard end > offset + 1 else { return false }
            offset = end
        }
        guard let zone = zoneOffsetMinutes(at: offset) else { return false }
        // A leap second ends a day in UTC.
        let minuteInUTC = (hour * 60 + minute - zone + 2 * 1440) % 1440
        return second < 60 || minuteInUTC == 1439
    }

    /// `Z` or `+hh:mm` from `offset` to the end.
    private func zoneOffsetMinutes(at offset: Int) -> Int? {
        guard offset < byteCount else { return nil }
        if self[offset] | 0x20 == 0x7A { return offset + 1 == byteCount ? 0 : nil }
        guard offset + 6 == byteCount, self[offset] == 0x2B || self[offset] == 0x2D, self[offset + 3] == 0x3A,
            let hours = number(at: offset + 1, digits: 2), let minutes = number(at: offset + 4, digits: 2),
            hours < 24 && minutes < 60
        else { return nil }
        return (self[offset] == 0x2D ? -1 : 1) * (hours * 60 + minutes)
    }

    var isDuration: Bool {
        guard byteCount >= 3, self[0] == 0x50 else { return false }
        var offset = 1
        if let end = endOfUnits("W", from: 1), end == byteCount { return true }
        if self[1] != 0x54 {
            guard let end = endOfUnits("YMD", from: 1) else { return false }
            offset = end
        }
        guard offset < byteCount else { return true }
        return self[offset] == 0x54 && endOfUnits("HMS", from: offset + 1) == byteCount
    }

    /// Where a run of counts ends, each with one of the units, in their order and without a gap; nil without one.
    private func endOfUnits(_ units: StaticString, from start: Int) -> Int? {
        var offset = start
        var lastUnit: Int?
        while true {
            let end = endOfDigits(from: offset)
            guard end > offset, end < byteCount else { return offset > start && end == offset ? offset : nil }
            guard let unit = units.bytes.firstOffset(of: self[end]) else { return nil }
            if let lastUnit, unit != lastUnit + 1 { return nil }
            lastUnit = unit
            offset = end + 1
        }
    }
}

extension RawSpan {
    /// The decimal number that stands in exactly so many digits.
    func number(at offset: Int, digits: Int) -> Int? {
        guard offset + digits <= byteCount else { return nil }
        var value = 0
        for index in offset..<offset + digits {
            guard self[index].isDigit else { return nil }
            value = value * 10 + Int(self[index] - 0x30)
        }
        return value
    }

    func endOfDigits(from start: Int) -> Int {
        var offset = start
        while offset < byteCount, self[offset].isDigit { offset += 1 }
        return offset
    }
}
