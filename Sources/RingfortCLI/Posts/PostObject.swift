import Bytes
import JSON
import Ringfort

/// A post as clients see it, over texts that lie in a row of the database or in a draft.
struct PostObject: ~Escapable {
    let id: Int64
    let title: RawSpan
    let body: RawSpan
    let tags: RawSpan
    let authorSubject: RawSpan
    let authorIssuer: RawSpan
    let createdUnixSeconds: Int64
    let updatedUnixSeconds: Int64

    @_lifetime(copy title, copy body, copy tags, copy authorSubject, copy authorIssuer)
    init(
        id: Int64, title: RawSpan, body: RawSpan, tags: RawSpan, authorSubject: RawSpan, authorIssuer: RawSpan,
        createdUnixSeconds: Int64, updatedUnixSeconds: Int64
    ) {
        self.id = id
        self.title = title
        self.body = body
        self.tags = tags
        self.authorSubject = authorSubject
        self.authorIssuer = authorIssuer
        self.createdUnixSeconds = createdUnixSeconds
        self.updatedUnixSeconds = updatedUnixSeconds
    }

    /// Appends the post as a JSON object.
    func write(into buffer: inout ByteBuffer) {
        var object = JSONObjectWriter(into: &buffer)
        object.append("id", integer: id, into: &buffer)
        object.append("title", string: title, into: &buffer)
        object.append("body", string: body, into: &buffer)
        object.append(name: "tags", into: &buffer)
        buffer.append(tags)
        object.append("author", string: authorSubject, into: &buffer)
        if !authorIssuer.isEmpty { object.append("author_issuer", string: authorIssuer, into: &buffer) }
        object.append(name: "created", into: &buffer)
        Self.writeTime(createdUnixSeconds, into: &buffer)
        object.append(name: "updated", into: &buffer)
        Self.writeTime(updatedUnixSeconds, into: &buffer)
        object.finish(into: &buffer)
    }

    /// The end of the year 9999, the last that RFC 3339 can write.
    private static let lastUnixSecond: Int64 = 253_402_300_799

    /// Appends a point in time as a string that RFC 3339 would have: `"2026-11-24T07:52:30Z"`.
    private static func writeTime(_ unixSeconds: Int64, into buffer: inout ByteBuffer) {
        // A database that somebody has changed may hold any number.
        let seconds = UInt64(min(max(unixSeconds, 0), lastUnixSecond))
        let date = CivilDate(daysSince1970: seconds / 86_400)
        buffer.append(0x22)
        buffer.append(decimal: date.year, width: 4)
        buffer.append(0x2D)
        buffer.append(decimal: date.month, width: 2)
        buffer.append(0x2D)
        buffer.append(decimal: date.day, width: 2)
        buffer.append(0x54)
        buffer.append(decimal: seconds / 3600 % 24, width: 2)
        buffer.append(0x3A)
        buffer.append(decimal: seconds / 60 % 60, width: 2)
        buffer.append(0x3A)
        buffer.append(decimal: seconds % 60, width: 2)
        buffer.append("Z\"")
    }
}
