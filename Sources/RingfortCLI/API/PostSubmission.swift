import Bytes
import JSON
import Ringfort

/// The body of `POST /api/posts`: `{"title": "…", "body": "…"}` and nothing else.
enum PostSubmission {
    /// Reads a body, and hands the post to `keep` while its texts are there.
    ///
    /// - Throws: the problem that the client is told: no JSON, or not this object.
    static func read(
        _ body: RawSpan, author: RawSpan, keep: (borrowing PostDraft) throws(PostError) -> UInt64
    ) throws(Problem) -> UInt64 {
        var tape = JSONTape(nodes: 16)
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(body, limits: JSONLimits(depth: 1, membersInObject: 2))
        } catch {
            throw .invalidJSON(reason: "invalid_json", offset: error.offset)
        }
        guard document.count == 2, let title = document.member("title")?.asString,
            let text = document.member("body")?.asString
        else {
            throw .badRequest(
                reason: "not_a_post", explanation: "The body must be an object with the strings title and body.")
        }
        var titleText = ByteBuffer(capacity: 256)
        var bodyText = ByteBuffer(capacity: 1024)
        title.append(to: &titleText)
        text.append(to: &bodyText)
        return try SampleAPI.with { () throws(PostError) in
            try keep(
                try PostDraft(
                    title: titleText.bytes, body: bodyText.bytes, author: author, createdUnixSeconds: UnixTime.now()))
        }
    }
}
