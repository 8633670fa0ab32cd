import Identity
import TestSupport
import Testing

@Suite("The sessions of the store")
struct SessionStoreTests {
    private static let cost = PasswordHashCost(passes: 1, memoryMebibytes: 1)

    private static func tokens(_ name: String) -> SessionTokens {
        SessionTokens(refreshHash: name, accessTokenID: "access of \(name)", accessExpiresUnixSeconds: 100)
    }

    @Test("begin as long as the password is the one that was checked, also where it was hashed anew meanwhile")
    func changes() throws {
        let directory = try TemporaryDirectory()
        let store = try IdentityStore(opening: directory.path + "/identity.db")
        let hashes = try (0..<3).map { _ in try #require(PasswordHash(of: [1, 2], cost: Self.cost)) }
        #expect(try store.addUser("alice", password: hashes[0], roles: [], nowUnixSeconds: 1) == .done)
        let user = try #require(try store.candidate(named: "alice", address: "a", sinceUnixSeconds: 0).user)
        func open(_ token: String) throws -> SessionStart {
            try store.openSession(
                of: user, scopes: nil, newHash: hashes[1], address: "a", tokens: Self.tokens(token),
                expiresUnixSeconds: 1_000, forgettingAddressesBefore: 0, nowUnixSeconds: 1)
        }
        #expect(try open("a") == .opened(scope: ""))
        #expect(try open("b") == .opened(scope: ""))
        #expect(try store.setPassword(hashes[2], ofUser: "alice", nowUnixSeconds: 1) == .done)
        #expect(try open("c") == .userHasChanged)
        #expect(try store.disableUser("alice", nowUnixSeconds: 3) == .done)
        let disabled = try #require(try store.candidate(named: "alice", address: "a", sinceUnixSeconds: 0).user)
        #expect(disabled.isDisabled)
    }

    @Test("end after so many tokens, and at a reuse give the access tokens that live, one more than are named")
    func bounds() throws {
        let directory = try TemporaryDirectory()
        let store = try IdentityStore(opening: directory.path + "/identity.db")
        let hash = try #require(PasswordHash(of: [1, 2], cost: Self.cost))
        #expect(try store.addUser("alice", password: hash, roles: [], nowUnixSeconds: 1) == .done)
        let user = try #require(try store.candidate(named: "alice", address: "a", sinceUnixSeconds: 0).user)
        for session in ["a", "b"] {
            let start = try store.openSession(
                of: user, scopes: nil, newHash: nil, address: "a", tokens: Self.tokens("\(session)0"),
                expiresUnixSeconds: 1_000, forgettingAddressesBefore: 0, nowUnixSeconds: 1)
            #expect(start == .opened(scope: ""))
        }
        func rotate(_ from: String, _ to: String) throws -> Rotation {
            try store.rotate(refreshHash: from, to: Self.tokens(to), mostTokens: 6, nowUnixSeconds: 2)
        }
        for number in 0..<5 {
            let next = try rotate("a\(number)", "a\(number + 1)")
            #expect(next == .rotated(user: "alice", scope: "", expiresUnixSeconds: 1_000))
        }
        #expect(try rotate("a5", "a6") == .ended(user: "alice"))
        #expect(try rotate("a6", "a7") == .unknown)
        for number in 0..<5 { _ = try rotate("b\(number)", "b\(number + 1)") }
        guard case .reused("alice", let living) = try rotate("b0", "b9") else {
            Issue.record("a token was taken twice")
            return
        }
        #expect(
            living.count == IdentityStore.mostNamedAccessTokens + 1
                && living.allSatisfy { $0.id.hasPrefix("access of b") })
        #expect(try rotate("b5", "b6") == .ended(user: "alice"))
    }
}
