import Bytes
import HTTPWire
import Identity
import RateLimiting
import Tokens

extension Pipeline {
    /// Takes a request with an API key through what a token would have to pass: who it is, scopes, limit of the principal.
    ///
    /// Not inlined, or requests with tokens would make room for what it needs.
    @inline(never)
    mutating func admitAPIKey(_ slot: Int, _ headBytes: RawSpan, _ route: Int) throws(Problem) {
        let ownRate = try authenticateByAPIKey(slot, headBytes, route)
        try checkScopes(route)
        if let ownRate { try chargeAPIKey(route, ownRate) } else { try chargePrincipal(route) }
    }

    /// Finds out who it is that a request's API key names, and keeps that. Gives the key's own limit, if it has one.
    ///
    /// There is no cache: to look the key up and to hash its secret costs about what finding a token in one does.
    private mutating func authenticateByAPIKey(
        _ slot: Int, _ headBytes: RawSpan, _ route: Int
    ) throws(Problem) -> CellRate? {
        guard memory.head.count(of: .authorization) == 0, memory.head.count(of: .xAPIKey) == 1,
            let range = memory.head.value(of: .xAPIKey)
        else { throw .ambiguousCredentials }
        guard application.rules[route].takesAPIKeys else { throw .unauthorized }
        guard let key = PresentedAPIKey(headBytes.extracting(range)) else { throw try refuse(slot, .malformed) }
        do throws(APIKeyFault) {
            let entry = try apiKeys.check(key, nowUnixSeconds: now.unixSeconds)
            guard settings.certificateBinding == .optional else { throw .unbound }
            memory.setAuthenticated(apiKey: key, scopes: entry.scopes)
            return entry.rate
        } catch {
            throw try refuse(slot, error, error.isOfOwner ? LogDetail(key.id) : LogDetail())
        }
    }

    /// What a client is told whose key is refused. One that holds goes on where others of its address have failed too often, as
    /// a token does that was proven before.
    private func refuse(
        _ slot: Int, _ fault: APIKeyFault, _ detail: LogDetail = LogDetail()
    ) throws(Problem) -> Problem {
        try refuseRepeatedFailure(slot)
        return failedAuthentication(slot, fault.name, detail)
    }

    /// Takes what a request costs out of the one bucket of a key that has a limit of its own, whatever its route says of others.
    private mutating func chargeAPIKey(_ route: Int, _ rate: CellRate) throws(Problem) {
        let key = application.hasher.key(memory.verifiedClaims.subject, policy: Application.Policy.apiKey)
        // What a route costs was held to the limits of routes only: a key's bucket may be smaller.
        let decision = try take(key, rate, cost: min(application.rules[route].cost, rate.burst), policy: "api-key")
        disclose(decision, rate, policy: "api-key")
    }
}
