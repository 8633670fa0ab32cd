import TestSupport
import Testing

@testable import RateLimiting

@Suite("A table of token buckets")
struct TokenBucketTableTests {
    @Test("decides as an exact model does, on random traces", arguments: 0..<8)
    func model(seed: UInt64) throws {
        let table = try TokenBucketTable(capacity: 4_096)
        var random = SeededGenerator(seed: seed)
        let (tokens, everySeconds) = (UInt32(random.next() % 1_000 + 1), UInt32(random.next() % 60 + 1))
        let burst = UInt32(random.next() % 50 + 1)
        let rate = try CellRate(tokens: tokens, everySeconds: everySeconds, burst: burst)
        var models: [UInt64: BucketModel] = [:]
        var now = random.next() >> 8
        for _ in 0..<20_000 {
            now += random.next() % 4 == 0 ? 0 : random.next() % (2 * rate.emissionIntervalNanoseconds / 64 + 1)
            let client = random.next() % 64
            let cost = UInt32(random.next() % UInt64(min(burst, 4)) + 1)
            var model = models[client] ?? BucketModel(tokens, everySeconds: everySeconds, burst: burst, now: now)
            let expected = model.take(cost, now: now)
            models[client] = model
            try #require(table.take(key: key(client), rate: rate, cost: cost, now: now) == expected)
        }
        #expect(table.overflowDecisions == 0)
    }

    @Test("decides as the model does while eighty times more clients come and go than it has buckets")
    func churn() throws {
        let table = try TokenBucketTable(capacity: 1_024)
        let rate = try CellRate(tokensPerSecond: 100, burst: 5)
        var random = SeededGenerator(seed: 7)
        var models: [UInt64: BucketModel] = [:]
        var now: UInt64 = 1 << 40
        for step in UInt64(0)..<200_000 {
            now += 500_000
            // A window of clients that moves on: some twenty have not refilled at any time, and none comes back.
            let client = step / 2 + random.next() % 16
            var model = models[client] ?? BucketModel(100, everySeconds: 1, burst: 5, now: now)
            let expected = model.take(1, now: now)
            models[client] = model
            try #require(table.take(key: key(client), rate: rate, now: now) == expected)
        }
        #expect(models.count > 80 * table.capacity)
        #expect(table.overflowDecisions == 0)
    }

    @Test("limits a client in each policy by itself")
    func policies() throws {
        let table = try TokenBucketTable(capacity: 64)
        let hasher = KeyHasher()
        let (strict, lax) = (try CellRate(tokensPerSecond: 1, burst: 1), try CellRate(tokensPerSecond: 1, burst: 9))
        #expect(table.take(key: hasher.key(ipv4: 1, policy: 1), rate: strict, now: 0).isAdmitted)
        #expect(!table.take(key: hasher.key(ipv4: 1, policy: 1), rate: strict, now: 0).isAdmitted)
        #expect(table.take(key: hasher.key(ipv4: 1, policy: 2), rate: lax, now: 0).remaining == 8)
    }

    @Test("takes a cost of zero for one, and never admits one above the burst")
    func costs() throws {
        let table = try TokenBucketTable(capacity: 64)
        let rate = try CellRate(tokensPerSecond: 1, burst: 3)
        #expect(table.take(key: key(1), rate: rate, cost: 0, now: 0).remaining == 2)
        #expect(!table.take(key: key(2), rate: rate, cost: 4, now: 0).isAdmitted)
        #expect(!table.take(key: key(1), rate: rate, cost: .max, now: 0).isAdmitted)
        #expect(table.take(key: key(2), rate: rate, cost: 3, now: 0).remaining == 0)
    }

    @Test("shows what a bucket holds without taking from it")
    func peek() throws {
        let table = try TokenBucketTable(capacity: 64)
        let rate = try CellRate(tokensPerSecond: 1, burst: 2)
        let full = TokenBucketTable.Decision.admitted(remaining: 2, nextTokenNanoseconds: 0)
        #expect(table.peek(key: key(1), rate: rate, now: 0) == full)
        #expect(table.peek(key: key(1), rate: rate, now: 0) == full)
        _ = table.take(key: key(1), rate: rate, now: 0)
        let one = TokenBucketTable.Decision.admitted(remaining: 1, nextTokenNanoseconds: 1_000_000_000)
        #expect(table.peek(key: key(1), rate: rate, now: 0) == one)
        _ = table.take(key: key(1), rate: rate, now: 0)
        #expect(table.peek(key: key(1), rate: rate, now: 0) == .refused(retryAfterNanoseconds: 1_000_000_000))
        #expect(table.peek(key: key(1), rate: rate, now: 250_000_000) == .refused(retryAfterNanoseconds: 750_000_000))
    }

    @Test("says what the fields of an answer say, in whole seconds rounded up")
    func fields() {
        let admitted = TokenBucketTable.Decision.admitted(remaining: 7, nextTokenNanoseconds: 1)
        #expect((admitted.remaining, admitted.resetSeconds) == (7, 1))
        let full = TokenBucketTable.Decision.admitted(remaining: 40, nextTokenNanoseconds: 0)
        #expect((full.remaining, full.resetSeconds) == (40, 0))
        let refused = TokenBucketTable.Decision.refused(retryAfterNanoseconds: 2_000_000_001)
        #expect((refused.remaining, refused.resetSeconds) == (0, 3))
    }

    @Test("has at least the capacity that was asked for", arguments: [(8, 8), (9, 16), (1_000_000, 1_048_576)])
    func capacity(asked: Int, given: Int) throws {
        #expect(try TokenBucketTable(capacity: asked).capacity == given)
    }

    @Test("refuses capacities that make no sense", arguments: [Int.min, 0, 7, TokenBucketTable.largestCapacity + 1])
    func refusesCapacity(_ capacity: Int) {
        #expect(throws: TableError.capacityOutOfRange) { try TokenBucketTable(capacity: capacity) }
    }

    @Test("allocates nothing to decide", .enabled(if: allocationsAreGated))
    func allocationFree() throws {
        let table = try TokenBucketTable(capacity: 8)
        let rate = try CellRate(tokensPerSecond: 1, burst: 2)
        let hasher = KeyHasher()
        let (count, admitted) = allocations {
            var admitted = 0
            for client in UInt32(0)..<64 {
                let key = hasher.key(ipv4: client % 32, policy: 1)
                if table.take(key: key, rate: rate, now: UInt64(client)).isAdmitted { admitted += 1 }
                _ = table.peek(key: key, rate: rate, now: UInt64(client))
            }
            return admitted
        }
        #expect(count == 0)
        // Eight clients with a bucket of their own, and the rest with one between them.
        #expect(admitted == 18)
    }
}

extension TokenBucketTable.Decision {
    var isAdmitted: Bool {
        switch self {
        case .admitted: true
        case .refused: false
        }
    }
}

/// The key of a made-up client: spread like a hash, and the same on every run.
func key(_ client: UInt64, policy: UInt16 = 1) -> KeyHash {
    var generator = SeededGenerator(seed: client &* 65_537 &+ UInt64(policy))
    return KeyHash(bits: generator.next(), policy: policy)
}
