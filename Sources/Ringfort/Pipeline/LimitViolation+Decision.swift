import RateLimiting

extension LimitViolation {
    /// What a client is told whom the limiter has refused.
    ///
    /// - Parameter unit: how many tokens make one of what the quota counts; where that is not requests but time, a request
    ///   like his.
    init(_ policy: StaticString, _ rate: CellRate, _ decision: TokenBucketTable.Decision, unit: UInt32 = 1) {
        self.init(
            policy: policy, quota: rate.burst / unit, windowSeconds: UInt32(clamping: rate.windowSeconds),
            retryAfterSeconds: UInt32(clamping: max(decision.resetSeconds, 1)))
    }
}
