import Foundation
import Identity
import RingfortTesting
import Testing

@testable import Ringfort

/// A server in memory with users and clients: `reports`, which may something and ask about tokens, and `other`, which may not ask.
struct OAuthServer {
    let users: LoginServer
    /// The secrets of both.
    let (reports, other): (String, String)

    var server: InMemoryServer { users.server }

    init(configure: @Sendable (inout ServerConfiguration) throws -> Void = { _ in }) throws {
        users = try LoginServer(configure: configure)
        (reports, other) = try Self.addClients(to: users.store)
    }

    static func addClients(to store: IdentityStore) throws -> (reports: String, other: String) {
        let reports = try store.addClient(
            "reports", label: "", scopes: "read:profile write:posts", mayIntrospect: true, nowUnixSeconds: 1)
        let other = try store.addClient(
            "other@example", label: "", scopes: "read:profile", mayIntrospect: false, nowUnixSeconds: 1)
        return (try #require(reports).text, try #require(other).text)
    }

    /// `Basic`, of what stands in the header once it is decoded.
    static func basic(_ text: String) -> [String: String] {
        ["Authorization": "Basic \(Data(text.utf8).base64EncodedString())"]
    }

    var asReports: [String: String] { Self.basic("reports:\(reports)") }
    var asOther: [String: String] { Self.basic("other%40example:\(other)") }

    func post(_ path: String, _ form: String, _ headers: [String: String] = [:]) async throws -> TestResponse {
        let type = ["Content-Type": "application/x-www-form-urlencoded"]
        return try await server.request(.post, path, json: form, headers: type.merging(headers) { $1 })
    }

    func token(_ form: String, _ headers: [String: String] = [:]) async throws -> TestResponse {
        try await post("/oauth/token", form, headers)
    }

    /// A token of the client's own.
    func accessToken(_ headers: [String: String]? = nil) async throws -> String {
        try await token("grant_type=client_credentials", headers ?? asReports).decode(ClientGrant.self).access_token
    }

    /// What is known of a token.
    func introspect(_ token: String) async throws -> [String: String] {
        let response = try await post("/oauth/introspect", "token=\(token)", asReports)
        #expect(response.status == 200 && response.headers["content-type"] == "application/json")
        let object = try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any]
        return try #require(object).mapValues { "\($0)" }
    }
}

/// What a client gets.
struct ClientGrant: Decodable {
    let access_token: String
    let token_type: String
    let expires_in: Int
    let scope: String
}

extension TestResponse {
    /// The status and the one member of an error of OAuth.
    func refuses(_ status: Int, _ error: String) -> Bool {
        self.status == status && body == "{\"error\":\"\(error)\"}" && headers["content-type"] == "application/json"
            && headers["cache-control"] == "no-store"
    }
}
