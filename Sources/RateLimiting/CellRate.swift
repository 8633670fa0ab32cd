/// The generic cell rate algorithm (ITU-T I.371): a token bucket whose whole state is one point in time.
///
/// A bucket that refills at a rate up to `burst` tokens is full when its *theoretical arrival time* (TAT) is not after
/// now. Taking a token moves the TAT one emission interval ahead; a take that would move it more than `burst` intervals
/// ahead of now is refused. One word of state means one compare-and-swap a decision.
public struct CellRate: Equatable, Sendable, BitwiseCopyable {
    /// How many tokens a full bucket holds: the quota `q` of the `RateLimit-Policy` field.
    public let burst: UInt32
    /// What one token costs, in nanoseconds of the bucket's time. At least one.
    let emissionIntervalNanoseconds: UInt64
    /// How far ahead of now the TAT may run, in nanoseconds: `burst` tokens' worth.
    let toleranceNanoseconds: UInt64

    /// A rate of `tokensPerSecond`, with room for `burst` tokens at once.
    ///
    /// - Throws: `RateError` when either is zero, or when an empty bucket would take more than a day to refill.
    public init(tokensPerSecond: UInt32, burst: UInt32) throws(RateError) {
        try self.init(tokens: tokensPerSecond, everySeconds: 1, burst: burst)
    }

    /// A rate of `tokens` in every `everySeconds` seconds, with room for `burst` tokens at once: for rates below one a
    /// second.
    ///
    /// - Throws: `RateError` when one is zero, or when an empty bucket would take more than a day to refill.
    public init(tokens: UInt32, everySeconds: UInt32, burst: UInt32) throws(RateError) {
        guard tokens > 0, everySeconds > 0 else { throw .zeroRate }
        guard burst > 0 else { throw .zeroBurst }
        // Rounded up: a whole number of nanoseconds a token must never add up to more than the rate.
        let interval = (UInt64(everySeconds) * 1_000_000_000 + UInt64(tokens) - 1) / UInt64(tokens)
        let (tolerance, overflows) = interval.multipliedReportingOverflow(by: UInt64(burst))
        // A longer refill means that somebody mixed up the units; a client would be locked out for days.
        guard !overflows, tolerance <= Self.longestRefillNanoseconds else { throw .refillTooLong }
        self.burst = burst
        emissionIntervalNanoseconds = interval
        toleranceNanoseconds = tolerance
    }

    /// How long an empty bucket takes to refill, in seconds, rounded up: the window `w` of the `RateLimit-Policy` field.
    public var windowSeconds: UInt64 { toleranceNanoseconds.secondsRoundedUp }

    /// Decides over one request against a bucket's TAT, without touching it.
    ///
    /// Times are nanoseconds of one clock that does not step. A `cost` above the burst is always refused: no wait would
    /// help.
    @inline(__always)
    func decide(theoreticalArrival: UInt64, cost: UInt32, now: UInt64) -> Decision {
        // Within the burst, the cost in time is within the tolerance: the product can't overflow.
        guard cost <= burst else { return .refused(retryAfterNanoseconds: Self.longestRefillNanoseconds) }
        let start = max(theoreticalArrival, now)
        let next = start &+ UInt64(cost) &* emissionIntervalNanoseconds
        let lead = next &- now
        guard lead <= toleranceNanoseconds else { return .refused(retryAfterNanoseconds: lead - toleranceNanoseconds) }
        return .admitted(theoreticalArrival: next)
    }

    /// What a bucket holds: the whole tokens in it, and the time until there is one more, which is zero when it is full.
    @inline(__always)
    func holdings(theoreticalArrival: UInt64, now: UInt64) -> Holdings {
        guard theoreticalArrival > now else { return Holdings(tokens: burst, nextTokenNanoseconds: 0) }
        let lead = theoreticalArrival - now
        guard lead <= toleranceNanoseconds else {
            let late = lead - toleranceNanoseconds
            return Holdings(tokens: 0, nextTokenNanoseconds: late &+ emissionIntervalNanoseconds)
        }
        let (tokens, rest) = (toleranceNanoseconds - lead).quotientAndRemainder(dividingBy: emissionIntervalNanoseconds)
        return Holdings(
            tokens: UInt32(truncatingIfNeeded: tokens), nextTokenNanoseconds: emissionIntervalNanoseconds - rest)
    }

    enum Decision: Equatable {
        case admitted(theoreticalArrival: UInt64)
        case refused(retryAfterNanoseconds: UInt64)
    }

    struct Holdings: Equatable {
        let tokens: UInt32
        let nextTokenNanoseconds: UInt64
    }

    static let longestRefillNanoseconds: UInt64 = 86_400 * 1_000_000_000
}

extension UInt64 {
    /// Nanoseconds as whole seconds, rounded up: whoever waits that long has waited long enough.
    var secondsRoundedUp: UInt64 { self / 1_000_000_000 + (self % 1_000_000_000 == 0 ? 0 : 1) }
}

/// Why a rate can't be had.
public enum RateError: Error, Equatable {
    case zeroRate
    case zeroBurst
    case refillTooLong
}
