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
