import Bytes
import HTTPWire
import RateLimiting
import Reactor
import TokenCache
import Tokens

extension Pipeline {
    /// Verifies the bearer token of a request (RFC 6750 section 2.1: only in the Authorization header), and keeps its
    /// claims; false when the request has to wait for that.
    mutating func authenticate(
        _ connection: ConnectionID, _ headBytes: RawSpan
    ) throws(Problem) -> Bool {
        let slot = connection.slot
        guard memory.head.count(of: .authorization) <= 1 else { throw .ambiguousCredentials }
        guard let range = memory.head.value(of: .authorization) else { throw .unauthorized }
        guard let token = headBytes.extracting(range).bearerToken else { throw .unauthorized }
        // A server that has lost its keys must not say that the client's token is at fault, nor count it against him.
        guard application.canVerifyTokens else { throw .keysUnavailable(retryAfterSeconds: 30) }
        let place = placeInCache(of: token)
        if !recall(token, at: place, slot) {
            try refuseRepeatedFailure(slot)
            guard try prove(token, at: place, connection) else { return false }
        }
        do throws(TokenError) {
            try judge()
            try checkBinding(slot, memory.verifiedClaims)
        } catch {
            throw failedAuthentication(slot, error.name)
        }
        memory.setAuthenticated()
        return true
    }

    @inline(__always)
    private func placeInCache(of token: RawSpan) -> TokenPlace? {
        switch tokenCache {
        case .some(let cache): cache.use { $0.place(of: token) }
        case .none: nil
        }
    }

    /// Finds what a token was proven to say before; false when it has to be verified.
    private mutating func recall(_ token: RawSpan, at place: TokenPlace?, _ slot: Int) -> Bool {
        guard let place else { return false }
        let (keyringEpoch, scopesEpoch) = (application.keyringEpoch, application.scopes.epoch)
        if memory.recall(
            token, at: place, in: tokenCache, keyringEpoch: keyringEpoch, scopesEpoch: scopesEpoch, now)
        {
            counters.tokenCacheHits &+= 1
            return true
        }
        // Who has waited for his turn was counted when he came.
        if connections[slot].verification != .itsTurn { counters.tokenCacheMisses &+= 1 }
        return false
    }

    /// Verifies a token, and remembers it; false when its turn has yet to come.
    private mutating func prove(
        _ token: RawSpan, at place: TokenPlace?, _ connection: ConnectionID
    ) throws(Problem) -> Bool {
        let slot = connection.slot
        let till = VerificationTill(
            application, settings, connections[slot].peer, now.monotonicNanoseconds, laneIsFull: lane.isFull)
        let isPaid = connections[slot].verification == .itsTurn
        var charge = VerificationTill.Charge.paid
        var verifications: UInt64 = 0
        defer { counters.verifications &+= verifications }
        let failure: TokenError
        do throws(TokenError) {
            try memory.verify(token, with: &verifier, application, nowUnixSeconds: now.unixSeconds) {
                key in
                if !isPaid { charge = till.charge(key) }
                if charge == .paid { verifications = 1 }
                return charge == .paid
            }
            store(token, at: place)
            return true
        } catch {
            failure = error
        }
        switch charge {
        case .paid:
            if failure == .unknownKey, let problem = missingKey(of: token) { throw problem }
            throw failedAuthentication(slot, failure.name)
        case .paidForTurn(let price):
            connections[slot].verification = .waiting
            lane.append(connection, priceMicroseconds: price)
            return false
        case .refused(let violation): throw .limited(violation)
        case .laneIsFull: throw .verificationOverload
        }
    }

    private mutating func store(_ token: RawSpan, at place: TokenPlace?) {
        guard let place else { return }
        let outcome =
            switch tokenCache {
            case .some(let cache):
                cache.use { $0.store(token, at: place, memory.verifiedClaims, now: now.monotonicNanoseconds) }
            case .none: TokenCache.StoreOutcome.refused
            }
        guard case .stored(let evicted) = outcome else { return }
        counters.tokenCacheStores &+= 1
        counters.tokenCacheEvictions &+= UInt64(evicted)
    }

    /// Holds proven claims, whenever they were proven, to what is asked of them now.
    private mutating func judge() throws(TokenError) {
        try memory.verifiedClaims.check(application.claims, nowUnixSeconds: now.unixSeconds)
        try revocations.check(memory.verifiedClaims)
    }

    /// Who has a turn now: a request whose bytes come again.
    mutating func nextDeferred() -> ConnectionID? {
        guard let connection = lane.next(after: counters.requests - requestsBeforePass) else { return nil }
        connections[connection.slot].verification = .itsTurn
        return connection
    }

    /// Refuses an address that has failed too often before anything is spent on its next try. Tokens that were proven before
    /// cost nothing, and go on.
    func refuseRepeatedFailure(_ slot: Int) throws(Problem) {
        guard let rate = settings.failedAuthenticationRate else { return }
        let key = application.addressKey(connections[slot].peer, policy: Application.Policy.failedAuthentication)
        let decision = application.buckets.peek(key: key, rate: rate, now: now.monotonicNanoseconds)
        guard decision.remaining == 0 else { return }
        throw .limited(LimitViolation("failed-authentication", rate, decision))
    }

    /// What a client is told whose token or API key is refused. It is charged to the address, never to the account that it
    /// claims to be.
    func failedAuthentication(_ slot: Int, _ reason: StaticString, _ detail: LogDetail = LogDetail()) -> Problem {
        if let rate = settings.failedAuthenticationRate {
            let key = application.addressKey(connections[slot].peer, policy: Application.Policy.failedAuthentication)
            _ = application.buckets.take(key: key, rate: rate, now: now.monotonicNanoseconds)
        }
        return .invalidToken(reason: reason, detail: detail)
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
