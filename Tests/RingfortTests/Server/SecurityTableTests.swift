import Foundation
import TestSupport
import Testing

@testable import Ringfort

/// The table of the security model: each case and its answer, over a socket. Deadlines (408), a source of keys that is down
/// and overload (503) need a server of their own: `DeadlineTests`, `AuthenticationTests` and `WorkerTests` have them.
@Suite("The table of answers")
struct SecurityTableTests {
    struct Row: Sendable {
        let name: String
        let request: String
        let status: Int
        /// Whether nothing that follows is answered.
        var closes = false
        var headers: [String: String] = [:]
        /// The members of the problem beside those that all have.
        var members: [String] = []
    }

    private static let api: Router = {
        var api = TestServer.api
        let thing = SchemaDefinition.object(["name": .string(maxLength: 8)], required: ["name"])
        api.post("/things", body: .json(bytes: 1_000, schema: thing)) { _, response in response.status = .created }
        api.group("/rare", limit: .perAddress(rate: 1, burst: 1, everySeconds: 60), cost: 1) { rare in
            rare.get("") { _, response in response.text("rare") }
        }
        return api
    }()

    private static func get(_ path: String, _ headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n"
    }

    private static func post(_ path: String, _ body: String, type: String? = "application/json") -> String {
        let type = type.map { "Content-Type: \($0)\r\n" } ?? ""
        return "POST \(path) HTTP/1.1\r\nHost: a\r\n\(type)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let noCredentials = ["www-authenticate": #"Bearer realm="ringfort""#]
    private static let badCredentials = ["www-authenticate": #"Bearer realm="ringfort", error="invalid_token""#]
    private static let twoCredentials = ["www-authenticate": #"Bearer realm="ringfort", error="invalid_request""#]

    static let rows = [
        Row(
            name: "bad framing",
            request:
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            status: 400, closes: true),
        Row(name: "bad header", request: get("/health", "X : a\r\n"), status: 400, closes: true),
        Row(name: "bad target", request: get("/a%2fb"), status: 400, closes: true),
        Row(name: "fragment", request: get("/a#b"), status: 400, closes: true),
        Row(
            name: "head over its limit",
            request: get("/health", String(repeating: "X: \(String(repeating: "a", count: 4_000))\r\n", count: 5)),
            status: 431, closes: true),
        Row(
            name: "header over its limit", request: get("/health", "X: \(String(repeating: "a", count: 8_200))\r\n"),
            status: 431, closes: true),
        Row(
            name: "too many headers", request: get("/health", String(repeating: "X: a\r\n", count: 101)), status: 431,
            closes: true),
        Row(
            name: "target over its limit", request: get("/\(String(repeating: "a", count: 8_200))"), status: 414,
            closes: true),
        Row(
            name: "body over its limit", request: post("/echo", "\"\(String(repeating: "a", count: 1_000))\""),
            status: 413, closes: true),
        Row(name: "no credentials", request: get("/secret"), status: 401, headers: noCredentials),
        Row(
            name: "bad credentials", request: get("/secret", "Authorization: Bearer a.b.c\r\n"), status: 401,
            headers: badCredentials),
        Row(
            name: "another scheme", request: get("/secret", "Authorization: Basic YTpi\r\n"), status: 401,
            headers: noCredentials),
        Row(
            name: "two Authorization headers",
            request: get("/secret", "Authorization: Bearer a\r\nAuthorization: Bearer a\r\n"), status: 400,
            headers: twoCredentials),
        Row(name: "unknown route", request: get("/nowhere"), status: 404),
        Row(
            name: "wrong method", request: "DELETE /health HTTP/1.1\r\nHost: a\r\n\r\n", status: 405,
            headers: ["allow": "GET, HEAD, OPTIONS"]),
        Row(name: "unknown method", request: "BREW /health HTTP/1.1\r\nHost: a\r\n\r\n", status: 405),
        Row(name: "wrong media type", request: post("/things", "{}", type: "text/plain"), status: 415),
        Row(name: "no media type", request: post("/things", "{}", type: nil), status: 415),
        Row(name: "no JSON", request: post("/things", "{"), status: 400, members: ["detail"]),
        Row(
            name: "body that breaks the schema", request: post("/things", #"{"name":"much too long"}"#), status: 400,
            members: ["detail", "errors"]),
        Row(name: "failing handler", request: get("/fault"), status: 500),
    ]

    /// Checks what every refusal has: headers, and a body that says no more than it may.
    private func check(_ answer: Answer, _ row: Row) throws {
        #expect(answer.status == row.status)
        for (name, value) in ServerTests.securityHeaders { #expect(answer.headers[name] == value) }
        for (name, value) in row.headers { #expect(answer.headers[name] == value) }
        let id = try #require(answer.headers["x-correlation-id"])
        #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        let problem = try answer.problem()
        #expect(problem.keys.sorted() == (["correlation_id", "status", "title", "type"] + row.members).sorted())
        #expect(problem["correlation_id"] as? String == id)
        #expect(problem["status"] as? Int == row.status)
    }

    @Test("has its answer for each case, and closes where nobody knows what follows", arguments: rows)
    func row(row: Row) throws {
        let server = try TestServer(Self.api) { $0.keyring = try TestKeys.keyring() }
        let client = try LoopbackClient(port: server.port)
        client.send(row.request + Self.get("/health"))
        client.finishSending()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.count == (row.closes ? 1 : 2))
        try check(try #require(answers.first), row)
        if row.closes {
            #expect(answers.first?.headers["connection"] == "close")
        } else {
            #expect(answers.last?.status == 200)
        }
        _ = try server.finish()
    }

    @Test("names the pointer and the keyword of each violation, at most sixteen, and never a value")
    func violations() throws {
        let server = try TestServer(Self.api)
        let members = (0..<40).map { "\"secret\($0)\":\"value\($0)\"" }.joined(separator: ",")
        let answer = try server.ask(Self.post("/things", "{\(members)}"))
        let errors = try #require(try answer.problem()["errors"] as? [[String: String]])
        #expect(errors.count == 16)
        #expect(errors.allSatisfy { $0["pointer"] != nil && $0["keyword"] != nil })
        #expect(!answer.body.contains("value"))
        _ = try server.finish()
    }

    @Test("tells a limited client which limit it met, and when to come back")
    func limited() throws {
        let server = try TestServer(Self.api)
        let answers = try (0..<2).map { _ in try server.get("/rare") }
        #expect(answers.map(\.status) == [200, 429])
        let row = Row(
            name: "limited", request: "", status: 429,
            headers: [
                "retry-after": "60", "ratelimit-policy": #""route";q=1;w=60"#, "ratelimit": #""route";r=0;t=60"#,
            ], members: ["violated-policies"])
        try check(try #require(answers.last), row)
        let problem = try #require(answers.last).problem()
        #expect(problem["type"] as? String == "https://iana.org/assignments/http-problem-types#quota-exceeded")
        #expect(problem["violated-policies"] as? [String] == ["route"])
        _ = try server.finish()
    }

    @Test("answers OPTIONS * and takes any encoded byte in a query")
    func targets() throws {
        let server = try TestServer(Self.api)
        #expect(try server.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status == 204)
        let query = "redirect=https%3A%2F%2Fx&a=%00%5c%2e%2e"
        #expect(try server.get("/query?\(query)").body == query)
        _ = try server.finish()
    }

    @Test("reads no body of a request that is not authorized: it is not asked to send one")
    func unauthorizedBody() throws {
        let server = try TestServer(Self.api)
        let client = try LoopbackClient(port: server.port)
        client.send(
            "DELETE /things/1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n")
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [401])
        #expect(answers.first?.headers["connection"] == "close")
        _ = try server.finish()
    }
}
