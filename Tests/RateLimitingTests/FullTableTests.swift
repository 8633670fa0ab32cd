import TestSupport
import Testing

@testable import RateLimiting

/// A table of eight buckets: every key may live in every one of them.
@Suite("A full table of token buckets")
struct FullTableTests {
    private let table: TokenBucketTable
    private let rate: CellRate
    private static let second: UInt64 = 1_000_000_000

    /// Filled by eight clients, 0 to 7, who have taken four of their five tokens; one comes back a second.
    init() throws {
        table = try TokenBucketTable(capacity: 8)
        rate = try CellRate(tokensPerSecond: 1, burst: 5)
        for client in UInt64(0)..<8 { #expect(table.take(key: key(client), rate: rate, cost: 4, now: 0).isAdmitted) }
    }

    @Test("lets newcomers share one bucket a policy, and counts them")
    func overflow() {
        for client in UInt64(100)..<110 {
            #expect(table.take(key: key(client), rate: rate, now: 0).isAdmitted == (client < 105))
        }
        #expect(table.overflowDecisions == 10)
        // Another policy's newcomers have another bucket; it refills as any other does.
        #expect(table.take(key: key(100, policy: 2), rate: rate, now: 0).remaining == 4)
        #expect(table.take(key: key(200), rate: rate, now: Self.second).isAdmitted)
        #expect(!table.take(key: key(201), rate: rate, now: Self.second).isAdmitted)
        #expect(table.overflowDecisions == 13)
    }

    @Test("leaves those who have a bucket untouched, whoever else comes")
    func residents() {
        for client in UInt64(100)..<100_100 { _ = table.take(key: key(client), rate: rate, now: 0) }
        for client in UInt64(0)..<8 {
            #expect(table.take(key: key(client), rate: rate, now: 0).remaining == 0)
            #expect(!table.take(key: key(client), rate: rate, now: 0).isAdmitted)
        }
        #expect(table.overflowDecisions == 100_000)
    }

    @Test("gives away no bucket before it has refilled, and any bucket then")
    func eviction() {
        let refilled = 4 * Self.second
        #expect(table.take(key: key(100), rate: rate, now: refilled - 1).isAdmitted)
        #expect(table.overflowDecisions == 1)
        for client in UInt64(101)..<109 {
            #expect(table.take(key: key(client), rate: rate, now: refilled).remaining == 4)
        }
        #expect(table.overflowDecisions == 1)
        #expect(table.take(key: key(109), rate: rate, now: refilled).isAdmitted)
        #expect(table.overflowDecisions == 2)
    }

    @Test("gives away the bucket that has been full the longest")
    func leastRecent() {
        _ = table.take(key: key(3), rate: rate, now: Self.second)
        // All have refilled by now; seven newcomers take all buckets but that of client 3, who came again.
        for client in UInt64(100)..<107 { _ = table.take(key: key(client), rate: rate, cost: 5, now: 5 * Self.second) }
        _ = table.take(key: key(3), rate: rate, cost: 5, now: 5 * Self.second)
        #expect(table.overflowDecisions == 0)
        #expect(!table.take(key: key(3), rate: rate, now: 5 * Self.second).isAdmitted)
    }

    @Test("has no full bucket for a client who lost one that was not")
    func returning() {
        // Client 0 is empty, and stays the only one who is: newcomers can take the other seven.
        _ = table.take(key: key(0), rate: rate, now: 0)
        for client in UInt64(100)..<1_000 { _ = table.take(key: key(client), rate: rate, now: 4 * Self.second) }
        #expect(table.peek(key: key(0), rate: rate, now: 4 * Self.second).remaining == 4)
    }

    @Test("shows newcomers what they would share")
    func peek() {
        #expect(table.peek(key: key(100), rate: rate, now: 0).remaining == 5)
        _ = table.take(key: key(101), rate: rate, cost: 5, now: 0)
        #expect(table.peek(key: key(100), rate: rate, now: 0) == .refused(retryAfterNanoseconds: Self.second))
    }

    @Test("hardly overflows while it is not full", arguments: [(50, 1), (75, 150), (90, 500)])
    func occupancy(percent: Int, overflowsInTenThousand: Int) throws {
        let table = try TokenBucketTable(capacity: 1 << 16)
        let clients = table.capacity * percent / 100
        for client in 0..<clients { _ = table.take(key: key(UInt64(client)), rate: rate, cost: 5, now: 0) }
        let overflowed = Int(table.overflowDecisions) * 10_000 / clients
        print("\(percent) % full: \(table.overflowDecisions) of \(clients) clients had no bucket of their own")
        #expect(overflowed <= overflowsInTenThousand)
    }
}
