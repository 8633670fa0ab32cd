import Foundation
import SQLite
import TestSupport
import Testing

@testable import RingfortCLI

@Suite("The posts of the sample API")
struct PostRouteTests {
    private static let text = #"{"title":"New","body":"b"}"#

    private struct Case {
        let method: String
        let id: Int
        let subject: String
        var issuer: String?
        let scope: String
        let status: Int
        var scopeAsked: String?
    }

    /// 121 and 123 are alice's, 122 is bob's; none of them has an issuer.
    private static let cases = [
        Case(method: "DELETE", id: 123, subject: "alice", scope: "write:posts", status: 200),
        Case(method: "DELETE", id: 123, subject: "alice", scope: "", status: 403, scopeAsked: "write:posts"),
        Case(
            method: "DELETE", id: 122, subject: "alice", scope: "write:posts", status: 403, scopeAsked: "delete:posts"),
        Case(method: "DELETE", id: 122, subject: "alice", scope: "", status: 403, scopeAsked: "delete:posts"),
        Case(method: "DELETE", id: 122, subject: "eve", scope: "delete:posts", status: 200),
        Case(
            method: "DELETE", id: 123, subject: "alice", issuer: "https://evil.example", scope: "write:posts",
            status: 403, scopeAsked: "delete:posts"),
        Case(method: "DELETE", id: 999, subject: "alice", scope: "write:posts", status: 404),
        Case(method: "PUT", id: 123, subject: "alice", scope: "write:posts", status: 200),
        Case(method: "PUT", id: 123, subject: "alice", scope: "", status: 403, scopeAsked: "write:posts"),
        Case(method: "PUT", id: 122, subject: "alice", scope: "write:posts delete:posts", status: 403),
        Case(method: "PUT", id: 122, subject: "eve", scope: "delete:posts", status: 403, scopeAsked: "write:posts"),
        Case(method: "PUT", id: 999, subject: "alice", scope: "write:posts", status: 404),
        Case(method: "GET", id: 122, subject: "alice", scope: "", status: 200),
    ]

    @Test("are changed by their author, and removed by him or with a scope", arguments: cases.indices)
    func matrix(index: Int) throws {
        let expected = Self.cases[index]
        let running = try RunningPosts()
        let token = try running.token(expected.subject, expected.scope, issuer: expected.issuer)
        let answer = try running.ask(
            expected.method, "/api/posts/\(expected.id)", token: token,
            body: expected.method == "PUT" ? Self.text : nil)
        #expect(answer.status == expected.status)
        let challenge = expected.scopeAsked.map {
            "Bearer realm=\"ringfort\", error=\"insufficient_scope\", scope=\"\($0)\""
        }
        #expect(answer.headers["www-authenticate"] == challenge)
        let isThere = try running.store.head(of: Int64(expected.id)) != nil
        #expect(isThere == (expected.id != 999 && !(expected.method == "DELETE" && answer.status == 200)))
        if expected.method == "PUT", answer.status == 200 {
            #expect(try answer.object()["title"] as? String == "New")
            #expect(answer.headers["etag"] == "\"2\"")
            #expect(try running.ask("GET", "/api/posts/\(expected.id)").body == answer.body)
        }
        try running.finish()
    }

    @Test("come in pages that link to the next one")
    func pages() throws {
        let running = try RunningPosts()
        for _ in 0..<25 { #expect(try running.post(Self.text).status == 201) }
        let first = try running.ask("GET", "/api/posts")
        #expect(try first.ids() == Array((129...148).reversed()))
        #expect(first.headers["link"] == "</api/posts?after=129&limit=20>; rel=\"next\"")
        let second = try running.ask("GET", "/api/posts?after=129&limit=20")
        #expect(try second.ids() == Array((121...128).reversed()))
        #expect(second.headers["link"] == nil)
        // A post that comes between two pages moves none of them.
        let page = try running.ask("GET", "/api/posts?limit=2")
        #expect(try running.post(Self.text).status == 201)
        #expect(try page.ids() == [148, 147])
        #expect(try running.ask("GET", "/api/posts?limit=2&after=147").ids() == [146, 145])
        #expect(try running.ask("GET", "/api/posts?limit=100").ids().count == 29)
        try running.finish()
    }

    @Test(
        "are listed for no other questions",
        arguments: [
            "limit=0", "limit=101", "limit=-1", "limit=1e1", "limit=", "limit=01", "after=0", "after=x",
            "after=1234567890123456789", "after=1&after=2", "before=1", "limit=1%00",
        ])
    func refusedPages(query: String) throws {
        let running = try RunningPosts()
        #expect(try running.ask("GET", "/api/posts?\(query)").status == 400)
        try running.finish()
    }

    @Test("have a tag that changes with them, and conditions on it hold at the moment of a change")
    func tags() throws {
        let running = try RunningPosts()
        let created = try running.post(Self.text)
        #expect(created.headers["etag"] == "\"1\"" && created.headers["location"] == "/api/posts/124")
        #expect(try created.object()["created"] as? String == created.object()["updated"] as? String)
        let path = "/api/posts/124"
        let read = try running.ask("GET", path)
        #expect(read.headers["etag"] == "\"1\"" && read.body == created.body)
        let again = try running.ask("GET", path, headers: ["If-None-Match: \"1\""])
        #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == "\"1\"")
        #expect(try running.ask("PUT", path, headers: ["If-Match: \"2\""], body: Self.text).status == 412)
        #expect(try running.ask("PUT", path, headers: ["If-Match: \"1\""], body: Self.text).status == 200)
        #expect(try running.ask("DELETE", path, headers: ["If-Match: \"1\""]).status == 412)
        #expect(try running.ask("GET", path, headers: ["If-None-Match: \"1\""]).status == 200)
        // Who may not change it learns nothing of its state.
        let bob = try running.token("bob")
        #expect(try running.ask("DELETE", path, token: bob, headers: ["If-Match: \"1\""]).status == 403)
        #expect(try running.ask("DELETE", path, headers: ["If-Match: \"2\""]).status == 200)
        #expect(try running.ask("DELETE", path, headers: ["If-Match: *"]).status == 404)
        try running.finish()
    }

    @Test("are refused with 503 when there is no room, and the log alone says why")
    func full() throws {
        let running = try RunningPosts(mostBytes: 32 * 1024)
        let answer = try running.post(#"{"title":"t","body":"\#(String(repeating: "é", count: 20_000))"}"#)
        #expect(answer.status == 503 && answer.headers["retry-after"] == "60")
        #expect(!answer.body.lowercased().contains("sqlite") && !answer.body.contains("full"))
        #expect(try running.post(Self.text).status == 201)
        let log = try running.finish()
        #expect(log.contains("\"reason\":\"store_full\"") && log.contains("database or disk is full (code 13)"))
    }

    @Test("are kept when their client has gone while the change waited")
    func vanishedClient() throws {
        let running = try RunningPosts(workers: 1)
        let other = try Connection.open(running.database.path)
        try other.execute("BEGIN IMMEDIATE")
        try send(running.request("POST", "/api/posts", token: running.token(), body: Self.text), to: running.port)
        while running.store.counts.changes < 1 { sched_yield() }
        try other.execute("ROLLBACK")
        // The only worker answers this one after the one that waited.
        #expect(try running.ask("GET", "/api/posts/124").status == 200)
        try running.finish()
    }

    /// Sends a request and closes the connection.
    private func send(_ request: String, to port: UInt16) throws {
        let client = try LoopbackClient(port: port)
        client.send(request)
    }
}
