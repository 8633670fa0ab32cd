import Bytes
import Foundation
import Ringfort
import TestSupport
import Testing

@testable import RingfortCLI

@Suite("A post that is sent")
struct PostSubmissionTests {
    /// The sample API on a port of its own, and a token that may write.
    private struct Running {
        let server: RunningServer
        let port: UInt16
        let token: String

        init() throws {
            let key = SigningKey.hs256(
                try SymmetricSecret([UInt8](repeating: 5, count: 32).span.raw), id: try KeyID("test"))
            let keyring = try Keyring(signing: [key])
            var token = ByteBuffer(capacity: 512)
            try TokenIssuer(key).issue(
                TokenContent(
                    subject: "alice", scope: "write:posts", issuer: nil, audience: nil, lifetimeSeconds: 60),
                nowUnixSeconds: Int64(Date().timeIntervalSince1970), into: &token)
            self.token = String(token.bytes)
            var configuration = try ServerConfiguration(
                address: try #require(ListenAddress("127.0.0.1:0")), keyring: keyring)
            configuration.addressRate = nil
            configuration.limiterCapacity = 64
            configuration.logDescriptor = unsafe open("/dev/null", O_WRONLY)
            let server = try Server(SampleAPI.routes(try MemoryPostStore.withSamples()), configuration)
            port = server.address.port
            self.server = try server.start()
        }

        func post(_ body: String, type: String = "application/json") throws -> (status: Int, body: String) {
            let client = try LoopbackClient(port: port)
            client.send(
                "POST /api/posts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nContent-Type: \(type)\r\n"
                    + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body)
            let answer = try client.readToEnd()
            let parts = answer.components(separatedBy: "\r\n\r\n")
            let status = try #require(Int(answer.dropFirst(9).prefix(3)))
            return (status, parts.dropFirst().joined())
        }

        func finish() throws {
            server.drain()
            try server.join()
        }
    }

    @Test("is kept, with its tags and its author")
    func kept() throws {
        let running = try Running()
        let (status, body) = try running.post(#"{"title":"\u00e9","body":"b\n","tags":["a-1","b"]}"#)
        #expect(status == 201)
        let post = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
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
        let running = try Running()
        let (status, body) = try running.post(expected.body)
        #expect(status == 400)
        let problem = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        let errors = try #require(problem["errors"] as? [[String: Any]])
        let isNamed = errors.contains {
            $0["pointer"] as? String == expected.pointer && $0["keyword"] as? String == expected.keyword
        }
        #expect(isNamed, "\(errors)")
        #expect(errors.count <= 16)
        #expect(!body.contains("NO\""))
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
        let running = try Running()
        #expect(try running.post(expected.body, type: expected.type).status == expected.status)
        try running.finish()
    }
}
