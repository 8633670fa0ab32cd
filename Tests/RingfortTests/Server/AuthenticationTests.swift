import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("Authentication")
struct AuthenticationTests {
    private static func server(
        configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        try TestServer(configure: {
            $0.keyring = try TestKeys.keyring()
            $0.issuer = "https://issuer.example"
            $0.audience = "api"
            try configure(&$0)
        })
    }

    private static func token(
        _ algorithm: Algorithm = .hs256, scope: String = "read:things", issuer: String? = "https://issuer.example",
        audience: String? = "api", lifetimeSeconds: Int64 = 600, ageSeconds: Int64 = 0
    ) throws -> String {
        try TestKeys.token(
            algorithm, scope: scope, issuer: issuer, audience: audience, lifetimeSeconds: lifetimeSeconds,
            ageSeconds: ageSeconds)
    }

    private static func ask(_ server: TestServer, _ token: String, path: String = "/whoami") throws -> Answer {
        try server.get(path, headers: "Authorization: Bearer \(token)\r\n")
    }

    @Test("takes a token of each kind, and tells the handler who it is", arguments: Algorithm.allCases)
    func valid(algorithm: Algorithm) throws {
        let server = try Self.server()
        let answer = try Self.ask(server, try Self.token(algorithm))
        #expect(answer.status == 200)
        #expect(answer.body == "alice\n")
        let line = try #require(try server.finish().first { $0["event"] as? String == "request" })
        #expect(line["subject"] as? String == "alice")
    }

    @Test("takes the scheme in any case", arguments: ["bearer", "BEARER", "Bearer  "])
    func scheme(name: String) throws {
        let server = try Self.server()
        let answer = try server.get("/whoami", headers: "Authorization: \(name) \(try Self.token())\r\n")
        #expect(answer.status == 200)
        _ = try server.finish()
    }

    /// Tokens that don't hold, and the reason that the log gives.
    private static func invalid() throws -> [(token: String, reason: String)] {
        let good = try token()
        let none = "eyJhbGciOiJub25lIn0." + good.split(separator: ".")[1] + "."
        return [
            ("", "wrong_segment_count"),
            ("x", "wrong_segment_count"),
            // 41 characters stand for no number of bytes; 42 may, by chance, for 31.
            (good.dropLast(2) + "", "invalid_base64url"),
            (String(good.dropLast(5)) + "AAAAA", "signature_mismatch"),
            (String(none), "unsecured_token"),
            (try token(ageSeconds: 3600), "expired"),
            (try token(issuer: "https://other.example"), "wrong_issuer"),
            (try token(issuer: nil), "wrong_issuer"),
            (try token(audience: "other"), "wrong_audience"),
            (try token(lifetimeSeconds: 90_000), "lifetime_too_long"),
            (String(repeating: ".", count: 3000), "wrong_segment_count"),
            (String(repeating: "a", count: 5000), "too_long"),
        ]
    }

    @Test("refuses every other token with one answer, whatever the reason, which the log has")
    func invalidTokens() throws {
        let server = try Self.server()
        var answers: Set<String> = []
        var reasons: [String: String] = [:]
        let cases = try Self.invalid()
        for (token, reason) in cases {
            let answer = try Self.ask(server, token)
            #expect(answer.status == 401, "\(token)")
            #expect(answer.headers["www-authenticate"] == "Bearer realm=\"ringfort\", error=\"invalid_token\"")
            let id = try #require(answer.headers["x-correlation-id"])
            reasons[id] = reason
            answers.insert(answer.body.replacing(id, with: ""))
        }
        #expect(answers.count == 1)
        let lines = try server.finish()
        for line in lines where line["event"] as? String == "request" {
            let id = try #require(line["correlation_id"] as? String)
            #expect(line["reason"] as? String == reasons[id])
            #expect(line["subject"] == nil)
        }
        // No token, and no part of one that is long enough to be of use, is in the log.
        let text = "\(lines)"
        for (token, _) in cases where token.count > 20 { #expect(!text.contains(token.prefix(20))) }
    }

    @Test(
        "tells a missing scope from a missing token",
        arguments: ["", "read:thing", "read:things2 xread:things", "Read:things"])
    func insufficientScope(scope: String) throws {
        let server = try Self.server()
        let answer = try Self.ask(server, try Self.token(scope: scope))
        #expect(answer.status == 403)
        #expect(
            answer.headers["www-authenticate"]
                == "Bearer realm=\"ringfort\", error=\"insufficient_scope\", scope=\"read:things\"")
        let line = try #require(try server.finish().first { $0["status"] as? Int == 403 })
        #expect(line["reason"] as? String == "insufficient_scope")
        #expect(line["subject"] as? String == "alice")
    }

    @Test("limits a principal by issuer and subject")
    func principalLimit() throws {
        let server = try Self.server { $0.principalRate = try CellRate(tokensPerSecond: 1, burst: 2) }
        let token = try Self.token()
        let statuses = try (0..<3).map { _ in try Self.ask(server, token).status }
        #expect(statuses == [200, 200, 429])
        // Another token of the same principal shares its bucket; another principal has its own.
        #expect(try Self.ask(server, try Self.token(.edDSA)).status == 429)
        let other = try TestKeys.token(
            subject: "bob", scope: "read:things", issuer: "https://issuer.example", audience: "api")
        #expect(try Self.ask(server, other).status == 200)
        _ = try server.finish()
    }

    @Test("stops listening to an address that fails too often, before it verifies anything")
    func failedAuthentications() throws {
        let server = try Self.server { $0.failedAuthenticationRate = try CellRate(tokensPerSecond: 1, burst: 2) }
        let statuses = try (0..<3).map { _ in try Self.ask(server, "nonsense").status }
        #expect(statuses == [401, 401, 429])
        #expect(try Self.ask(server, try Self.token()).status == 429)
        #expect(try server.get("/health").status == 200)
        _ = try server.finish()
    }

    @Test("keeps who asked while the body is on its way")
    func bodyLater() throws {
        var api = Router()
        api.post("/mine", scopes: .readThings) { request, response in
            response.text("\(request.principal.subject) sent \(request.body) to \(request.path)\n")
        }
        let server = try TestServer(api, configure: { $0.keyring = try TestKeys.keyring() })
        let slow = try LoopbackClient(port: server.port)
        let token = try TestKeys.token(subject: "slow", scope: "read:things")
        let other = try TestKeys.token(subject: "other", scope: "read:things")
        func head(_ token: String, path: String) -> String {
            "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4\r\n"
                + "Authorization: Bearer \(token)\r\n\r\n"
        }
        slow.send(head(token, path: "/%6Dine") + "[1")
        // While it waits, another request goes through the shard's buffers.
        let quick = try server.ask(head(other, path: "/mine") + "[22]")
        #expect(quick.body == "other sent [22] to /mine\n")
        slow.send("1]")
        let text = try slow.read { $0.hasSuffix("\n") && $0.contains("sent") }
        #expect(text.hasSuffix("slow sent [11] to /mine\n"))
        _ = try server.finish()
    }

    @Test("of a server without keys fails for the server's fault: 503, and nothing is held against the client")
    func withoutKeys() throws {
        let server = try TestServer {
            $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 60, burst: 1)
        }
        let bearer = "Authorization: Bearer \(try TestKeys.token(scope: "read:things"))\r\n"
        for _ in 0..<3 {
            let answer = try server.get("/secret", headers: bearer)
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "30")
        }
        #expect(try server.get("/secret").status == 401)
        #expect(try server.finish().contains { $0["reason"] as? String == "keys_unavailable" })
    }
}
