import Testing

@testable import RateLimiting

@Suite("A cell rate")
struct CellRateTests {
    @Test("admits a burst at once, then refuses until a token has refilled")
    func burstThenRefill() throws {
        let rate = try CellRate(tokensPerSecond: 10, burst: 3)
        var arrival: UInt64 = 0
        for _ in 0..<3 {
            guard case .admitted(let next) = rate.decide(theoreticalArrival: arrival, cost: 1, now: 0) else {
                Issue.record("a full bucket refused")
                return
            }
            arrival = next
        }
        #expect(
            rate.decide(theoreticalArrival: arrival, cost: 1, now: 0) == .refused(retryAfterNanoseconds: 100_000_000))
        #expect(
            rate.decide(theoreticalArrival: arrival, cost: 1, now: 100_000_000)
                == .admitted(theoreticalArrival: 400_000_000))
    }

    @Test("charges the cost of a request, all or nothing")
    func cost() throws {
        let rate = try CellRate(tokensPerSecond: 10, burst: 5)
        #expect(
            rate.decide(theoreticalArrival: 0, cost: 3, now: 1_000_000_000)
                == .admitted(theoreticalArrival: 1_300_000_000))
        #expect(
            rate.decide(theoreticalArrival: 1_300_000_000, cost: 3, now: 1_000_000_000)
                == .refused(retryAfterNanoseconds: 100_000_000))
    }

    @Test("never admits a cost above the burst", arguments: [4, 1_000, UInt32.max])
    func impossibleCost(cost: UInt32) throws {
        let rate = try CellRate(tokensPerSecond: UInt32.max, burst: 3)
        #expect(
            rate.decide(theoreticalArrival: 0, cost: cost, now: 1 << 60)
                == .refused(retryAfterNanoseconds: CellRate.longestRefillNanoseconds))
    }

    @Test("takes a bucket whose time lies far back for a full one")
    func longIdle() throws {
        let rate = try CellRate(tokensPerSecond: 1, burst: 2)
        #expect(
            rate.decide(theoreticalArrival: 5, cost: 1, now: 9_000_000_000)
                == .admitted(theoreticalArrival: 10_000_000_000))
    }

    @Test(
        "rounds the time of a token up, so that whole nanoseconds never add up to more than the rate",
        arguments: [
            (1, 1, 1_000_000_000), (3, 1, 333_333_334), (7, 60, 8_571_428_572), (5, 60, 12_000_000_000),
            (2_000_000_000, 1, 1), (UInt32.max, 1, 1),
        ]
    )
    func interval(tokens: UInt32, everySeconds: UInt32, nanoseconds: UInt64) throws {
        let rate = try CellRate(tokens: tokens, everySeconds: everySeconds, burst: 1)
        #expect(rate.emissionIntervalNanoseconds == nanoseconds)
    }

    @Test(
        "knows what a bucket holds, and when there is one more",
        arguments: [
            (0, 3, 0), (1_000_000_000, 3, 0), (1_000_000_001, 2, 1), (1_100_000_000, 2, 100_000_000),
            (1_100_000_001, 1, 1), (1_299_999_999, 0, 99_999_999), (1_300_000_000, 0, 100_000_000),
            (1_350_000_000, 0, 150_000_000),
        ]
    )
    func holdings(arrival: UInt64, tokens: UInt32, nextToken: UInt64) throws {
        let rate = try CellRate(tokensPerSecond: 10, burst: 3)
        let holdings = rate.holdings(theoreticalArrival: arrival, now: 1_000_000_000)
        #expect(holdings == .init(tokens: tokens, nextTokenNanoseconds: nextToken))
    }

    @Test("describes itself as a policy", arguments: [(20, 1, 40, 2), (100, 1, 200, 2), (5, 60, 5, 60), (3, 1, 1, 1)])
    func policy(tokens: UInt32, everySeconds: UInt32, burst: UInt32, windowSeconds: UInt64) throws {
        let rate = try CellRate(tokens: tokens, everySeconds: everySeconds, burst: burst)
        #expect(rate.burst == burst)
        #expect(rate.windowSeconds == windowSeconds)
    }

    @Test(
        "refuses settings that no bucket can honour",
        arguments: [
            (0, 1, 1, RateError.zeroRate), (1, 0, 1, .zeroRate), (1, 1, 0, .zeroBurst), (1, 1, 100_000, .refillTooLong),
            (1, 86_400, 2, .refillTooLong), (1, UInt32.max, UInt32.max, .refillTooLong),
        ]
    )
    func refusesSettings(tokens: UInt32, everySeconds: UInt32, burst: UInt32, error: RateError) {
        #expect(throws: error) { try CellRate(tokens: tokens, everySeconds: everySeconds, burst: burst) }
    }
}
