import Bytes
import HTTPWire
import RateLimiting
import Reactor
import TokenCache
import Tokens

extension Pipeline {
    /// Verifies the bearer token of a request (RFC 6750 section 2.1: only in the Authorization header), and keeps its
    /// claims.
    mutating func authenticate(_ slot: Int, _ headBytes: RawSpan) throws(Problem) -> ClaimsTable {
        guard memory.head.count(of: .authorization) <= 1 else { throw .ambiguousCredentials }
        guard let range = memory.head.value(of: .authorization) else { throw .unauthorized }
        guard let token = headBytes.extracting(range).bearerToken else { throw .unauthorized }
        // A server that has lost its keys must not say that the client's token is at fault, nor count it against him.
        guard application.canVerifyTokens else { throw .keysUnavailable(retryAfterSeconds: 30) }
        try refuseRepeatedFailure(slot)
        let failure: TokenError
        do throws(TokenError) {
            let claims = try prove(token)
            memory.setAuthenticated(claims)
            return claims
        } catch {
            failure = error
        }
        chargeFailure(slot)
        throw .invalidToken(reason: failure.name)
    }

    /// The claims of a token, from the cache or verified now: both are held to the same policy and revocations.
    private mutating func prove(_ token: RawSpan) throws(TokenError) -> ClaimsTable {
        let claims = try claims(of: token)
        application.revocations.refresh(&revocations)
        try revocations.list.check(memory.verifiedClaims(claims))
        return claims
    }

    private mutating func claims(of token: RawSpan) throws(TokenError) -> ClaimsTable {
        let unixSeconds = Int64(now.wallClockNanoseconds / 1_000_000_000)
        if let claims = recall(token) {
            try memory.verifiedClaims(claims).check(application.claims, nowUnixSeconds: unixSeconds)
            return claims
        }
        let claims = try memory.verify(token, with: &verifier, application, nowUnixSeconds: unixSeconds)
        store(token, claims)
        return claims
    }

    private mutating func recall(_ token: RawSpan) -> ClaimsTable? {
        guard let tokenCache else { return nil }
        let claims = memory.recall(token, from: tokenCache, application, now)
        cacheCounters.count(isHit: claims != nil)
        return claims
    }

    private func store(_ token: RawSpan, _ claims: ClaimsTable) {
        guard let tokenCache else { return }
        let outcome = tokenCache.store(token, memory.verifiedClaims(claims), now: now.monotonicNanoseconds)
        cacheCounters.count(outcome)
    }

    /// Refuses an address that has failed too often before anything is spent on its next try.
    private func refuseRepeatedFailure(_ slot: Int) throws(Problem) {
        guard let rate = settings.failedAuthenticationRate else { return }
        let key = addressKey(connections[slot].peer, policy: Application.Policy.failedAuthentication)
        let decision = application.buckets.peek(key: key, rate: rate, now: now.monotonicNanoseconds)
        guard decision.remaining == 0 else { return }
        throw .limited(
            LimitViolation(
                policy: "failed-authentication", quota: rate.burst, windowSeconds: UInt32(clamping: rate.windowSeconds),
                retryAfterSeconds: UInt32(clamping: max(decision.resetSeconds, 1))))
    }

    /// A failed authentication is charged to the address, never to the account that it claims to be.
    private func chargeFailure(_ slot: Int) {
        guard let rate = settings.failedAuthenticationRate else { return }
        let key = addressKey(connections[slot].peer, policy: Application.Policy.failedAuthentication)
        _ = application.buckets.take(key: key, rate: rate, now: now.monotonicNanoseconds)
    }
}

extension RawSpan {
    /// What follows the scheme of `Bearer` credentials, or nil when the scheme is another (RFC 9110 section 11.4: its
    /// case doesn't matter, and spaces separate it). Empty when nothing follows.
    fileprivate var bearerToken: RawSpan? {
        @_lifetime(copy self)
        get {
            guard byteCount >= 6, extracting(first: 6).equalsIgnoringASCIICase("bearer") else { return nil }
            var start = 6
            while start < byteCount, self[start] == 0x20 { start += 1 }
            guard start > 6 || byteCount == 6 else { return nil }
            return extracting(start..<byteCount)
        }
    }
}
