import Foundation
import Identity
import RingfortTesting
import Testing

@testable import Ringfort

@Suite("What a server says of itself to clients of OAuth")
struct WellKnownTests {
    private static let origin = "https://api.example:8443"

    private static func object(_ response: TestResponse) throws -> [String: Any] {
        #expect(response.status == 200 && response.headers["content-type"] == "application/json")
        #expect(response.headers["cache-control"] == "no-store")
        return try #require(try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any])
    }

    @Test("names its endpoints by its origin, whatever a client says in Host")
    func metadata() async throws {
        let oauth = try OAuthServer { $0.identity?.origin = Self.origin }
        let answers = try await oauth.server.exchange(
            "GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        let server = try Self.object(try #require(answers.first))
        #expect(server["issuer"] as? String == Self.origin)
        for (name, path) in [
            ("token_endpoint", "/oauth/token"), ("introspection_endpoint", "/oauth/introspect"),
            ("revocation_endpoint", "/oauth/revoke"), ("jwks_uri", "/.well-known/jwks.json"),
        ] {
            #expect(server[name] as? String == Self.origin + path)
        }
        #expect(server["grant_types_supported"] as? [String] == ["client_credentials", "refresh_token"])
        #expect(server["response_types_supported"] as? [String] == [])
        let resource = try Self.object(try await oauth.server.get("/.well-known/oauth-protected-resource"))
        #expect(resource["resource"] as? String == Self.origin)
        #expect(resource["authorization_servers"] as? [String] == [Self.origin])
        for document in [server, resource] {
            #expect(document["scopes_supported"] as? [String] == ["read:profile", "write:posts"])
        }
    }

    @Test("is named in every challenge for a token, where there is an origin, and nowhere else")
    func challenges() async throws {
        let named = try OAuthServer { $0.identity?.origin = Self.origin }
        let metadata = "resource_metadata=\"\(Self.origin)/.well-known/oauth-protected-resource\""
        #expect(
            try await named.server.get("/profile").headers["www-authenticate"]
                == "Bearer realm=\"ringfort\", \(metadata)")
        #expect(
            try await named.server.get("/profile", token: "x").headers["www-authenticate"]
                == "Bearer realm=\"ringfort\", \(metadata), error=\"invalid_token\"")
        let silent = try OAuthServer()
        #expect(try await silent.server.get("/profile").headers["www-authenticate"] == "Bearer realm=\"ringfort\"")
        for path in ["/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource"] {
            #expect(try await silent.server.get(path).status == 404)
        }
    }

    @Test("has the public keys that its tokens are checked with, and no secret one")
    func keys() async throws {
        let oauth = try OAuthServer()
        let jwks = try await oauth.server.get("/.well-known/jwks.json")
        let keys = try #require(try Self.object(jwks)["keys"] as? [[String: Any]])
        #expect(Set(keys.compactMap { $0["kid"] as? String }) == ["test-eddsa", "test-es256"])
        for key in keys {
            #expect(key["use"] as? String == "sig" && key["alg"] is String && key["d"] == nil && key["k"] == nil)
        }
        let paserks = try #require(
            try Self.object(try await oauth.server.get("/.well-known/paserk.json"))["keys"] as? [[String: String]])
        #expect(paserks.map { $0["kid"] } == ["test-v4.public"])
        #expect(paserks.first?["paserk"]?.hasPrefix("k4.public.") == true)
    }

    @Test("is described, and gone where it is turned off")
    func offered() async throws {
        let oauth = try OAuthServer { $0.identity?.origin = Self.origin }
        let description = try await oauth.server.get("/openapi.json").body
        for text in ["/oauth/token", "/oauth/introspect", "/oauth/revoke", "/.well-known/jwks.json", "OAuthBadRequest"]
        {
            #expect(description.contains("\"\(text)\""))
        }
        let off = try OAuthServer {
            $0.identity?.offersOAuth = false
            $0.identity?.origin = Self.origin
        }
        #expect(try await off.token("grant_type=client_credentials", off.asReports).status == 404)
        #expect(try await off.server.get("/.well-known/oauth-authorization-server").status == 404)
        #expect(try await off.server.get("/.well-known/jwks.json").status == 200)
    }

    @Test(
        "needs an origin that is one",
        arguments: [
            "api.example", "https://", "https://api.example/", "https://api.example/x", "https://API.example",
            "https://api.example:443", "http://api.example", "http://localhost.example", "ftp://api.example",
            "https://a b",
            "https://a\"b", "null", "",
        ])
    func wrongOrigin(origin: String) {
        #expect(throws: ServerError.self) { try OAuthServer { $0.identity?.origin = origin } }
        #expect(
            IdentityConfiguration.isOrigin("http://localhost") && IdentityConfiguration.isOrigin("http://[::1]:8080"))
    }
}
