import RateLimiting

extension LimitViolation {
    /// What a client is told whom the limiter has refused.
    init(_ policy: StaticString, _ rate: CellRate, _ decision: TokenBucketTable.Decision) {
        self.init(
            policy: policy, quota: rate.burst, windowSeconds: UInt32(clamping: rate.windowSeconds),
            retryAfterSeconds: UInt32(clamping: max(decision.resetSeconds, 1)))
    }
}
