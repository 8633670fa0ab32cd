import Bytes
import HTTPWire
import RateLimiting
import Reactor
import Tokens

extension Pipeline {
    /// Verifies the bearer token of a request (RFC 6750 section 2.1: only in the Authorization header), and keeps its
    /// claims; nil when the request has to wait for that.
    mutating func authenticate(
        _ connection: ConnectionID, _ headBytes: RawSpan
    ) throws(Problem) -> ClaimsTable? {
        let slot = connection.slot
        guard memory.head.count(of: .authorization) <= 1 else { throw .ambiguousCredentials }
        guard let range = memory.head.value(of: .authorization) else { throw .unauthorized }
        guard let token = headBytes.extracting(range).bearerToken else { throw .unauthorized }
        // A server that has lost its keys must not say that the client's token is at fault, nor count it against him.
        guard application.canVerifyTokens else { throw .keysUnavailable(retryAfterSeconds: 30) }
        try refuseRepeatedFailure(slot)
        let till = VerificationTill(
            application, settings, connections[slot].peer, now.monotonicNanoseconds, laneIsFull: lane.isFull)
        let isPaid = connections[slot].verification == .itsTurn
        var charge = VerificationTill.Charge.paid
        let failure: TokenError
        do throws(TokenError) {
            return try memory.verify(
                token, with: &verifier, application,
                nowUnixSeconds: Int64(now.wallClockNanoseconds / 1_000_000_000)
            ) { key in
                if !isPaid { charge = till.charge(key) }
                return charge == .paid
            }
        } catch {
            failure = error
        }
        switch charge {
        case .paid: break
        case .paidForTurn(let price):
            connections[slot].verification = .waiting
            lane.append(connection, priceMicroseconds: price)
            return nil
        case .refused(let violation): throw .limited(violation)
        case .laneIsFull: throw .verificationOverload
        }
        chargeFailure(slot)
        throw .invalidToken(reason: failure.name)
    }

    var hasDeferred: Bool { !lane.isEmpty }

    /// Who has a turn now: a request whose bytes come again.
    mutating func nextDeferred() -> ConnectionID? {
        guard let connection = lane.next() else { return nil }
        connections[connection.slot].verification = .itsTurn
        return connection
    }

    /// Refuses an address that has failed too often before anything is spent on its next try.
    private func refuseRepeatedFailure(_ slot: Int) throws(Problem) {
        guard let rate = settings.failedAuthenticationRate else { return }
        let key = application.addressKey(connections[slot].peer, policy: Application.Policy.failedAuthentication)
        let decision = application.buckets.peek(key: key, rate: rate, now: now.monotonicNanoseconds)
        guard decision.remaining == 0 else { return }
        throw .limited(LimitViolation("failed-authentication", rate, decision))
    }

    /// A failed authentication is charged to the address, never to the account that it claims to be.
    private func chargeFailure(_ slot: Int) {
        guard let rate = settings.failedAuthenticationRate else { return }
        let key = application.addressKey(connections[slot].peer, policy: Application.Policy.failedAuthentication)
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
