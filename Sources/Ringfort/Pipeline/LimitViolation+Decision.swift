import RateLimiting

extension LimitViolation {
    /// What a client is told whom the limiter has refused.
    ///
    /// - Parameter cost: what a request like his costs: the quota counts such requests.
    init(_ policy: StaticString, _ rate: CellRate, _ decision: TokenBucketTable.Decision, cost: UInt32 = 1) {
        self.init(
            policy: policy, quota: rate.burst / cost, windowSeconds: UInt32(clamping: rate.windowSeconds),
            retryAfterSeconds: UInt32(clamping: max(decision.resetSeconds, 1)))
    }
}
