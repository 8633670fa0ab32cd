import Bytes
import JSON
import Ringfort

/// The body of `POST /api/posts` and `PUT /api/posts/:id`.
enum PostSubmission {
    /// What the routes ask of it.
    static let schema = SchemaDefinition.object(
        [
            "title": .string(minLength: 1, maxLength: 120),
            "body": .string(maxLength: 20_000),
            "tags": .array(
                of: .string(minLength: 1, maxLength: 32, pattern: "^[a-z0-9-]+$"), maxItems: 8, uniqueItems: true),
        ],
        required: ["title", "body"])

    /// The post that the request's document is, which keeps to the schema.
    static func read(_ request: borrowing Request) throws(Problem) -> PostDraft {
        guard let document = request.json, let title = document.member("title")?.asString,
            let body = document.member("body")?.asString
        else { throw .internalFault(reason: "schema_and_handler_differ") }
        var text = ByteBuffer(capacity: 1024)
        return PostDraft(title: title.copy(&text), body: body.copy(&text), tags: tags(document.member("tags"), &text))
    }

    /// The tags as an array; an empty one when there are none.
    private static func tags(_ tags: JSONValue?, _ text: inout ByteBuffer) -> [UInt8] {
        var array = ByteBuffer(capacity: 256)
        var writer = JSONArrayWriter(into: &array)
        if let tags {
            var elements = tags.elements
            while let tag = elements.next() {
                text.removeAll()
                tag.asString?.append(to: &text)
                writer.append(string: text.bytes, into: &array)
            }
        }
        writer.finish(into: &array)
        return [UInt8](array.bytes)
    }
}

extension JSONString {
    fileprivate func copy(_ scratch: inout ByteBuffer) -> [UInt8] {
        scratch.removeAll()
        append(to: &scratch)
        return [UInt8](scratch.bytes)
    }
}
