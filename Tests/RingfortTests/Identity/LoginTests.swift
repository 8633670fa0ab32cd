import Foundation
import Identity
import RingfortTesting
import Testing

@testable import Ringfort

@Suite("A login")
struct LoginTests {
    @Test("gives a token that lets in, and says what it may and how long it lives")
    func succeeds() async throws {
        let users = try LoginServer()
        let response = try await users.login()
        let grant = try response.grant()
        #expect(response.headers["cache-control"] == "no-store")
        #expect(response.headers["content-type"] == "application/json")
        #expect(grant.access_token.hasPrefix("v4.public.") && grant.refresh_token.hasPrefix("rfr_"))
        #expect(grant.token_type == "Bearer" && grant.expires_in == 900 && grant.refresh_expires_in == 2_592_000)
        #expect(grant.scope == "read:profile write:posts")
        let profile = try await users.server.get("/profile", token: grant.access_token)
        #expect(profile.status == 200 && profile.body == "alice")
        // A refresh token is no access token.
        #expect(try await users.server.get("/profile", token: grant.refresh_token).status == 401)
    }

    @Test(
        "makes the tokens that the configuration asks for, of its issuer and for its audience",
        arguments: [
            (Algorithm.edDSA, "at+jwt"), (.hs256, "JWT"), (.es256, ""), (.v4Local, ""), (.v4Public, "at+jwt"),
        ])
    func formats(format: Algorithm, type: String) async throws {
        let users = try LoginServer { configuration in
            configuration.identity?.tokenFormat = format
            configuration.issuer = "https://id.example"
            configuration.audience = "posts"
            configuration.tokenType = type.isEmpty ? nil : type
        }
        let grant = try await users.login().grant()
        #expect(try await users.server.get("/profile", token: grant.access_token).status == 200)
    }

    @Test(
        "is refused with one body, whatever is wrong with it",
        arguments: [
            ("alice", "wrong password"), ("nobody", LoginServer.password), ("Alice", LoginServer.password),
            ("disabled", LoginServer.password), ("disabled", "wrong password"), ("alice", " \(LoginServer.password)"),
        ])
    func refused(user: String, password: String) async throws {
        let users = try LoginServer()
        let hash = try #require(PasswordHash(of: Array(LoginServer.password.utf8), cost: LoginServer.cost))
        _ = try users.store.addUser("disabled", password: hash, roles: ["author"], nowUnixSeconds: 1)
        _ = try users.store.disableUser("disabled", nowUnixSeconds: 2)
        let before = users.service.hashes.total
        let response = try await users.login(user, password: password)
        #expect(response.status == 401)
        #expect(
            response.generic
                == #"{"type":"about:blank","title":"Unauthorized","status":401,"detail":"The user name or the password is "#
                + #"wrong.","correlation_id":""}"#)
        #expect(response.headers["www-authenticate"] == "Bearer realm=\"ringfort\"")
        // The work is the same, too.
        #expect(users.service.hashes.total == before + 1)
        let log = await users.server.finishLog().joined()
        #expect(!log.contains(password))
    }

    @Test(
        "is refused where it is none",
        arguments: [
            ("{}", 400), ("", 400), (#"{"username":"alice"}"#, 400), (#"{"username":"","password":"a"}"#, 400),
            (#"{"username":"alice","password":""}"#, 400), (#"{"username":"a b","password":"a"}"#, 400),
            (#"{"username":"alice","password":7}"#, 400), (#"{"username":"alice","password":"a","admin":true}"#, 400),
            (#"{"username":"alice","password":"a","scope":"a  b"}"#, 400),
            (#"{"username":"alice","username":"bob","password":"a"}"#, 400),
        ])
    func malformed(body: String, status: Int) async throws {
        let users = try LoginServer()
        let response = try await users.server.post("/api/login", json: body)
        #expect(response.status == status)
        #expect(users.service.hashes.total == 0)
    }

    @Test("takes no large body, no form, and no other method")
    func otherRequests() async throws {
        let users = try LoginServer()
        let large = #"{"username":"alice","password":""# + String(repeating: "a", count: 20_000) + "\"}"
        #expect(try await users.server.post("/api/login", json: large).status == 413)
        let form = try await users.server.post(
            "/api/login", json: "username=alice&password=a",
            headers: ["Content-Type": "application/x-www-form-urlencoded"])
        #expect(form.status == 415)
        #expect(try await users.server.get("/api/login").status == 405)
    }

    @Test("grants what is asked for as far as the roles do, and nothing when they don't")
    func scopes() async throws {
        let users = try LoginServer()
        #expect(try await users.login(scope: "write:posts delete:posts").grant().scope == "write:posts")
        let nothing = try await users.login(scope: "delete:posts")
        #expect(nothing.status == 400 && nothing.body.contains("None of the scopes"))
        #expect(try await users.login("bob").grant().scope == "")
    }

    @Test("hashes a password anew that was hashed at another cost, once")
    func rehash() async throws {
        let users = try LoginServer()
        let cheap = PasswordHashCost(passes: 2, memoryMebibytes: 1)
        let hash = try #require(PasswordHash(of: Array("another password".utf8), cost: cheap))
        _ = try users.store.setPassword(hash, ofUser: "alice", nowUnixSeconds: 2)
        for expected in [2, 3] {
            _ = try await users.login(password: "another password").grant()
            #expect(users.service.hashes.total == expected)
        }
        #expect(try await users.login().status == 401)
    }

    @Test("compares a name that nobody has with what some user costs, the same each time")
    func decoys() throws {
        let users = try LoginServer()
        let dear = PasswordHashCost(passes: 3, memoryMebibytes: 1)
        let hash = try #require(PasswordHash(of: Array("another password".utf8), cost: dear))
        _ = try users.store.setPassword(hash, ofUser: "bob", nowUnixSeconds: 2)
        func decoy(_ name: String) throws -> PasswordHash? {
            try users.store.candidate(named: name, address: "", sinceUnixSeconds: 0).decoy
        }
        let names = (0..<100).map { "user\($0)" }
        let costs = try names.map { try #require(try decoy($0)?.cost) }
        #expect(costs.contains(dear) && costs.contains(LoginServer.cost))
        #expect(try names.map { try decoy($0)?.cost } == costs)
    }

    @Test("has no place in an API without users, or where it is off")
    func off() async throws {
        let users = try LoginServer { $0.identity?.offersLogin = false }
        #expect(try await users.login().status == 404)
        #expect(try await InMemoryServer(Router()).post("/api/login", json: "{}").status == 404)
    }

    @Test("needs a key that signs, and a server says so at its start")
    func noKey() throws {
        let mint = try TokenMint([.hs256])
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: mint.keyring)
        configuration.identity = IdentityConfiguration()
        #expect(throws: ServerError.self) { try Server.check(Router(), configuration) }
        do {
            _ = try Server.check(Router(), configuration)
        } catch {
            #expect("\(error)".hasPrefix("identity.token_format: there is no key that signs with v4.public"))
        }
        configuration.identity?.tokenFormat = .hs256
        #expect(throws: Never.self) { try Server.check(Router(), configuration) }
        configuration.longestTokenLifetimeSeconds = 800
        #expect(throws: ServerError.self) { try Server.check(Router(), configuration) }
    }
}
