import Foundation
import Identity
import RingfortTesting
import TestSupport
import Testing

@testable import Ringfort

/// A server in memory with users: alice, who writes, and bob, who may nothing. Hashes cost next to nothing.
struct LoginServer {
    static let password = "correct horse battery"
    static let cost = PasswordHashCost(passes: 1, memoryMebibytes: 1)

    let server: InMemoryServer
    let service: IdentityService
    private let directory: TemporaryDirectory

    var store: IdentityStore { service.store }

    init(
        hashes: Int = 1, waiting: Int = 64, configure: @Sendable (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws {
        directory = try TemporaryDirectory()
        service = try Self.service(in: directory, hashes: hashes, waiting: waiting)
        var api = Router()
        api.get("/profile", scopes: ScopeSet("read:profile")) { request, response in
            response.text("\(request.principal.subject)")
        }
        api.get("/write", scopes: ScopeSet("write:posts")) { _, response in response.text("written") }
        server = try InMemoryServer(api) { [service] configuration in
            configuration.identity = IdentityConfiguration(service)
            configuration.identity?.addressLimit = nil
            configuration.trustedProxies = TrustedProxies([try #require(AddressRange("127.0.0.1"))])
            try configure(&configuration)
        }
    }

    /// A database with the users.
    static func service(
        in directory: TemporaryDirectory, hashes: Int = 1, waiting: Int = 64
    ) throws -> IdentityService {
        let service = try IdentityService(
            opening: directory.path + "/identity.db", hashes: hashes, waiting: waiting, passwordCost: cost)
        let hash = try #require(PasswordHash(of: Array(password.utf8), cost: cost))
        try service.store.setRole("author", scopes: "write:posts read:profile")
        #expect(try service.store.addUser("alice", password: hash, roles: ["author"], nowUnixSeconds: 1) == .done)
        #expect(try service.store.addUser("bob", password: hash, roles: [], nowUnixSeconds: 1) == .done)
        return service
    }

    func login(
        _ user: String = "alice", password: String = password, scope: String? = nil, from address: String = "192.0.2.1"
    ) async throws -> TestResponse {
        let scope = scope.map { ",\"scope\":\"\($0)\"" } ?? ""
        return try await server.post(
            "/api/login", json: "{\"username\":\"\(user)\",\"password\":\"\(password)\"\(scope)}",
            headers: ["X-Forwarded-For": address])
    }

    func refresh(_ token: String) async throws -> TestResponse {
        try await server.post("/api/refresh", json: "{\"refresh_token\":\"\(token)\"}")
    }

    func logout(_ token: String) async throws -> TestResponse {
        try await server.post("/api/logout", json: "{\"refresh_token\":\"\(token)\"}")
    }
}

/// What a login answers.
struct Grant: Decodable {
    let access_token: String
    let token_type: String
    let expires_in: Int
    let scope: String
    let refresh_token: String
    let refresh_expires_in: Int
}

extension TestResponse {
    func grant() throws -> Grant {
        try #require(status == 200, "\(status): \(body)")
        return try decode(Grant.self)
    }

    /// The body without what differs each time.
    var generic: String { body.replacing(/[0-9a-f]{32}/, with: "") }
}
