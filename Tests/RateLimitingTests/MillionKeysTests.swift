import TestSupport
import Testing

@testable import RateLimiting

@Suite("A million keys")
struct MillionKeysTests {
    @Test("that come and go are limited as an exact model says, each by itself")
    func model() throws {
        let table = try TokenBucketTable(capacity: 1 << 20)
        let rate = try CellRate(tokensPerSecond: 1, burst: 5)
        var random = SeededGenerator(seed: 11)
        var models: [BucketModel] = []
        var now: UInt64 = 1 << 40
        var (refused, overflowed) = (0, 0)
        for step in UInt64(0)..<2_100_000 {
            now += 2_500
            // Two hundred thousand new clients a second, each of whom asks about twice within five seconds.
            let newest = step / 2
            if models.count <= newest { models.append(BucketModel(1, everySeconds: 1, burst: 5, now: now)) }
            let client = newest - min(newest, random.next() % 4 == 0 ? random.next() % 1_000_000 : random.next() % 64)
            let cost = UInt32(random.next() % 3 + 1)
            let before = table.overflowDecisions
            let decision = table.take(key: key(client), rate: rate, cost: cost, now: now)
            // Who found no bucket was charged to the one that newcomers share; his own is as it was.
            guard table.overflowDecisions == before else {
                overflowed += 1
                continue
            }
            let expected = models[Int(client)].take(cost, now: now)
            guard decision == expected else {
                Issue.record("client \(client) at step \(step): \(decision), not \(expected)")
                return
            }
            if !decision.isAdmitted { refused += 1 }
        }
        print("\(models.count) keys: \(refused) decisions refused, \(overflowed) without a bucket")
        #expect(models.count > 1_000_000)
        #expect(refused > 1_000)
        #expect(overflowed < 21_000)
    }

    @Test("of an attacker who rotates addresses change neither memory nor the bucket of a client who is there")
    func rotation() throws {
        let table = try TokenBucketTable(capacity: 1 << 14)
        let rate = try CellRate(tokensPerSecond: 1, burst: 40)
        let hasher = KeyHasher()
        let resident = hasher.key(ipv4: 0xC000_0201, policy: 0)
        for _ in 0..<30 { #expect(table.take(key: resident, rate: rate, now: 0).isAdmitted) }
        let capacity = table.capacity
        let (count, admitted) = allocations {
            var admitted = 0
            for address in UInt32(0)..<1_000_000 {
                let key = hasher.key(ipv4: address, policy: 0)
                if table.take(key: key, rate: rate, cost: 40, now: 0).isAdmitted { admitted += 1 }
            }
            return admitted
        }
        if allocationsAreGated { #expect(count == 0) }
        #expect(table.capacity == capacity)
        // At most one burst for each bucket there is, and one for all who found none.
        #expect(admitted <= capacity)
        #expect(table.overflowDecisions > 900_000)
        #expect(table.peek(key: resident, rate: rate, now: 0).remaining == 10)
    }
}
