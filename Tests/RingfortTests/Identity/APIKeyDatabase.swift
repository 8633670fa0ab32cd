import Foundation
import Identity
import TestSupport

@testable import Ringfort

/// A database of API keys, for one test.
final class APIKeyDatabase: Sendable {
    private let directory: TemporaryDirectory
    private let service: IdentityService

    init() throws {
        directory = try TemporaryDirectory()
        service = try IdentityService(
            opening: directory.path + "/identity.db", hashes: 1, waiting: 1,
            passwordCost: PasswordHashCost(passes: 1, memoryMebibytes: 1))
    }

    /// Has a server take the keys.
    func configure(_ configuration: inout ServerConfiguration) {
        configuration.identity = IdentityConfiguration(service)
        configuration.identity?.offersLogin = false
    }

    /// Makes a key, as its user has to bring it.
    func key(
        scopes: String = "read:things", limit: APIKeyLimit? = nil, expiresInSeconds: Int64? = nil
    ) throws -> String {
        let now = Int64(Date().timeIntervalSince1970)
        let (key, text) = APIKey.make(
            label: "test", scopes: scopes, limit: limit, expiresUnixSeconds: expiresInSeconds.map { now + $0 },
            nowUnixSeconds: now)
        _ = try service.store.add(key)
        return text
    }

    func revoke(_ key: String) throws { _ = try service.store.revokeAPIKey(Self.id(key), nowUnixSeconds: 1) }

    /// The key, which is revoked then.
    func revoked(_ key: String) throws -> String {
        try revoke(key)
        return key
    }

    /// The public name of a key.
    static func id(_ key: String) -> String { String(key.prefix(16)) }

    /// A key with the same name and another secret.
    static func withOtherSecret(_ key: String) -> String {
        String(key.dropLast()) + (key.last == "A" ? "B" : "A")
    }

    static func header(_ key: String) -> String { "X-API-Key: \(key)\r\n" }
}
