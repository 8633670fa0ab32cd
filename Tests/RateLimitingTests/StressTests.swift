import Synchronization
import TestSupport
import Testing

@testable import RateLimiting

@Suite("Many threads at one table")
struct StressTests {
    private static let threads = 4

    @Test("are admitted exactly a burst, when time stands still")
    func oneKey() throws {
        let table = try TokenBucketTable(capacity: 64)
        let rate = try CellRate(tokensPerSecond: 1, burst: 50_000)
        let admitted = onThreads(Self.threads) { _ in
            (0..<25_000).count { _ in table.take(key: key(1), rate: rate, now: 5).isAdmitted }
        }
        #expect(admitted.reduce(0, +) == 50_000)
    }

    @Test("are admitted a burst and what has refilled, and lose at most one")
    func oneKeyInTime() throws {
        let table = try TokenBucketTable(capacity: 64)
        let rate = try CellRate(tokensPerSecond: 1_000_000, burst: 100)
        let clock = SharedClock()
        let admitted = onThreads(Self.threads) { _ in
            // A tenth of a token's time a decision: demand is ten times what there is.
            (0..<100_000).count { _ in table.take(key: key(1), rate: rate, now: clock.advance(by: 100)).isAdmitted }
        }
        let left = table.peek(key: key(1), rate: rate, now: clock.now).remaining
        let granted = UInt64(admitted.reduce(0, +)) + UInt64(left)
        let allowed = 100 + UInt64(Self.threads) * 100_000 / 10
        #expect(granted <= allowed)
        #expect(granted >= allowed - 1)
    }

    @Test("never make two buckets for a key that all of them bring at once")
    func manyNewKeys() throws {
        let table = try TokenBucketTable(capacity: 1 << 15)
        let rate = try CellRate(tokensPerSecond: 1, burst: 3)
        for wave in UInt64(0)..<8 {
            // A wave begins when the buckets of the last have refilled, and takes them over.
            let now = wave * 10_000_000_000
            let admitted = onThreads(Self.threads) { _ in
                (0..<8_000).map { client in
                    (0..<2).count { _ in table.take(key: key(wave << 32 | client), rate: rate, now: now).isAdmitted }
                }
            }
            let totals = (0..<8_000).map { client in admitted.reduce(0) { $0 + $1[client] } }
            #expect(totals == [Int](repeating: 3, count: 8_000))
        }
        #expect(table.overflowDecisions == 0)
    }

    @Test("never make two buckets for a key, though each finds other buckets refilled")
    func evictionAgainstSkew() throws {
        let table = try TokenBucketTable(capacity: 1 << 15)
        // Two takes fit, and a token to spare for threads whose time is behind that of the first take.
        let rate = try CellRate(tokensPerSecond: 1, burst: 5)
        var random = SeededGenerator(seed: 1)
        // Buckets that have all refilled after a second, give or take eight nanoseconds: the threads' times lie between.
        for client in UInt64(0)..<100_000 {
            _ = table.take(key: key(client, policy: 9), rate: rate, now: random.next() % 16)
        }
        // Newcomers who found no bucket have emptied the one they share: what is admitted below, own buckets admit.
        for client in UInt64(0)..<1_000 { _ = table.take(key: key(2 << 32 | client), rate: rate, cost: 5, now: 15) }
        #expect(table.overflowDecisions > 0)
        let clients = 2_000
        let rendezvous = Rendezvous(Self.threads)
        let admitted = onThreads(Self.threads) { index in
            var random = SeededGenerator(seed: UInt64(index))
            return (0..<clients).map { client in
                rendezvous.meet(round: client)
                let now = 1_000_000_000 + 8 + random.next() % 8
                return (0..<2).count { _ in
                    table.take(key: key(1 << 32 | UInt64(client)), rate: rate, cost: 2, now: now).isAdmitted
                }
            }
        }
        let totals = (0..<clients).map { client in admitted.reduce(0) { $0 + $1[client] } }
        #expect(totals.max() == 2)
        // A few may find none of their buckets refilled, and get nothing.
        #expect(totals.count { $0 == 2 } >= clients - 50)
    }

    @Test("get what their clients' time allows, while others come and go")
    func churn() throws {
        let table = try TokenBucketTable(capacity: 1 << 12)
        let rate = try CellRate(tokensPerSecond: 1_000, burst: 4)
        let clock = SharedClock()
        let counts = onThreads(Self.threads) { index in
            var random = SeededGenerator(seed: UInt64(index))
            var counts = [UInt64](repeating: 0, count: 8)
            for _ in 0..<100_000 {
                // Eight clients ask thirty times as often as they may; between them, twenty thousand come now and then.
                let client = random.next() % 4 == 0 ? random.next() % 8 : 8 + random.next() % 20_000
                let decision = table.take(key: key(client), rate: rate, now: clock.advance(by: 1_000))
                if client < 8, decision.isAdmitted { counts[Int(client)] += 1 }
            }
            return counts
        }
        let elapsedMilliseconds = clock.now / 1_000_000
        for client in 0..<8 {
            let total = counts.reduce(0) { $0 + $1[client] }
            #expect(total <= 4 + elapsedMilliseconds)
            #expect(total >= elapsedMilliseconds)
        }
        // A thread that was held up in a decision may find that its time is long past.
        #expect(table.overflowDecisions < 4_000)
    }
}

/// A clock that threads share and push on: no two of them are ever apart by more than a decision takes.
final class SharedClock: Sendable {
    private let time = Atomic<UInt64>(0)

    var now: UInt64 { time.load(ordering: .relaxed) }

    func advance(by nanoseconds: UInt64) -> UInt64 { time.wrappingAdd(nanoseconds, ordering: .relaxed).newValue }
}
