import Foundation
import Identity
import RingfortTesting
import TestSupport
import Testing

@testable import Ringfort

@Suite("A session")
struct SessionTests {
    @Test("goes on with new tokens, each of which is good once")
    func rotation() async throws {
        let users = try LoginServer()
        let first = try await users.login(scope: "write:posts").grant()
        let second = try await users.refresh(first.refresh_token).grant()
        #expect(second.scope == "write:posts")
        #expect(second.refresh_token != first.refresh_token && second.access_token != first.access_token)
        #expect(try await users.server.get("/write", token: second.access_token).status == 200)
        let third = try await users.refresh(second.refresh_token).grant()
        #expect(third.refresh_expires_in <= first.refresh_expires_in)
    }

    @Test("ends when a token comes again, for whoever has the other one")
    func reuse() async throws {
        let users = try LoginServer()
        let stolen = try await users.login().grant()
        let next = try await users.refresh(stolen.refresh_token).grant()
        let other = try await users.login().grant()
        let again = try await users.refresh(stolen.refresh_token)
        #expect(again.status == 401)
        #expect(try await users.refresh(next.refresh_token).generic == again.generic)
        // Another session of the same user is none of its business.
        #expect(try await users.refresh(other.refresh_token).status == 200)
        let reasons = await users.server.finishLog().filter { $0.contains("\"status\":401") }
        #expect(
            reasons.count == 2 && reasons[0].contains("refresh_token_reused") && reasons[1].contains("session_ended"))
        #expect(reasons.allSatisfy { $0.contains("\"detail\":\"alice\"") })
    }

    @Test("gives new tokens to one of those who show a token at once")
    func concurrent() async throws {
        let users = try LoginServer()
        let grant = try await users.login().grant()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 { group.addTask { try await users.refresh(grant.refresh_token).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 401 } == 15)
    }

    @Test("ends with its logout, which may come twice")
    func logout() async throws {
        let users = try LoginServer()
        let grant = try await users.login().grant()
        for _ in 0..<2 {
            let response = try await users.logout(grant.refresh_token)
            #expect(response.status == 204 && response.body == "")
        }
        #expect(try await users.refresh(grant.refresh_token).status == 401)
        #expect(try await users.logout("rfr_unknown").status == 204)
    }

    @Test("ends with its time")
    func expires() async throws {
        let users = try LoginServer { $0.identity?.refreshTokenSeconds = 1_000 }
        let first = try await users.login().grant()
        try await users.server.advanceClock(by: .seconds(999))
        let second = try await users.refresh(first.refresh_token).grant()
        #expect(second.refresh_expires_in == 1)
        try await users.server.advanceClock(by: .seconds(1))
        #expect(try await users.refresh(second.refresh_token).status == 401)
    }

    @Test("may no more than the user's roles grant by now")
    func rolesChange() async throws {
        let users = try LoginServer()
        let grant = try await users.login().grant()
        try users.store.setRole("author", scopes: "read:profile delete:posts")
        let less = try await users.refresh(grant.refresh_token).grant()
        #expect(less.scope == "read:profile")
        _ = try users.store.setRoles([], ofUser: "alice")
        #expect(try await users.refresh(less.refresh_token).grant().scope == "")
    }

    @Test("ends when its user is disabled or gets another password", arguments: [true, false])
    func userChanges(isDisabled: Bool) async throws {
        let users = try LoginServer()
        let grant = try await users.login().grant()
        let hash = try #require(PasswordHash(of: Array("a new password".utf8), cost: LoginServer.cost))
        if isDisabled {
            #expect(try users.store.disableUser("alice", nowUnixSeconds: 2) == .done)
        } else {
            #expect(try users.store.setPassword(hash, ofUser: "alice", nowUnixSeconds: 2) == .done)
        }
        #expect(try await users.refresh(grant.refresh_token).status == 401)
        #expect(try await users.login().status == 401)
        if isDisabled { _ = try users.store.enableUser("alice") }
        #expect(try await users.login(password: isDisabled ? LoginServer.password : "a new password").status == 200)
        #expect(try await users.refresh(grant.refresh_token).status == 401)
    }

    @Test("is asked for in a form", arguments: ["{}", #"{"refresh_token":""}"#, #"{"refresh_token":["a"]}"#])
    func malformed(body: String) async throws {
        let users = try LoginServer()
        #expect(try await users.server.post("/api/refresh", json: body).status == 400)
        #expect(try await users.server.post("/api/logout", json: body).status == 400)
        let unknown = try await users.refresh("rfr_x")
        #expect(unknown.status == 401 && unknown.body.contains("The refresh token is not valid."))
    }

    @Test("ends together with its access token, where there is a journal of revocations", arguments: [true, false])
    func accessTokenEnds(logsOut: Bool) throws {
        let directory = try TemporaryDirectory()
        let service = try LoginServer.service(in: directory)
        let mint = try TokenMint()
        let server = try TestServer { configuration in
            configuration.keyring = mint.keyring
            configuration.revocations = RevocationJournal(directory: directory.path)
            configuration.identity = IdentityConfiguration(service)
        }
        func post(_ path: String, _ body: String) throws -> TestResponse {
            let client = try LoopbackClient(port: server.port)
            client.send(
                "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            return try #require(try TestResponse.all(in: try client.readToEnd()).first)
        }
        func status(_ token: String) throws -> Int {
            let client = try LoopbackClient(port: server.port)
            client.send(
                "GET /whoami HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n")
            return try #require(try TestResponse.all(in: try client.readToEnd()).first).status
        }
        _ = try service.store.setRole("author", scopes: "read:things")
        let grant = try post(
            "/api/login", #"{"username":"alice","password":"\#(LoginServer.password)"}"#
        ).grant()
        #expect(try status(grant.access_token) == 200)
        if logsOut {
            #expect(try post("/api/logout", #"{"refresh_token":"\#(grant.refresh_token)"}"#).status == 204)
        } else {
            for expected in [200, 401] {
                #expect(
                    try post("/api/refresh", #"{"refresh_token":"\#(grant.refresh_token)"}"#).status == expected)
            }
        }
        #expect(try status(grant.access_token) == 401)
        _ = try server.finish()
    }
}
