import Bytes
import JSON
import Ringfort

/// The body of `POST /api/posts`.
enum PostSubmission {
    /// What the route asks of it.
    static let schema = SchemaDefinition.object(
        [
            "title": .string(minLength: 1, maxLength: 120),
            "body": .string(maxLength: 20_000),
            "tags": .array(
                of: .string(minLength: 1, maxLength: 32, pattern: "^[a-z0-9-]+$"), maxItems: 8, uniqueItems: true),
        ],
        required: ["title", "body"])

    /// Hands the post that `document` is, and which keeps to the schema, to `keep` while its texts are there.
    static func read(
        _ document: JSONValue, author: RawSpan, keep: (borrowing PostDraft) throws(PostError) -> UInt64
    ) throws(Problem) -> UInt64 {
        guard let title = document.member("title")?.asString, let body = document.member("body")?.asString else {
            throw .internalFault(reason: "schema_and_handler_differ")
        }
        var titleText = ByteBuffer(capacity: 256)
        var bodyText = ByteBuffer(capacity: 1024)
        var tags = ByteBuffer(capacity: 256)
        title.append(to: &titleText)
        body.append(to: &bodyText)
        append(document.member("tags"), to: &tags)
        return try SampleAPI.with { () throws(PostError) in
            try keep(
                try PostDraft(
                    title: titleText.bytes, body: bodyText.bytes, author: author, tags: tags.bytes,
                    createdUnixSeconds: UnixTime.now()))
        }
    }

    /// Appends the tags as an array; an empty one when there are none.
    private static func append(_ tags: JSONValue?, to buffer: inout ByteBuffer) {
        var writer = JSONArrayWriter(into: &buffer)
        if let tags {
            var text = ByteBuffer(capacity: 64)
            var elements = tags.elements
            while let tag = elements.next() {
                text.removeAll()
                tag.asString?.append(to: &text)
                writer.append(string: text.bytes, into: &buffer)
            }
        }
        writer.finish(into: &buffer)
    }
}
