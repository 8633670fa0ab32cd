import Foundation
import Identity
import RingfortTesting
import TestSupport
import Testing

@testable import Ringfort

@Suite("What is told of a token")
struct TokenIntrospectionTests {
    @Test(
        "is what it says, in every format",
        arguments: [Algorithm.v4Public, .v4Local, .edDSA, .hs256, .es256])
    func ofAccessToken(format: Algorithm) async throws {
        let oauth = try OAuthServer { configuration in
            configuration.identity?.tokenFormat = format
            configuration.issuer = "https://id.example"
            configuration.audience = "posts"
        }
        let now = await oauth.server.unixSeconds
        var answer = try await oauth.introspect(oauth.accessToken())
        #expect(answer.removeValue(forKey: "jti")?.isEmpty == false)
        #expect(
            answer == [
                "active": "1", "token_type": "Bearer", "sub": "reports", "client_id": "reports",
                "scope": "read:profile write:posts", "iss": "https://id.example", "aud": "posts", "iat": "\(now)",
                "exp": "\(now + 900)",
            ])
        let user = try await oauth.introspect(oauth.users.login().grant().access_token)
        #expect(user["sub"] == "alice" && user["client_id"] == nil)
    }

    @Test("is nothing once it would be refused, or when it is none")
    func inactive() async throws {
        let oauth = try OAuthServer { $0.audience = "posts" }
        let token = try await oauth.accessToken()
        #expect(try await oauth.introspect(token)["active"] == "1")
        let nothing = ["active": "0"]
        for other in [
            "x", String(token.dropLast()), "rfr_" + String(repeating: "A", count: 43), "..", oauth.reports,
            try await oauth.server.token(audience: "others"), try await oauth.server.token(audience: .some(nil)),
            try await oauth.server.token(lifetimeSeconds: 60, ageSeconds: 120),
        ] {
            #expect(try await oauth.introspect(other) == nothing)
        }
        try await oauth.server.advanceClock(by: .seconds(930))
        #expect(try await oauth.introspect(token) == nothing)
    }

    @Test("is whose session a refresh token goes on with, as long as it does")
    func ofRefreshToken() async throws {
        let oauth = try OAuthServer()
        let now = await oauth.server.unixSeconds
        let first = try await oauth.users.login().grant().refresh_token
        let answer = [
            "active": "1", "sub": "alice", "scope": "read:profile write:posts", "iat": "\(now)",
            "exp": "\(now + 2_592_000)",
        ]
        #expect(try await oauth.introspect(first) == answer)
        let second = try await oauth.users.refresh(first).grant().refresh_token
        #expect(try await oauth.introspect(first) == ["active": "0"])
        #expect(try await oauth.introspect(second) == answer)
        #expect(try await oauth.users.logout(second).status == 204)
        #expect(try await oauth.introspect(second) == ["active": "0"])
    }

    @Test("is for clients that may ask, and they say which token they mean")
    func refused() async throws {
        let oauth = try OAuthServer()
        let path = "/oauth/introspect"
        #expect(try await oauth.post(path, "token=x", oauth.asOther).refuses(400, "unauthorized_client"))
        for form in ["", "token=", "token_type_hint=access_token", "token=a&token=b"] {
            #expect(try await oauth.post(path, form, oauth.asReports).refuses(400, "invalid_request"))
        }
    }
}

@Suite("A refresh token, at the token endpoint")
struct RefreshGrantTests {
    @Test(
        "is taken once, of anybody who proves to be a client if he says so, and takes its family along when it comes again"
    )
    func rotates() async throws {
        let oauth = try OAuthServer()
        let first = try await oauth.users.login().grant().refresh_token
        let second = try await oauth.token("grant_type=refresh_token&refresh_token=\(first)").grant()
        #expect(second.scope == "read:profile write:posts")
        #expect(try await oauth.server.get("/profile", token: second.access_token).body == "alice")
        let form = "grant_type=refresh_token&refresh_token=\(second.refresh_token)"
        #expect(try await oauth.token(form, OAuthServer.basic("reports:x")).refuses(401, "invalid_client"))
        let third = try await oauth.token(form, oauth.asOther).grant().refresh_token
        #expect(try await oauth.token(form).refuses(400, "invalid_grant"))
        let last = "grant_type=refresh_token&refresh_token=\(third)"
        #expect(try await oauth.token(last).refuses(400, "invalid_grant"))
    }

    @Test("gives fewer scopes where fewer are asked for, and still holds when more are")
    func scopes() async throws {
        let oauth = try OAuthServer()
        let token = try await oauth.users.login().grant().refresh_token
        let form = "grant_type=refresh_token&refresh_token=\(token)&scope="
        #expect(try await oauth.token(form + "read:profile+delete:posts").refuses(400, "invalid_scope"))
        let narrowed = try await oauth.token(form + "read:profile").grant()
        #expect(narrowed.scope == "read:profile")
        #expect(try await oauth.server.get("/write", token: narrowed.access_token).status == 403)
        // The session is what it was.
        let whole = try await oauth.token("grant_type=refresh_token&refresh_token=\(narrowed.refresh_token)").grant()
        #expect(whole.scope == "read:profile write:posts")
    }

    @Test("is asked for, and must be one", arguments: [("", "invalid_request"), ("x", "invalid_grant")])
    func refused(token: String, error: String) async throws {
        let oauth = try OAuthServer()
        #expect(try await oauth.token("grant_type=refresh_token&refresh_token=\(token)").refuses(400, error))
    }
}
