import Bytes
import Foundation
import Identity
import TestSupport
import Testing

@testable import Ringfort

@Suite("A server that takes API keys")
struct APIKeyServerTests {
    private static let api: Router = {
        var api = Router()
        api.get("/open") { _, response in response.text("open\n") }
        api.get("/token", scopes: .readThings) { _, response in response.text("token\n") }
        api.group("/keys", auth: .bearerOrAPIKey) { keys in
            keys.get("/me", scopes: .readThings) { request, response in
                response.text(
                    "\(request.principal.subject) of \(request.principal.issuer)\(request.principal.claims)\n")
            }
            keys.get("/any") { _, response in response.text("any\n") }
            keys.post("/worker", scopes: .readThings, runs: .onWorker) { request, response in
                response.text("\(request.principal.subject) sent \(request.body)\n")
            }
            keys.delete("/things/:owner", access: .owner(with: .readThings)) { request, response throws(Problem) in
                try request.authorize(
                    owner: PrincipalID(issuer: "urn:ringfort:api-key", subject: String(request.parameters.owner)))
                response.text("deleted\n")
            }
        }
        api.group("/slow", auth: .bearerOrAPIKey, limit: .perPrincipal(rate: 1, burst: 2)) { slow in
            slow.get("") { _, response in response.text("slow\n") }
        }
        return api
    }()

    private let database: APIKeyDatabase
    init() throws { database = try APIKeyDatabase() }

    private func server(
        source: TestSource? = nil, _ configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        try TestServer(Self.api, source: source) {
            $0.keyring = try TestKeys.keyring()
            database.configure(&$0)
            try configure(&$0)
        }
    }

    private static func ask(_ server: TestServer, _ key: String, path: String = "/keys/me") throws -> Answer {
        try server.get(path, headers: APIKeyDatabase.header(key))
    }

    private static let invalid = #"Bearer realm="ringfort", error="invalid_token""#

    @Test("knows who a key names, says so to the handler and to both logs, and its secret to nobody")
    func valid() throws {
        let audit = NSTemporaryDirectory() + "ringfort-keys-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: audit) }
        let key = try database.key()
        let server = try server { $0.auditPath = audit }
        let answer = try Self.ask(server, key)
        #expect(answer.status == 200)
        let id = APIKeyDatabase.id(key)
        #expect(answer.body == "\(id) of urn:ringfort:api-key\n")
        #expect(try Self.ask(server, APIKeyDatabase.withOtherSecret(key)).status == 401)
        let lines = try server.finish()
        let line = try #require(lines.first { $0["status"] as? Int == 200 })
        #expect(line["subject"] as? String == id)
        let decisions = try String(contentsOfFile: audit, encoding: .utf8)
        #expect(decisions.contains(id) && decisions.contains("urn:ringfort:api-key"))
        for text in ["\(lines)", decisions] { #expect(!text.contains(key.suffix(43).prefix(20))) }
    }

    @Test("refuses every other key with one answer, whatever the reason, which the log has")
    func invalidKeys() throws {
        let good = try database.key()
        let expired = try database.key(expiresInSeconds: -1)
        let crossed = String(good.prefix(17) + expired.suffix(43))
        let revoked = try database.key()
        try database.revoke(revoked)
        let unknown = try APIKeyDatabase().key()
        let cases = [
            ("", "malformed_api_key"), ("x", "malformed_api_key"), (String(good.dropLast()), "malformed_api_key"),
            (good + "A", "malformed_api_key"), (good.uppercased(), "malformed_api_key"),
            ("Bearer \(good)", "malformed_api_key"), (String(repeating: "a", count: 8_000), "malformed_api_key"),
            (String(good.prefix(17)) + String(repeating: "+", count: 43), "wrong_api_key_secret"),
            (APIKeyDatabase.withOtherSecret(good), "wrong_api_key_secret"),
            (crossed, "wrong_api_key_secret"), (unknown, "unknown_api_key"),
            (expired, "expired_api_key"), (revoked, "revoked_api_key"),
            (APIKeyDatabase.withOtherSecret(revoked), "wrong_api_key_secret"),
        ]
        let server = try server()
        var answers: Set<String> = []
        var reasons: [String: (reason: String, detail: String?)] = [:]
        for (key, reason) in cases {
            let answer = try Self.ask(server, key)
            #expect(answer.status == 401, "\(key)")
            #expect(answer.headers["www-authenticate"] == Self.invalid)
            let id = try #require(answer.headers["x-correlation-id"])
            reasons[id] = (reason, [expired, revoked].contains(key) ? APIKeyDatabase.id(key) : nil)
            answers.insert(answer.body.replacing(id, with: ""))
        }
        #expect(answers.count == 1)
        let lines = try server.finish().filter { $0["event"] as? String == "request" }
        #expect(lines.count == cases.count)
        for line in lines {
            let expected = reasons[try #require(line["correlation_id"] as? String)]
            #expect(line["reason"] as? String == expected?.reason)
            #expect(line["detail"] as? String == expected?.detail)
            #expect(line["subject"] == nil)
        }
        for (key, _) in cases where key.utf8.count == 60 { #expect(!"\(lines)".contains(key.suffix(43).prefix(20))) }
    }

    @Test(
        "refuses two keys, and a key beside any other credential, whichever of them is good",
        arguments: ["/keys/me", "/token"])
    func ambiguous(path: String) throws {
        let server = try server { $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 60, burst: 1) }
        let header = APIKeyDatabase.header(try database.key())
        let bearer = "Authorization: Bearer \(try TestKeys.token(scope: "read:things"))\r\n"
        for headers in [
            header + header, header + "X-API-Key: x\r\n", header + bearer, bearer + header,
            bearer + "X-API-Key:\r\n", header + "Authorization: Basic eDp5\r\n", bearer + "x-api-key: nonsense\r\n",
        ] {
            let answer = try server.get(path, headers: headers)
            #expect(answer.status == 400, "\(headers)")
            #expect(answer.headers["www-authenticate"] == #"Bearer realm="ringfort", error="invalid_request""#)
        }
        let reasons = try server.finish().compactMap { $0["reason"] as? String }
        #expect(Set(reasons) == ["ambiguous_credentials"])
    }

    @Test("takes none where a route takes tokens only, and passes over it where nobody is asked")
    func otherRoutes() throws {
        let server = try server { $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 60, burst: 1) }
        let key = try database.key()
        for _ in 0..<3 {
            let answer = try Self.ask(server, key, path: "/token")
            #expect(answer.status == 401)
            #expect(answer.headers["www-authenticate"] == #"Bearer realm="ringfort""#)
            #expect(try Self.ask(server, "nonsense", path: "/open").status == 200)
        }
        let token = "Authorization: Bearer \(try TestKeys.token(scope: "read:things"))\r\n"
        for path in ["/token", "/keys/me", "/keys/any"] { #expect(try server.get(path, headers: token).status == 200) }
        // An alias of the header's name is none.
        #expect(try server.get("/keys/any", headers: "X_API_Key: \(key)\r\n").status == 401)
        _ = try server.finish()
    }

    @Test("tells a missing scope from a missing key", arguments: ["", "read:thing", "Read:things read:things2"])
    func insufficientScope(scopes: String) throws {
        let server = try server()
        let key = try database.key(scopes: scopes)
        // The keys of a start are all that there are then.
        #expect(try Self.ask(server, key).status == 401)
        _ = try server.running.reload()
        let answer = try Self.ask(server, key)
        #expect(answer.status == 403)
        #expect(
            answer.headers["www-authenticate"]
                == #"Bearer realm="ringfort", error="insufficient_scope", scope="read:things""#)
        #expect(try Self.ask(server, key, path: "/keys/any").status == 200)
        _ = try server.finish()
    }

    @Test(
        "goes by a revocation on every shard at once, on connections that it has, and by new keys; a reload keeps the rest"
    )
    func changes() throws {
        let source = TestSource()
        let server = try server(source: source) { $0.shards = 2 }
        let (first, second) = (try database.key(), try database.key())
        try server.running.control.readAPIKeys()
        // The kernel chooses the shard by the client's port.
        let clients = try (0..<12).map { _ in try Connection(server.port) }
        func statuses(_ key: String) throws -> Set<Int> { Set(try clients.map { try $0.ask(key) }) }
        #expect(try statuses(first) == [200])
        try database.revoke(first)
        try server.running.control.readAPIKeys()
        #expect(try statuses(first) == [401])
        #expect(try statuses(second) == [200])
        #expect(try server.running.reload() == [])
        #expect(try statuses(first) == [401])
        #expect(try statuses(second) == [200])
        // Nobody has to mend a file first.
        try database.revoke(second)
        source.fail("line 7: no such setting")
        #expect(throws: ReloadError.self) { try server.running.reload() }
        #expect(try statuses(second) == [401])
        let counts = try server.finish().filter { $0["event"] as? String == "api_keys" }.map { $0["count"] as? Int }
        #expect(counts == [2, 1])
    }

    /// One connection, which stays.
    private final class Connection {
        private let client: LoopbackClient

        init(_ port: UInt16) throws { client = try LoopbackClient(port: port) }

        func ask(_ key: String) throws -> Int {
            client.send("GET /keys/me HTTP/1.1\r\nHost: a\r\n\(APIKeyDatabase.header(key))\r\n")
            let answer = try client.read { $0.hasSuffix("\n") || $0.hasSuffix("}") }
            return Int(answer.dropFirst(9).prefix(3)) ?? 0
        }
    }

    @Test("reads what keys grant anew where a reload has brought scopes that were unknown before")
    func newScopes() throws {
        let source = TestSource()
        // A name that nobody else uses: scopes are known to the whole process.
        let name = "keys:\(UUID().uuidString)"
        let key = try database.key(scopes: "read:things \(name)")
        let old = try database.key()
        let server = try server(source: source)
        #expect(try Self.ask(server, key).status == 200)
        try source.change { _, configuration in
            var setting = RouteSetting("GET /keys/me")
            setting.scopes = ScopeSet(name)
            configuration.routes = [setting]
        }
        _ = try server.running.reload()
        // A scope in the configuration leaves the route its ways in.
        #expect(try Self.ask(server, key).status == 200)
        #expect(try Self.ask(server, old).status == 403)
        _ = try server.finish()
    }

    @Test("limits a key by its own rate, over all routes, and others by what the route says")
    func limits() throws {
        let own = try database.key(limit: APIKeyLimit(requests: 1, everySeconds: 60, burst: 3))
        let (plain, other) = (try database.key(), try database.key())
        let server = try server { $0.principalRate = try CellRate(tokens: 1, everySeconds: 60, burst: 1) }
        func statuses(_ key: String, _ paths: [String]) throws -> [Int] {
            try paths.map { try Self.ask(server, key, path: $0).status }
        }
        #expect(
            try statuses(own, ["/keys/any", "/slow", "/keys/me", "/slow", "/keys/any"]) == [200, 200, 200, 429, 429])
        #expect(try Self.ask(server, own).headers["ratelimit-policy"] == #""api-key";q=3;w=180"#)
        #expect(try statuses(plain, ["/slow", "/slow", "/slow"]) == [200, 200, 429])
        #expect(try statuses(plain, ["/keys/any", "/keys/me"]) == [200, 429])
        #expect(try statuses(other, ["/keys/me", "/keys/me"]) == [200, 429])
        _ = try server.finish()
    }

    @Test("charges a key's bucket what a route costs, and all of it where that is more than it holds")
    func costs() throws {
        let small = try database.key(limit: APIKeyLimit(requests: 1, everySeconds: 60, burst: 2))
        let server = try server {
            var setting = RouteSetting("GET /keys/any")
            setting.cost = 5
            $0.routes = [setting]
        }
        #expect(try Self.ask(server, small, path: "/keys/any").status == 200)
        #expect(try Self.ask(server, small, path: "/keys/me").status == 429)
        _ = try server.finish()
    }

    @Test("stops listening to an address that fails too often, but for keys that hold")
    func failures() throws {
        let server = try server { $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 60, burst: 2) }
        let key = try database.key()
        try server.running.control.readAPIKeys()
        let wrong = APIKeyDatabase.withOtherSecret(key)
        #expect(try (0..<4).map { _ in try Self.ask(server, wrong).status } == [401, 401, 429, 429])
        #expect(try Self.ask(server, key).status == 200)
        // The bucket is that of tokens, too.
        #expect(try server.get("/token", headers: "Authorization: Bearer x\r\n").status == 429)
        #expect(try Self.ask(server, key, path: "/token").status == 401)
        _ = try server.finish()
    }

    @Test("lets no token pass for the owner that a key names, and a key for itself only")
    func owners() throws {
        let (key, other) = (try database.key(), try database.key())
        let server = try server()
        let id = APIKeyDatabase.id(key)
        func delete(_ headers: String) throws -> Int {
            try server.ask("DELETE /keys/things/\(id) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n").status
        }
        #expect(try delete(APIKeyDatabase.header(key)) == 200)
        #expect(try delete(APIKeyDatabase.header(other)) == 403)
        for (issuer, status) in [("urn:ringfort:api-key", 401), (nil, 403), ("urn:ringfort:api-keys", 403)] {
            let token = try TestKeys.token(subject: id, scope: "read:things", issuer: issuer)
            #expect(try delete("Authorization: Bearer \(token)\r\n") == status, "\(issuer ?? "none")")
        }
        _ = try server.finish()
    }

    @Test("keeps who asked while the body is on its way, and on a worker")
    func bodyLater() throws {
        let (key, other) = (try database.key(), try database.key())
        let server = try server()
        func head(_ key: String) -> String {
            "POST /keys/worker HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4\r\n"
                + "\(APIKeyDatabase.header(key))\r\n"
        }
        let slow = try LoopbackClient(port: server.port)
        slow.send(head(key) + "[1")
        #expect(try server.ask(head(other) + "[22]").body == "\(APIKeyDatabase.id(other)) sent [22]\n")
        slow.send("1]")
        let text = try slow.read { $0.hasSuffix("]\n") }
        #expect(text.hasSuffix("\(APIKeyDatabase.id(key)) sent [11]\n"))
        _ = try server.finish()
    }

    @Test("of none makes a server that takes none")
    func withoutDatabase() throws {
        let server = try TestServer(Self.api) { $0.keyring = try TestKeys.keyring() }
        #expect(try Self.ask(server, try database.key()).status == 401)
        #expect(throws: ReloadError.self) { try server.running.control.readAPIKeys() }
        _ = try server.finish()
    }
}
