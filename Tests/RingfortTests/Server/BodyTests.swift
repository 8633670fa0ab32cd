import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A body")
struct BodyTests {
    private static let api: Router = {
        var api = Router()
        api.get("/here") { request, response in response.text("\(request.body.byteCount)\n") }
        api.get("/there", runs: .onWorker) { request, response in response.text("\(request.body.byteCount)\n") }
        api.post("/large", body: .json(bytes: 4 << 20)) { request, response in
            response.text("\(request.body.byteCount)\n")
        }
        return api
    }()

    private static func post(_ path: String, _ body: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            + body
    }

    @Test("that its route doesn't take is read and not kept, however it comes", arguments: ["/here", "/there"])
    func unwanted(path: String) throws {
        let server = try TestServer(Self.api)
        let client = try LoopbackClient(port: server.port)
        let head = "GET \(path) HTTP/1.1\r\nHost: a\r\n"
        client.send(head + "Content-Length: 5\r\n\r\nhello" + head + "Content-Length: 0\r\n\r\n")
        client.send(head + "Content-Length: 5\r\n\r\nhe")
        _ = try client.read { $0.components(separatedBy: "HTTP/1.1 200 OK").count == 3 }
        client.send("llo" + head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        client.send("0\r\n\r\n")
        client.finishSending()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [200, 200])
        #expect(answers.map(\.body) == ["0\n", "0\n"])
        _ = try server.finish()
    }

    @Test("of zero bytes is none where none is taken, and no JSON elsewhere")
    func empty() throws {
        let server = try TestServer(Self.api)
        #expect(try server.ask("GET /here HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").body == "0\n")
        #expect(try server.ask(Self.post("/large", "")).status == 400)
        _ = try server.finish()
    }

    @Test("may be as long as its route says, beyond a mebibyte too")
    func large() throws {
        let server = try TestServer(Self.api) { $0.limits = try HTTPLimits(bodyBytes: 4 << 20) }
        let body = "\"\(String(repeating: "a", count: 3 << 20))\""
        #expect(try server.ask(Self.post("/large", body)).body == "\(body.utf8.count)\n")
        _ = try server.finish()
    }

    @Test(
        "that is no JSON or exceeds a limit is refused; what is wrong is for the log alone",
        arguments: [
            (
                String(repeating: "[", count: 33) + String(repeating: "]", count: 33),
                "the document is nested too deeply"
            ),
            ("{\((0...1000).map { "\"m\($0)\":1" }.joined(separator: ","))}", "an object has too many members"),
            (#"{"role":"user","role":"admin"}"#, "an object names a member twice"),
            (#"{"role":"user","r\u006Fle":"admin"}"#, "an object names a member twice"),
            ("[\(String(repeating: "0,", count: 270_000))0]", "the document has too many values"),
            ("{\"a\":1}x", "something follows the value"), ("\u{FEFF}{}", "the document starts with a byte-order mark"),
        ]
    )
    func refused(body: String, reason: String) throws {
        let server = try TestServer(Self.api)
        let answer = try server.ask(Self.post("/large", body))
        #expect(answer.status == 400)
        #expect(Set(try answer.problem().keys) == ["type", "title", "status", "correlation_id", "detail"])
        #expect(try answer.problem()["detail"] as? String == "The body is not valid JSON.")
        let line = try #require(try server.finish().first { $0["status"] as? Int == 400 })
        #expect(line["reason"] as? String == "invalid_json")
        #expect((line["detail"] as? String)?.hasPrefix("\(reason) at byte ") == true)
    }

    @Test(
        "may be as deep and as wide as the configuration says",
        arguments: [("[[1]]", 201), ("[[[1]]]", 400), (#"{"a":1,"b":2}"#, 201), (#"{"a":1,"b":2,"c":3}"#, 400)]
    )
    func configuredLimits(body: String, status: Int) throws {
        let server = try TestServer {
            $0.jsonDepth = 2
            $0.jsonMembers = 2
        }
        #expect(try server.ask(Self.post("/echo", body)).status == status)
        _ = try server.finish()
    }

    @Test("that is no UTF-8 is refused")
    func invalidUTF8() throws {
        let server = try TestServer(Self.api)
        let client = try LoopbackClient(port: server.port)
        client.send(Array(Self.post("/large", "[\"aa\"]").utf8.dropLast(4)) + [0xC0, 0x80, 0x22, 0x5D])
        client.finishSending()
        #expect(try Answer.all(in: try client.readToEnd()).map(\.status) == [400])
        _ = try server.finish()
    }
}

@Suite("A client that takes its time")
struct DeadlineTests {
    private static func server() throws -> TestServer {
        try TestServer {
            $0.headTimeoutMilliseconds = 1_000
            $0.bodyTimeoutMilliseconds = 1_000
            $0.idleTimeoutMilliseconds = 1_000
        }
    }

    /// What is sent before nothing more comes, and the reason in the log.
    private static let stalled = [
        ("GET /health HTTP/1.1\r\nHost: a", "head_timeout"),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n[",
            "body_timeout"
        ),
        // A burst of hundreds of seconds' worth at the least rate buys no such time.
        (
            "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
                + String(repeating: "a", count: 900_000),
            "body_timeout"
        ),
    ]

    @Test("is told 408, and its connection closes", arguments: stalled.indices)
    func told(index: Int) throws {
        let (text, reason) = Self.stalled[index]
        let server = try Self.server()
        let client = try LoopbackClient(port: server.port)
        client.send(text)
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [408])
        #expect(answers.first?.headers["connection"] == "close")
        let line = try #require(try server.finish().first { $0["status"] as? Int == 408 })
        #expect(line["reason"] as? String == reason)
    }

    @Test("between two requests is closed without a word")
    func idle() throws {
        let server = try Self.server()
        let client = try LoopbackClient(port: server.port)
        client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [200])
        #expect(answers.first?.headers["connection"] == nil)
        _ = try server.finish()
    }

    @Test("over all its requests is told at the next one that it is the last")
    func age() throws {
        let server = try TestServer { $0.connectionAgeSeconds = 1 }
        let client = try LoopbackClient(port: server.port)
        var answers = 0
        var last = ""
        while !last.contains("Connection: close") {
            client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            last = try client.read { $0.hasSuffix("healthy\n") }
            try #require(!last.isEmpty)
            answers += 1
        }
        #expect(answers > 1)
        #expect(try client.readToEnd() == "")
        _ = try server.finish()
    }
}
