import Bytes
import JSON
import Ringfort

extension PostDraft {
    /// Appends the post as an object behind its id, which the store alone knows: `,"title":…}`.
    func writeMembersBehindID(into buffer: inout ByteBuffer) {
        buffer.append(",\"title\":")
        buffer.append(jsonString: title)
        buffer.append(",\"body\":")
        buffer.append(jsonString: body)
        buffer.append(",\"tags\":")
        buffer.append(tags)
        buffer.append(",\"author\":")
        buffer.append(jsonString: author)
        buffer.append(",\"created\":")
        Self.writeTime(createdUnixSeconds, into: &buffer)
        buffer.append(0x7D)
    }

    /// Appends a point in time as a string that RFC 3339 would have: `"2026-11-24T07:52:30Z"`.
    private static func writeTime(_ unixSeconds: UInt64, into buffer: inout ByteBuffer) {
        let date = CivilDate(daysSince1970: unixSeconds / 86_400)
        buffer.append(0x22)
        buffer.append(decimal: date.year, width: 4)
        buffer.append(0x2D)
        buffer.append(decimal: date.month, width: 2)
        buffer.append(0x2D)
        buffer.append(decimal: date.day, width: 2)
        buffer.append(0x54)
        buffer.append(decimal: unixSeconds / 3600 % 24, width: 2)
        buffer.append(0x3A)
        buffer.append(decimal: unixSeconds / 60 % 60, width: 2)
        buffer.append(0x3A)
        buffer.append(decimal: unixSeconds % 60, width: 2)
        buffer.append("Z\"")
    }
}
