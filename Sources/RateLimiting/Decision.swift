extension TokenBucketTable {
    /// The answer to one request for tokens, and what the `RateLimit` field (draft-ietf-httpapi-ratelimit-headers-10)
    /// says of it.
    public enum Decision: Equatable, Sendable {
        /// The tokens were taken. `remaining` whole ones are left, and in `nextTokenNanoseconds` there is one more; zero
        /// when the bucket is full.
        case admitted(remaining: UInt32, nextTokenNanoseconds: UInt64)
        /// Nothing was taken; in `retryAfterNanoseconds` the bucket will hold what was asked for.
        case refused(retryAfterNanoseconds: UInt64)

        /// How many tokens are left: the field's `r`.
        public var remaining: UInt32 {
            switch self {
            case .admitted(let remaining, _): remaining
            case .refused: 0
            }
        }

        /// In how many seconds there is more, rounded up: the field's `t`, and `Retry-After` when refused.
        public var resetSeconds: UInt64 {
            switch self {
            case .admitted(_, let nextToken): nextToken.secondsRoundedUp
            case .refused(let retryAfter): retryAfter.secondsRoundedUp
            }
        }

        @inline(__always)
        init(admitted holdings: CellRate.Holdings) {
            self = .admitted(remaining: holdings.tokens, nextTokenNanoseconds: holdings.nextTokenNanoseconds)
        }
    }
}
