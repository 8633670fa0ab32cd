import Bytes
import HTTPWire
import RateLimiting
import Reactor
import Tokens

/// The stages between a parsed head and its body, in the order of the security model: canonical path, limit of the
/// address, route and method, credentials, scopes, limit of the principal.
extension Pipeline {
    /// What becomes of a request before its body.
    enum Verdict {
        /// It goes on to its body and its handler.
        case admitted(Admission)
        /// Its token is expensive to verify: it has to wait for its turn.
        case waits
        /// It asks for the methods of a path (or of the server), and that is the answer.
        case options(MethodSet)
        /// It asks for a page of another origin what that may do here, and that is the answer.
        case preflight(Preflight)
    }

    /// Lets a request on, or throws what the client is told.
    mutating func admit(
        _ connection: ConnectionID, _ headBytes: RawSpan, _ id: CorrelationID
    ) throws(Problem) -> Verdict {
        let slot = connection.slot
        // Who has waited has paid already.
        let owes = connections[slot].verification != .itsTurn
        if settings.hasTrustedProxies { readForwardedClient(slot, headBytes) }
        let pathIsDecoded = try canonicalizePath(headBytes)
        if owes { try chargeAddress(slot) }
        if let preflight = preflight(headBytes, pathIsDecoded) { return .preflight(preflight) }
        // A method that nobody knows is refused as one that nobody may use, wherever it points.
        let method = memory.head.method ?? .trace
        var parameters = PathParameters()
        let route: Int
        switch match(method, headBytes, pathIsDecoded, &parameters) {
        case .found(let found): route = found
        case .notFound: throw .notFound
        case .methodNotAllowed(let allowed): throw .methodNotAllowed(allowed)
        case .options(let allowed): return .options(allowed)
        }
        if owes { try chargeRoute(slot, route) }
        if application.rules[route].needsCredential {
            if memory.head.count(of: .xAPIKey) > 0 {
                try admitAPIKey(slot, headBytes, route)
            } else {
                guard try authenticate(connection, headBytes) else { return .waits }
                try checkScopes(route)
                try chargePrincipal(route)
            }
        }
        return .admitted(
            Admission(route: route, parameters: parameters, correlationID: id, pathIsDecoded: pathIsDecoded))
    }

    private mutating func canonicalizePath(_ headBytes: RawSpan) throws(Problem) -> Bool {
        do throws(WireError) {
            return try memory.canonicalizePath(headBytes)
        } catch {
            throw Problem(error)
        }
    }

    private mutating func chargeAddress(_ slot: Int) throws(Problem) {
        guard let rate = settings.addressRate, let key = connections[slot].addressKey else { return }
        disclose(try take(key, rate, policy: "ip"), rate, policy: "ip")
    }

    /// What the route costs the address beyond the token that every request has paid, and what its own limit asks for.
    @inline(__always)
    private mutating func chargeRoute(_ slot: Int, _ route: Int) throws(Problem) {
        let cost = application.rules[route].cost
        if cost > 1, let rate = settings.addressRate, let key = connections[slot].addressKey {
            disclose(try take(key, rate, cost: cost - 1, policy: "ip"), rate, policy: "ip")
        }
        guard let limit = application.rules[route].addressLimit else { return }
        let key = application.addressKey(connections[slot].peer, policy: limit.policy)
        disclose(try take(key, limit.rate, cost: cost, policy: limit.name), limit.rate, policy: limit.name)
    }

    /// Takes a proxy's word for whose request it is, if the proxy is trusted now.
    private mutating func readForwardedClient(_ slot: Int, _ headBytes: RawSpan) {
        let remote = connections[slot].remote
        guard application.configuration.trustedProxies.contains(remote) else { return }
        setClient(slot, application.configuration.trustedProxies.client(of: memory.head, headBytes, from: remote))
    }

    @inline(__always)
    func match(
        _ method: HTTPWire.Method, _ headBytes: RawSpan, _ pathIsDecoded: Bool, _ parameters: inout PathParameters
    ) -> RouteMatch {
        application.routes.match(
            method: method, path: memory.canonicalPath(headBytes, isDecoded: pathIsDecoded), parameters: &parameters)
    }

    @inline(__always)
    func checkScopes(_ route: Int) throws(Problem) {
        guard application.rules[route].isSatisfied(by: memory.verifiedClaims.scopes) else {
            throw .insufficientScope(required: application.scopeTexts[route])
        }
    }

    @inline(__always)
    mutating func chargePrincipal(_ route: Int) throws(Problem) {
        guard let limit = application.rules[route].principalLimit else { return }
        let decision = try take(
            principalKey(policy: limit.policy), limit.rate, cost: application.rules[route].cost, policy: limit.name)
        disclose(decision, limit.rate, policy: limit.name)
    }

    @inline(__always)
    private func principalKey(policy: UInt16) -> KeyHash {
        let claims = memory.verifiedClaims
        return application.hasher.key(claims.issuer, claims.subject, policy: policy)
    }

    @inline(__always)
    func take(
        _ key: KeyHash, _ rate: CellRate, cost: UInt32 = 1, policy: StaticString
    ) throws(Problem) -> TokenBucketTable.Decision {
        let decision = application.buckets.take(key: key, rate: rate, cost: cost, now: now.monotonicNanoseconds)
        guard case .refused = decision else { return decision }
        throw .limited(LimitViolation(policy, rate, decision))
    }

    /// Keeps for the answer how the client stands with a limit, if he is told.
    @inline(__always)
    mutating func disclose(_ decision: TokenBucketTable.Decision, _ rate: CellRate, policy: StaticString) {
        if settings.disclosesLimits { keep(decision, rate, policy: policy) }
    }

    /// Apart from the way of every request: what is written there makes the compiler count references on it.
    @inline(never)
    private mutating func keep(_ decision: TokenBucketTable.Decision, _ rate: CellRate, policy: StaticString) {
        memory.limitState = LimitState(policy, rate, decision)
    }
}
