import Bytes
import HTTPWire
import Identity
import JSON
import JSONSchema
import RateLimiting
import Reactor
import SQLite
import Tokens

/// Users log in, go on with new tokens, and log out.
enum LoginAPI {
    static func add(to router: inout Router, _ identity: IdentityConfiguration) {
        let credentials = BodyPolicy.json(bytes: 16_384, schema: LoginAttempt.schema)
        router.group("/api/login", auth: Authentication.none, limit: identity.addressLimit) { group in
            group.onAsync(.post, "", body: credentials) { request, response throws(Problem) in
                try await login(request, &response)
            }
        }
        let token = BodyPolicy.json(bytes: 16_384, schema: tokenSchema)
        router.group("/api", auth: Authentication.none) { group in
            group.onAsync(.post, "/refresh", body: token) { request, response throws(Problem) in
                try await refresh(request, &response)
            }
            group.onAsync(.post, "/logout", body: token) { request, response throws(Problem) in
                try await logout(request, &response)
            }
        }
    }

    private static let tokenSchema = SchemaDefinition.object(
        ["refresh_token": .string(minLength: 1, maxLength: 128)], required: ["refresh_token"])

    /// How long an address is known from which a user has logged in.
    private static let knownAddressSeconds: Int64 = 30 * 86_400

    // MARK: Login

    private static func login(
        _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) async throws(Problem) {
        let attempt = try LoginAttempt(request.view)
        let (application, time) = (request.application, request.time)
        let (service, identity) = try application.identity
        // Paid for before it is known whether it fails, so that many at once don't get through for the price of one.
        try application.charge(attempt, identity.accountRate, time)
        let since = time.unixSeconds - knownAddressSeconds
        let (user, decoy, knowsAddress) = try await service.onDisk { store throws(SQLiteError) in
            try store.candidate(named: attempt.name, address: attempt.address, sinceUnixSeconds: since)
        }
        if !knowsAddress { try application.chargeStranger(attempt, identity.accountRate, time) }
        // Who may not log in is checked like others: it takes as long, and nobody learns that he is known.
        let (isRight, newHash) = try await service.verify(
            attempt.password, against: user?.password, or: decoy, isStranger: !knowsAddress)
        guard let user else { throw .loginFailed("unknown_user") }
        guard isRight else { throw .loginFailed("wrong_password", user: attempt.name) }
        guard !user.isDisabled else { throw .loginFailed("user_disabled", user: attempt.name) }
        let tokens = try NewTokens(application, time)
        let grant = try await service.onDisk { store throws(SQLiteError) -> Result<NewTokens.Grant, Problem> in
            let start = try store.openSession(
                of: user, scopes: attempt.scopes, newHash: newHash, address: attempt.address, tokens: tokens.kept,
                expiresUnixSeconds: time.unixSeconds + identity.refreshTokenSeconds, forgettingAddressesBefore: since,
                nowUnixSeconds: time.unixSeconds)
            switch start {
            case .opened(let scope):
                return tokens.grant(to: attempt.name, scope: scope, refreshSeconds: identity.refreshTokenSeconds)
            case .nothingGranted: return .failure(.nothingGranted)
            case .userHasChanged: return .failure(.loginFailed("user_has_changed", user: attempt.name))
            }
        }
        try tokens.write(grant.get(), into: &response)
    }

    // MARK: Refresh and logout

    private static func refresh(
        _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) async throws(Problem) {
        try await rotate(try refreshHash(request.view), request.application, request.time, &response)
    }

    /// Answers with other tokens in place of a refresh token.
    ///
    /// - Parameters:
    ///   - hash: that of the refresh token.
    ///   - wanted: the scopes that the access token shall have; nil for all of the session.
    /// - Throws: 401 for a token that does not hold; `invalid_scope` when more is wanted than the session may, and the token
    ///   still holds then.
    static func rotate(
        _ hash: String, wanting wanted: [String]? = nil, _ application: Application, _ time: PassTime,
        _ response: inout ResponseWriter
    ) async throws(Problem) {
        let (service, _) = try application.identity
        let tokens = try NewTokens(application, time)
        let grant = try await service.onDisk { store throws(SQLiteError) -> Result<NewTokens.Grant, Problem> in
            if let wanted, let session = try store.session(ofRefreshHash: hash, nowUnixSeconds: time.unixSeconds),
                !wanted.allSatisfy(session.scopes.contains)
            {
                return .failure(.oauth(.invalidScope, reason: "scope_not_granted", detail: LogDetail(session.user)))
            }
            switch try store.rotate(refreshHash: hash, to: tokens.kept, nowUnixSeconds: time.unixSeconds) {
            case .rotated(let user, var scope, let expires):
                if let wanted {
                    scope = scope.split(separator: " ").filter { wanted.contains(String($0)) }.joined(separator: " ")
                }
                return tokens.grant(to: user, scope: scope, refreshSeconds: expires - time.unixSeconds)
            case .unknown: return .failure(.refreshFailed("unknown_refresh_token"))
            case .ended(let user): return .failure(.refreshFailed("session_ended", user: user))
            case .reused(let user, let accessTokens):
                // Whoever of the two is the thief, his access token is to end at once. Where it can't, it expires soon.
                _ = application.revoke(accessTokens, of: user, time)
                return .failure(.refreshFailed("refresh_token_reused", user: user))
            }
        }
        try tokens.write(grant.get(), into: &response)
    }

    /// What is asked for is so afterwards, also where the token is nobody's (as RFC 7009 section 2.2 has it).
    private static func logout(
        _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) async throws(Problem) {
        let (application, time) = (request.application, request.time)
        let (service, _) = try application.identity
        let hash = try refreshHash(request.view)
        let failure = try await service.onDisk { store throws(SQLiteError) -> ReloadError? in
            guard let ended = try store.endSession(refreshHash: hash, nowUnixSeconds: time.unixSeconds) else {
                return nil
            }
            return application.revoke(ended.accessTokens, of: ended.user, time)
        }
        if let failure { throw .notRevoked(failure) }
        response.status = .noContent
    }

    private static func refreshHash(_ request: borrowing Request) throws(Problem) -> String {
        guard let text = request.json?.member("refresh_token")?.asString else {
            throw .internalFault(reason: "schema_and_handler_differ")
        }
        var token = ByteBuffer(capacity: 64)
        text.append(to: &token)
        return RandomSecret.hash(of: token.bytes)
    }
}

extension Application {
    /// What users log in with.
    var identity: (service: IdentityService, settings: IdentityConfiguration) {
        get throws(Problem) {
            guard let settings = configuration.identity, let service = settings.service else {
                throw .internalFault(reason: "no_identity_service")
            }
            return (service, settings)
        }
    }

    /// Takes an attempt from the bucket of the pair of user and address, whether there is such a user or not.
    fileprivate func charge(_ attempt: borrowing LoginAttempt, _ rate: CellRate?, _ time: PassTime) throws(Problem) {
        let key = hasher.key(
            attempt.name.utf8.span.raw, attempt.address.utf8.span.raw, policy: Application.Policy.login)
        try take(key, rate, "login", time)
    }

    /// Takes an attempt from the bucket that all addresses share from which the user has not logged in: a stranger can empty it, but
    /// not keep the user from logging in where he usually does.
    fileprivate func chargeStranger(
        _ attempt: borrowing LoginAttempt, _ rate: CellRate?, _ time: PassTime
    ) throws(Problem) {
        let key = hasher.key(attempt.name.utf8.span.raw, policy: Application.Policy.loginOfStrangers)
        try take(key, rate, "account", time)
    }

    private func take(
        _ key: KeyHash, _ rate: CellRate?, _ policy: StaticString, _ time: PassTime
    ) throws(Problem) {
        guard let rate else { return }
        let decision = buckets.take(key: key, rate: rate, now: time.monotonicNanoseconds)
        guard case .refused = decision else { return }
        throw .limited(LimitViolation(policy, rate, decision))
    }

    /// Revokes a session's access tokens, where the server can; where they are too many to be named, all that its user has, whose
    /// other sessions get new ones. Waits for disk and shards. Returns why it failed, if it did.
    func revoke(_ tokens: [SessionAccessToken], of user: String, _ time: PassTime) -> ReloadError? {
        let own = configuration.ownIssuer?.requirements
        var revocations: [Revocation] = tokens.map {
            .token(id: $0.id, untilUnixSeconds: $0.expiresUnixSeconds + (own?.clockSkewSeconds ?? 0))
        }
        if let last = tokens.first, tokens.count > IdentityStore.mostNamedAccessTokens {
            revocations = [
                .subject(
                    user, issuer: own?.issuer, issuedBeforeUnixSeconds: time.unixSeconds + 1,
                    untilUnixSeconds: last.expiresUnixSeconds + (own?.clockSkewSeconds ?? 0))
            ]
        }
        do throws(ReloadError) {
            _ = try revoker.revoke(revocations)
            return nil
        } catch {
            return error
        }
    }
}

extension Problem {
    /// 500: what was revoked may not be in force.
    static func notRevoked(_ error: ReloadError) -> Problem {
        .internalFault(reason: "access_token_not_revoked", detail: LogDetail(error.description))
    }

    fileprivate static let nothingGranted = Problem.badRequest(
        reason: "invalid_scope", explanation: "None of the scopes that were asked for is granted to the user.")

    /// 401: the same for every reason.
    fileprivate static func loginFailed(_ reason: StaticString, user: String = "") -> Problem {
        Problem(
            status: .unauthorized, explanation: "The user name or the password is wrong.",
            advice: .authenticate(.noCredentials), reason: reason, detail: LogDetail(user))
    }

    /// 401: the same for every reason.
    fileprivate static func refreshFailed(_ reason: StaticString, user: String = "") -> Problem {
        Problem(
            status: .unauthorized, explanation: "The refresh token is not valid.",
            advice: .authenticate(.invalidToken), reason: reason, detail: LogDetail(user))
    }
}
