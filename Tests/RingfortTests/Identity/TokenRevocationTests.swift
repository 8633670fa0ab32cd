import Foundation
import Identity
import RingfortTesting
import TestSupport
import Testing

@testable import Ringfort

@Suite("A revocation by a client")
struct TokenRevocationTests {
    /// A server that can revoke: with shards, control and a journal.
    private struct Served {
        let server: TestServer
        let clients: (reports: String, other: String)
        let directory: TemporaryDirectory

        init() throws {
            directory = try TemporaryDirectory()
            let service = try LoginServer.service(in: directory)
            clients = try OAuthServer.addClients(to: service.store)
            let mint = try TokenMint()
            let journal = RevocationJournal(directory: directory.path)
            var api = Router()
            api.get("/profile", scopes: ScopeSet("read:profile")) { _, response in response.text("in") }
            server = try TestServer(api) { configuration in
                configuration.keyring = mint.keyring
                configuration.revocations = journal
                configuration.identity = IdentityConfiguration(service)
            }
        }

        func post(_ path: String, _ body: String, _ secret: String? = nil, name: String = "reports") throws -> Answer {
            let login = secret.map { OAuthServer.basic("\(name):\($0)") } ?? [:]
            let type = path.hasPrefix("/oauth") ? "application/x-www-form-urlencoded" : "application/json"
            let headers = login.map { "\($0): \($1)\r\n" }.joined()
            return try server.ask(
                "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n\(headers)Content-Length: "
                    + "\(body.utf8.count)\r\n\r\n\(body)")
        }

        func member(_ name: String, of answer: Answer) throws -> String {
            let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
            return try #require(object?[name] as? String, "\(answer)")
        }

        func accessToken(_ secret: String, name: String = "reports") throws -> String {
            try member(
                "access_token", of: post("/oauth/token", "grant_type=client_credentials", secret, name: name))
        }

        func status(of token: String) throws -> Int {
            try server.get("/profile", headers: "Authorization: Bearer \(token)\r\n").status
        }
    }

    @Test("ends a token of its own at once, and no other client's")
    func accessTokens() throws {
        let served = try Served()
        let (own, kept) = (
            try served.accessToken(served.clients.reports), try served.accessToken(served.clients.reports)
        )
        let others = try served.accessToken(served.clients.other, name: "other@example")
        #expect(try served.status(of: own) == 200)
        for _ in 0..<2 {
            // Also when there is nothing left to revoke.
            let answer = try served.post(
                "/oauth/revoke", "token=\(own)&token_type_hint=refresh_token", served.clients.reports)
            #expect(answer.status == 200 && answer.body.isEmpty)
        }
        #expect(try served.status(of: own) == 401)
        let introspected = try served.post("/oauth/introspect", "token=\(own)", served.clients.reports)
        #expect(introspected.body == #"{"active":false}"#)
        let refused = try served.post("/oauth/revoke", "token=\(others)", served.clients.reports)
        #expect(refused.status == 400 && refused.body == #"{"error":"invalid_grant"}"#)
        #expect(try served.status(of: others) == 200)
        #expect(try served.status(of: kept) == 200)
        _ = try served.server.finish()
    }

    @Test("ends the session of a refresh token, with the access tokens that it has made")
    func refreshTokens() throws {
        let served = try Served()
        let login = try served.post(
            "/api/login", "{\"username\":\"alice\",\"password\":\"\(LoginServer.password)\"}")
        let (access, refresh) = (
            try served.member("access_token", of: login), try served.member("refresh_token", of: login)
        )
        #expect(try served.status(of: access) == 200)
        #expect(
            try served.post("/oauth/revoke", "token=\(refresh)", served.clients.other, name: "other@example").status
                == 200)
        #expect(try served.status(of: access) == 401)
        let again = try served.post("/oauth/token", "grant_type=refresh_token&refresh_token=\(refresh)")
        #expect(again.status == 400 && again.body == #"{"error":"invalid_grant"}"#)
        _ = try served.server.finish()
    }

    @Test("of a session ends all its access tokens, however many, and is written down once", arguments: [0, 1, 7])
    func manyAccessTokens(refreshes: Int) throws {
        let served = try Served()
        var grant = try served.post(
            "/api/login", "{\"username\":\"alice\",\"password\":\"\(LoginServer.password)\"}")
        var tokens = [try served.member("access_token", of: grant)]
        for _ in 0..<refreshes {
            let body = "{\"refresh_token\":\"\(try served.member("refresh_token", of: grant))\"}"
            grant = try served.post("/api/refresh", body)
            tokens.append(try served.member("access_token", of: grant))
        }
        for token in tokens { #expect(try served.status(of: token) == 200) }
        let body = "{\"refresh_token\":\"\(try served.member("refresh_token", of: grant))\"}"
        var sizes: [Int] = []
        for _ in 0..<3 {
            #expect(try served.post("/api/logout", body).status == 204)
            sizes.append(try Data(contentsOf: URL(fileURLWithPath: served.directory.path + "/revocations.jsonl")).count)
        }
        for token in tokens { #expect(try served.status(of: token) == 401) }
        // Where they are too many to be named, their user is, for the time until now: that moves on.
        if refreshes < 4 { #expect(Set(sizes).count == 1) }
        _ = try served.server.finish()
    }

    @Test("is there as long as the server runs: that it makes tokens no more takes a restart, and a reload says so")
    func reload() throws {
        let directory = try TemporaryDirectory()
        let service = try LoginServer.service(in: directory)
        let (mint, source) = (try TokenMint(), TestSource())
        let server = try TestServer(Router(), source: source) {
            $0.keyring = mint.keyring
            $0.identity = IdentityConfiguration(service)
        }
        try source.change { $1.identity = nil }
        #expect { try server.running.reload() } throws: { "\($0)".hasPrefix("identity: it makes no tokens any more") }
        _ = try server.finish()
    }

    @Test("of what is no token is done already; who asks has to be a client, and to say what he means")
    func nothing() throws {
        let served = try Served()
        for token in ["x", "rfr_\(String(repeating: "A", count: 43))", "..", "v4.public.x"] {
            #expect(try served.post("/oauth/revoke", "token=\(token)", served.clients.reports).status == 200)
        }
        #expect(try served.post("/oauth/revoke", "token=x").status == 401)
        let answer = try served.post("/oauth/revoke", "token_type_hint=access_token", served.clients.reports)
        #expect(answer.status == 400 && answer.body == #"{"error":"invalid_request"}"#)
        _ = try served.server.finish()
    }

    @Test("can't be made where the server keeps no revocations")
    func noJournal() async throws {
        let oauth = try OAuthServer()
        let token = try await oauth.accessToken()
        let response = try await oauth.post("/oauth/revoke", "token=\(token)", oauth.asReports)
        #expect(response.refuses(400, "unsupported_token_type"))
    }
}
