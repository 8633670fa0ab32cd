import Testing

@testable import RateLimiting

@Suite("A clock that steps")
struct ClockStepTests {
    private static let second: UInt64 = 1_000_000_000
    private static let noon = 1_000_000 * second
    private let rate: CellRate
    private let table: TokenBucketTable

    /// Client 1 has taken its burst of five at noon; a token comes back in ten seconds.
    init() throws {
        rate = try CellRate(tokens: 1, everySeconds: 10, burst: 5)
        table = try TokenBucketTable(capacity: 64)
        #expect(admitted(at: Self.noon) == 5)
    }

    @Test("back locks nobody out, and grants nothing", arguments: [1, 2, 60, 3_600, 999_000])
    func back(seconds: UInt64) {
        let stepped = Self.noon - seconds * Self.second
        #expect(admitted(at: stepped) == 0)
        // Steps below the tolerated lag delay a client by as much, and no longer ones do.
        #expect(admitted(at: stepped + 11 * Self.second) == 1)
        #expect(admitted(at: stepped + 111 * Self.second) == 5)
    }

    @Test("back leaves no bucket that nobody can have")
    func backWithFullTable() {
        for client in UInt64(0)..<1_000 { _ = table.take(key: key(client), rate: rate, cost: 5, now: Self.noon) }
        let before = table.overflowDecisions
        #expect(before > 0)
        let stepped = Self.noon - 3_600 * Self.second
        _ = table.take(key: key(0), rate: rate, now: stepped)
        for client in UInt64(2_000)..<2_008 {
            _ = table.take(key: key(client), rate: rate, now: stepped + 60 * Self.second)
        }
        #expect(table.overflowDecisions == before)
    }

    @Test("ahead grants a burst once", arguments: [3_600, 31_536_000])
    func ahead(seconds: UInt64) {
        #expect(admitted(at: Self.noon + seconds * Self.second) == 5)
        #expect(admitted(at: Self.noon + seconds * Self.second) == 0)
        #expect(admitted(at: Self.noon) == 0)
        #expect(admitted(at: Self.noon + 10 * Self.second) == 1)
    }

    @Test("to and fro grants a burst for each step ahead, and no more")
    func toAndFro() {
        var total = 0
        for _ in 0..<100 {
            total += admitted(at: Self.noon - 500 * Self.second)
            total += admitted(at: Self.noon)
        }
        #expect(total == 500)
    }

    @Test("to the end of its range breaks nothing", arguments: [0, UInt64.max, UInt64.max - 1, 1 << 63])
    func extremes(now: UInt64) {
        #expect(admitted(at: now) <= 5)
        #expect(admitted(at: now) == 0)
        #expect(admitted(at: now &+ 10 * Self.second) == 1)
    }

    @Test("differently for two callers, within the tolerated lag, grants nothing")
    func skew() {
        for _ in 0..<1_000 {
            #expect(admitted(at: Self.noon + 9 * Self.second) == 0)
            #expect(admitted(at: Self.noon + 9 * Self.second - 900_000_000) == 0)
        }
    }

    private func admitted(at now: UInt64) -> Int {
        (0..<10).count { _ in table.take(key: key(1), rate: rate, now: now).isAdmitted }
    }
}
