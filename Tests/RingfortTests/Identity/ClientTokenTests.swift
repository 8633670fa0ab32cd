import Foundation
import Identity
import RingfortTesting
import Testing

@testable import Ringfort

@Suite("A client of OAuth")
struct ClientTokenTests {
    @Test("gets a token that lets it in, whichever way it says who it is")
    func getsToken() async throws {
        let oauth = try OAuthServer()
        let form = "grant_type=client_credentials"
        let ways = [
            try await oauth.token(form, oauth.asReports),
            try await oauth.token("\(form)&client_id=reports&client_secret=\(oauth.reports)"),
            try await oauth.token("\(form)&client_id=reports&scope=&unknown=1", oauth.asReports),
            try await oauth.token(
                form, ["authorization": "bAsIc  " + (oauth.asReports["Authorization"] ?? "").dropFirst(6)]),
        ]
        for response in ways {
            let grant = try response.decode(ClientGrant.self)
            #expect(response.status == 200)
            #expect(response.headers["cache-control"] == "no-store" && response.headers["pragma"] == "no-cache")
            #expect(
                grant.token_type == "Bearer" && grant.expires_in == 900 && grant.scope == "read:profile write:posts")
            let profile = try await oauth.server.get("/profile", token: grant.access_token)
            #expect(profile.status == 200 && profile.body == "reports")
            #expect(try await oauth.server.get("/write", token: grant.access_token).status == 200)
        }
        // `@` is escaped in the header, and may stand for itself.
        for name in ["other%40example", "other@example"] {
            #expect(try await oauth.token(form, OAuthServer.basic("\(name):\(oauth.other)")).status == 200)
        }
        let log = await oauth.server.finishLog().joined()
        #expect(!log.contains(oauth.reports) && !log.contains(oauth.other))
    }

    @Test("gets fewer scopes where it asks for fewer, and none where it asks for more")
    func scopes() async throws {
        let oauth = try OAuthServer()
        let form = "grant_type=client_credentials&scope="
        for (scope, granted) in [
            ("read:profile", "read:profile"), ("write:posts+read:profile", "read:profile write:posts"),
            ("read%3Aprofile%20read:profile", "read:profile"),
        ] {
            let grant = try await oauth.token(form + scope, oauth.asReports).decode(ClientGrant.self)
            #expect(grant.scope == granted)
            let status = try await oauth.server.get("/write", token: grant.access_token).status
            #expect(status == (granted.contains("write") ? 200 : 403))
        }
        for scope in [
            "delete:posts", "read:profile+delete:posts", "read:profile++write:posts", "+", "read", "read:profile%22",
        ] {
            #expect(try await oauth.token(form + scope, oauth.asReports).refuses(400, "invalid_scope"))
        }
    }

    @Test(
        "is told what is wrong with its request",
        arguments: [
            ("", 400, "invalid_request"), ("grant_type=", 400, "invalid_request"),
            ("grant_type=password&username=alice&password=x", 400, "unsupported_grant_type"),
            ("grant_type=authorization_code", 400, "unsupported_grant_type"),
            ("grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
            ("grant_type=client_credentials&scope=%", 400, "invalid_request"),
            ("grant_type=client_credentials&scope=%FF", 400, "invalid_request"),
            ("grant_type=client_credentials&client_id=other@example", 400, "invalid_request"),
            ("grant_type=client_credentials&client_id=reports&client_secret=x", 400, "invalid_request"),
            ("grant_type=client_credentials&client_secret=x", 400, "invalid_request"),
        ])
    func invalidRequests(form: String, status: Int, error: String) async throws {
        let oauth = try OAuthServer()
        #expect(try await oauth.token(form, oauth.asReports).refuses(status, error))
    }

    @Test("that has not proven who it is learns no more than that")
    func strangers() async throws {
        let oauth = try OAuthServer()
        _ = try oauth.users.store.addClient("gone", label: "", scopes: "", mayIntrospect: true, nowUnixSeconds: 1)
        let gone = try #require(try oauth.users.store.setClientSecret("gone")).text
        _ = try oauth.users.store.disableClient("gone", nowUnixSeconds: 2)
        let headers = [
            [:], ["Authorization": "Bearer x"], ["Authorization": "Basic"], ["Authorization": "Basic !"],
            ["Authorization": "Basic cmVwb3J0cw=="], OAuthServer.basic(":x"), OAuthServer.basic("reports:"),
            OAuthServer.basic("reports:wrong"), OAuthServer.basic("Reports:\(oauth.reports)"),
            OAuthServer.basic("nobody:\(oauth.reports)"), OAuthServer.basic("other@example:\(oauth.reports)"),
            OAuthServer.basic("alice:\(LoginServer.password)"), OAuthServer.basic("reports:%\(oauth.reports)"),
            OAuthServer.basic("gone:\(gone)"),
            // What is left of a base64 text without its end is no base64.
            ["Authorization": String(oauth.asOther["Authorization"]?.dropLast() ?? "")],
        ]
        for headers in headers {
            for (path, form) in [
                ("/oauth/token", "grant_type=client_credentials"), ("/oauth/introspect", "token=x"),
                ("/oauth/revoke", "token=x"),
            ] {
                let response = try await oauth.post(path, form, headers)
                #expect(response.refuses(401, "invalid_client"), "\(path) \(headers)")
                #expect(response.headers["www-authenticate"] == "Basic realm=\"ringfort\"")
            }
        }
        for body in [
            "client_id=reports&client_secret=wrong", "client_id=reports", "client_id=gone&client_secret=\(gone)",
        ] {
            #expect(try await oauth.token("grant_type=client_credentials&\(body)").refuses(401, "invalid_client"))
        }
    }

    @Test("sends one Authorization header, to the methods and with the media type that there are")
    func requests() async throws {
        let oauth = try OAuthServer()
        let form = "grant_type=client_credentials"
        let header = "Authorization: \(oauth.asReports["Authorization"] ?? "")\r\n"
        let twice = try await oauth.server.exchange(
            "POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\(header)\(header)"
                + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)")
        #expect(twice.first?.refuses(400, "invalid_request") == true)
        #expect(try await oauth.server.get("/oauth/token?\(form)").status == 405)
        for type in ["application/json", "text/plain", "multipart/form-data"] {
            let headers = oauth.asReports.merging(["Content-Type": type]) { $1 }
            #expect(try await oauth.token(form, headers).status == 415)
        }
        let long = "\(form)&x=\(String(repeating: "x", count: 8_192))"
        #expect(try await oauth.token(long, oauth.asReports).status == 413)
    }

    @Test(
        "that fails again and again is not looked at for a while; its address pays, and only so much is asked from one")
    func limits() async throws {
        let oauth = try OAuthServer { configuration in
            configuration.failedAuthenticationRate = try CellRate(tokens: 3, everySeconds: 60, burst: 3)
        }
        let form = "grant_type=client_credentials"
        for _ in 0..<3 { #expect(try await oauth.token(form, OAuthServer.basic("reports:x")).status == 401) }
        for headers in [OAuthServer.basic("reports:x"), oauth.asReports] {
            let response = try await oauth.token(form, headers)
            #expect(response.status == 429 && response.headers["retry-after"] == "20")
        }
        try await oauth.server.advanceClock(by: .seconds(60))
        for _ in 0..<60 { _ = try await oauth.token(form, oauth.asReports) }
        #expect(try await oauth.token(form, oauth.asReports).status == 429)
    }

    @Test("has the name of no user, and no user has its")
    func names() throws {
        let oauth = try OAuthServer()
        let store = oauth.users.store
        #expect(try store.addClient("alice", label: "", scopes: "", mayIntrospect: false, nowUnixSeconds: 1) == nil)
        let hash = try #require(PasswordHash(of: Array("x".utf8), cost: LoginServer.cost))
        #expect(try store.addUser("reports", password: hash, roles: [], nowUnixSeconds: 1) == .nameTaken)
    }
}
