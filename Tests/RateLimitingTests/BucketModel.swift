import RateLimiting

/// What a token bucket should do, told in tokens rather than in points of time: the table is held against it.
struct BucketModel {
    /// One token's worth of credit is what accrues in this time.
    private let nanosecondsOfToken: UInt64
    private let burst: UInt64
    private var credit: UInt64
    private var latest: UInt64

    init(_ tokens: UInt32, everySeconds: UInt32, burst: UInt32, now: UInt64) {
        let nanoseconds = UInt64(everySeconds) * 1_000_000_000
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: UInt64(tokens))
        nanosecondsOfToken = quotient + (remainder > 0 ? 1 : 0)
        self.burst = UInt64(burst)
        credit = self.burst * nanosecondsOfToken
        latest = now
    }

    var isFull: Bool { credit == burst * nanosecondsOfToken }

    mutating func advance(to now: UInt64) {
        credit = min(credit + (now - latest), burst * nanosecondsOfToken)
        latest = now
    }

    mutating func take(_ cost: UInt32, now: UInt64) -> TokenBucketTable.Decision {
        advance(to: now)
        let price = UInt64(cost) * nanosecondsOfToken
        guard price <= credit else { return .refused(retryAfterNanoseconds: price - credit) }
        credit -= price
        return .admitted(
            remaining: UInt32(credit / nanosecondsOfToken),
            nextTokenNanoseconds: isFull ? 0 : nanosecondsOfToken - credit % nanosecondsOfToken)
    }
}
