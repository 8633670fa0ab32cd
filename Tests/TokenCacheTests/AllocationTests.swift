import Bytes
import TestSupport
import Testing
import Tokens

@testable import TokenCache

@Suite("Nothing is allocated", .enabled(if: allocationsAreGated))
struct AllocationTests {
    @Test("to find a token, to find none, to store one, or to find no room for it")
    func steadyState() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let revocations = RevocationList(
            [.token(id: "other", untilUnixSeconds: .max)], keyring: tokens.keyring,
            nowUnixSeconds: TestTokens.unixSeconds)
        let policy = try ClaimsPolicy()
        let proven = try (0..<40).map { try tokens.verify(tokens.token(subject: "subject-\($0)")) }
        var claims = ClaimsCopy()
        var found = 0
        func pass(_ claims: inout ClaimsCopy) {
            for token in proven {
                let text = token.token
                let isFound = cache.find(
                    text.span.raw, at: cache.place(of: text.span.raw), keyringEpoch: tokens.keyring.epoch,
                    scopesEpoch: tokens.scopes.epoch, now: TestTokens.now, into: &claims)
                guard isFound else {
                    token.store(in: cache)
                    continue
                }
                do throws(TokenError) {
                    try claims.view.check(policy, nowUnixSeconds: TestTokens.unixSeconds)
                    try revocations.check(claims.view)
                    found += 1
                } catch {
                    Issue.record("a good token was refused: \(error)")
                }
            }
        }
        pass(&claims)
        #expect(allocations { for _ in 0..<10 { pass(&claims) } }.count == 0)
        #expect(found > 0)
    }
}
