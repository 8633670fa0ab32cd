import Testing

@testable import RingfortCLI

@Suite("A post that is sent")
struct PostSubmissionTests {
    @Test("is kept, with its tags and its author")
    func kept() throws {
        let running = try RunningPosts()
        let answer = try running.post(#"{"title":"\u00e9","body":"b\n","tags":["a-1","b"]}"#)
        #expect(answer.status == 201)
        let post = try answer.object()
        #expect(post["title"] as? String == "é")
        #expect(post["body"] as? String == "b\n")
        #expect(post["tags"] as? [String] == ["a-1", "b"])
        #expect(post["author"] as? String == "alice")
        try running.finish()
    }

    /// Bodies that break the schema: the pointer and the keyword of the first violation.
    private static let violations: [(body: String, pointer: String, keyword: String)] = [
        (#"{"title":1,"body":""}"#, "/title", "type"),
        (#"{"body":""}"#, "", "required"),
        (#"{"title":"","body":""}"#, "/title", "minLength"),
        (#"{"title":"\#(String(repeating: "t", count: 121))","body":""}"#, "/title", "maxLength"),
        (#"{"title":"t","body":"","admin":true}"#, "/admin", "additionalProperties"),
        (#"{"title":"t","body":"","tags":["NO"]}"#, "/tags/0", "pattern"),
        (#"{"title":"t","body":"","tags":["a","a"]}"#, "/tags", "uniqueItems"),
        (#"["title"]"#, "", "type"),
    ]

    @Test(
        "is refused with the place and the rule that it breaks, never with what it says", arguments: violations.indices)
    func violation(index: Int) throws {
        let expected = Self.violations[index]
        let running = try RunningPosts()
        let answer = try running.post(expected.body)
        #expect(answer.status == 400)
        let problem = try answer.object()
        let errors = try #require(problem["errors"] as? [[String: Any]])
        let isNamed = errors.contains {
            $0["pointer"] as? String == expected.pointer && $0["keyword"] as? String == expected.keyword
        }
        #expect(isNamed, "\(errors)")
        #expect(errors.count <= 16)
        #expect(!answer.body.contains("NO\""))
        try running.finish()
    }

    /// Bodies that are refused before any schema.
    private static let refusals: [(body: String, type: String, status: Int)] = [
        (#"{"title":"t","body":""}"#, "text/plain", 415), (#"{"title":"t","body":""}"#, "", 415),
        (#"{"title":"t","title":"u","body":""}"#, "application/json", 400), ("{", "application/json", 400),
        (String(repeating: "[", count: 33) + String(repeating: "]", count: 33), "application/json", 400),
        ("", "application/json", 400), (String(repeating: " ", count: 2 << 20), "application/json", 413),
    ]

    @Test("is refused when it is no JSON, too deep, too large or of another type", arguments: refusals.indices)
    func refusal(index: Int) throws {
        let expected = Self.refusals[index]
        let running = try RunningPosts()
        #expect(try running.post(expected.body, type: expected.type).status == expected.status)
        try running.finish()
    }
}
