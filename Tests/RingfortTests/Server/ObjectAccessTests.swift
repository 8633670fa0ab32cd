import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("An object's owner")
struct ObjectAccessTests {
    /// Things that belong to alice of this server's own issuer, or to nobody; `touched` says that a handler went on.
    private static func server() throws -> TestServer {
        var api = Router()
        let alice: @Sendable (borrowing Request, inout ResponseWriter) throws(Problem) -> Void = {
            request, response throws(Problem) in
            try request.authorize(ownerSubject: "alice".utf8.span.raw, ownerIssuer: "".utf8.span.raw)
            response.text("touched\n")
        }
        api.delete("/things/:id", access: .owner(with: .readThings, orAnyoneWith: .deleteThings), alice)
        api.put("/things/:id", access: .owner(), body: .none, alice)
        api.post("/things/:id", body: .none, alice)
        api.delete("/orphans/:id", access: .owner()) { request, response throws(Problem) in
            try request.authorize(ownerSubject: RawSpan(), ownerIssuer: RawSpan())
            response.text("touched\n")
        }
        return try TestServer(api) { $0.keyring = try TestKeys.keyring() }
    }

    private struct Case {
        let method: String
        var path = "/things/1"
        let subject: String
        var issuer: String?
        let scope: String
        let status: Int
        var challenge: String?
    }

    private static let delete = #", error="insufficient_scope", scope="delete:things""#
    private static let read = #", error="insufficient_scope", scope="read:things""#
    private static let cases = [
        Case(method: "DELETE", subject: "alice", scope: "read:things", status: 200),
        Case(method: "DELETE", subject: "alice", scope: "read:things delete:things", status: 200),
        Case(method: "DELETE", subject: "alice", scope: "delete:things", status: 200),
        Case(method: "DELETE", subject: "alice", scope: "", status: 403, challenge: read),
        Case(method: "DELETE", subject: "bob", scope: "delete:things", status: 200),
        Case(method: "DELETE", subject: "bob", scope: "read:things", status: 403, challenge: delete),
        Case(method: "DELETE", subject: "bob", scope: "", status: 403, challenge: delete),
        Case(method: "DELETE", subject: "bob", scope: "delete:thing delete:thingsx", status: 403, challenge: delete),
        // Another issuer's alice is somebody else.
        Case(
            method: "DELETE", subject: "alice", issuer: "https://other.example", scope: "read:things", status: 403,
            challenge: delete),
        // Names that begin alike, or differ in case.
        Case(method: "DELETE", subject: "alice2", scope: "read:things", status: 403, challenge: delete),
        Case(method: "DELETE", subject: "alic", scope: "read:things", status: 403, challenge: delete),
        Case(method: "DELETE", subject: "Alice", scope: "read:things", status: 403, challenge: delete),
        // Where no scope would help, none is named.
        Case(method: "PUT", subject: "alice", scope: "", status: 200),
        Case(method: "PUT", subject: "bob", scope: "read:things delete:things", status: 403),
        // What belongs to nobody is nobody's.
        Case(method: "DELETE", path: "/orphans/1", subject: "alice", scope: "read:things", status: 403),
    ]

    @Test("may act on what is his own, and others where their scopes say so", arguments: cases.indices)
    func matrix(index: Int) throws {
        let expected = Self.cases[index]
        let server = try Self.server()
        let token = try TestKeys.token(subject: expected.subject, scope: expected.scope, issuer: expected.issuer)
        let answer = try server.ask(
            "\(expected.method) \(expected.path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n")
        #expect(answer.status == expected.status)
        #expect((answer.body == "touched\n") == (expected.status == 200))
        let challenge = expected.challenge.map { "Bearer realm=\"ringfort\"\($0)" }
        #expect(answer.headers["www-authenticate"] == challenge)
        _ = try server.finish()
    }

    @Test("is asked for a token, and a route without access lets nobody pass")
    func misuse() throws {
        let server = try Self.server()
        let anonymous = try server.ask("DELETE /things/1 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(anonymous.status == 401)
        #expect(anonymous.headers["www-authenticate"] == "Bearer realm=\"ringfort\"")
        #expect(try server.ask("POST /things/1 HTTP/1.1\r\nHost: a\r\n\r\n").status == 500)
        let lines = try server.finish()
        #expect(lines.contains { $0["reason"] as? String == "route_without_access" })
    }
}
