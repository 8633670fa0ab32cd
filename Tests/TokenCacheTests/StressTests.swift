import Bytes
import Synchronization
import TestSupport
import Testing
import Tokens

@testable import TokenCache

@Suite("A token cache under threads")
struct StressTests {
    /// One set, and more tokens than it has room for, of many lengths: every store takes others' blocks.
    @Test("never gives one token the claims of another, nor a torn copy of its own")
    func hammer() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try (0..<24).map { number in
            try tokens.verify(
                tokens.token(
                    subject: "subject-\(number)", issuer: String(repeating: "i", count: 1 + number * 37)))
        }
        // Each thread goes on until it has found so many: how often it meets a writer is the scheduler's choice.
        let wanted = 5_000
        let mostRounds = 2_000_000
        // Time goes on, so that nothing stays for having been hit.
        let tick = Atomic<UInt64>(0)
        let found = onThreads(4) { thread -> (right: Int, wrong: Int) in
            var generator = SeededGenerator(seed: UInt64(thread))
            var claims = ClaimsCopy()
            var (right, wrong) = (0, 0)
            for round in 0..<mostRounds where right < wanted {
                let token = proven[Int.random(in: 0..<proven.count, using: &generator)]
                if thread == 0 && round % 200 == 0 { tick.wrappingAdd(1, ordering: .relaxed) }
                let now = TestTokens.now + tick.load(ordering: .relaxed) * 1_000_000_000
                if thread < 2 && round % 4 == 0 { token.store(in: cache, now: now) }
                let text = token.token
                let isFound = cache.find(
                    text.span.raw, at: cache.place(of: text.span.raw), keyringEpoch: tokens.keyring.epoch,
                    scopesEpoch: tokens.scopes.epoch, now: now, into: &claims)
                guard isFound else { continue }
                let isRight =
                    claims.view.bytes.equals(token.bytes.span.raw)
                    && claims.view.table.byteCount == token.table.byteCount
                    && claims.view.expiresUnixSeconds == token.table.expiresUnixSeconds
                if isRight { right += 1 } else { wrong += 1 }
            }
            return (right, wrong)
        }
        #expect(found.map(\.wrong).reduce(0, +) == 0)
        let right = found.map(\.right).reduce(0, +)
        print("The cache under threads: \(right) readings found their token")
        #expect(right == 4 * wanted, "too few readings for a test of them")
    }
}
