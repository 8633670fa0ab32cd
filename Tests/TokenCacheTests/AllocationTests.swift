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
        var claims = ByteBuffer(capacity: 4_096)
        var found = 0
        func pass() {
            for token in proven {
                let table = cache.find(
                    token.token.span.raw, at: cache.place(of: token.token.span.raw), keyringEpoch: tokens.keyring.epoch,
                    scopesEpoch: tokens.scopes.epoch, now: TestTokens.now, into: &claims)
                guard let table else {
                    token.store(in: cache)
                    continue
                }
                do throws(TokenError) {
                    let view = VerifiedClaims(table, bytes: claims.bytes)
                    try view.check(policy, nowUnixSeconds: TestTokens.unixSeconds)
                    try revocations.check(view)
                    found += 1
                } catch {
                    Issue.record("a good token was refused: \(error)")
                }
            }
        }
        pass()
        #expect(allocations { for _ in 0..<10 { pass() } }.count == 0)
        #expect(found > 0)
    }
}
