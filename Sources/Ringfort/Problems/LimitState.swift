import Bytes
import HTTPWire
import RateLimiting

/// How a client stands with a limit, for the fields `RateLimit-Policy` and `RateLimit`
/// (draft-ietf-httpapi-ratelimit-headers-10).
struct LimitState: Sendable, BitwiseCopyable {
    /// What the limit is called: printable ASCII without quotes and backslashes.
    let policy: StaticString
    /// How many requests it admits in a window.
    let quota: UInt32
    /// How long a window is.
    let windowSeconds: UInt32
    /// How many tokens are left.
    let remaining: UInt32
    /// In how many seconds there is one more; 0 when none is missing.
    let resetSeconds: UInt32

    init(_ policy: StaticString, _ rate: CellRate, _ decision: TokenBucketTable.Decision) {
        self.policy = policy
        quota = rate.burst
        windowSeconds = UInt32(clamping: rate.windowSeconds)
        remaining = decision.remaining
        resetSeconds = UInt32(clamping: decision.resetSeconds)
    }

    init(_ violation: LimitViolation) {
        policy = violation.policy
        quota = violation.quota
        windowSeconds = violation.windowSeconds
        remaining = 0
        resetSeconds = violation.retryAfterSeconds
    }

    /// Appends both fields, which are structured (RFC 9651).
    func writeHeaders(into headers: inout HeaderBlock) {
        headers.append(.rateLimitPolicy) { buffer in
            write([("q", quota), ("w", windowSeconds)], into: &buffer)
        }
        headers.append(.rateLimit) { buffer in
            write([("r", remaining), ("t", resetSeconds)], into: &buffer)
        }
    }

    private func write(_ parameters: InlineArray<2, (StaticString, UInt32)>, into buffer: inout ByteBuffer) {
        buffer.append(0x22)
        buffer.append(policy)
        buffer.append(0x22)
        for index in parameters.indices {
            buffer.append(0x3B)
            buffer.append(parameters[index].0)
            buffer.append(0x3D)
            buffer.append(decimal: UInt64(parameters[index].1))
        }
    }
}

extension HeaderName {
    fileprivate static let rateLimit = HeaderName("RateLimit")
    fileprivate static let rateLimitPolicy = HeaderName("RateLimit-Policy")
}
