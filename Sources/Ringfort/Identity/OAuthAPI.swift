import Bytes
import HTTPWire
import Identity
import JSON
import JSONSchema
import Reactor
import SQLite
import Tokens

/// OAuth 2 for services: they get tokens, ask what a token is good for, and revoke them.
enum OAuthAPI {
    static let tokenPath = "/oauth/token"
    static let introspectionPath = "/oauth/introspect"
    static let revocationPath = "/oauth/revoke"

    static func add(to router: inout Router) {
        let start = router.routes.count
        router.group("", auth: Authentication.none, limit: .perAddress(rate: 60, burst: 60, everySeconds: 60)) {
            group in
            group.onAsync(.post, tokenPath, body: form("grant_type", ["scope", "refresh_token"])) {
                request, response throws(Problem) in
                try await token(request, &response)
            }
        }
        router.group("", auth: Authentication.none) { group in
            group.onAsync(.post, introspectionPath, body: form("token", ["token_type_hint"])) {
                request, response throws(Problem) in
                try await introspect(request, &response)
            }
            group.onAsync(.post, revocationPath, body: form("token", ["token_type_hint"])) {
                request, response throws(Problem) in
                try await revoke(request, &response)
            }
        }
        for index in start..<router.routes.count { router.routes[index].speaksOAuth = true }
    }

    /// A form with a parameter that it must have, and others that it may have, known or not (RFC 6749 section 3.2).
    private static func form(_ required: String, _ optional: [String]) -> BodyPolicy {
        let optional = (optional + ["client_id", "client_secret"]).map { (name: $0, value: #"{"type":"string"}"#) }
        let properties = [(name: required, value: #"{"type":"string","minLength":1}"#)] + optional
        let schema = JSONFragment.object([
            "type": #""object""#, "required": JSONFragment.array([JSONFragment.string(required)]),
            "properties": JSONFragment.object(properties), "additionalProperties": #"{"type":"string"}"#,
        ])
        return .form(bytes: 8_192, schema: .json(schema))
    }

    // MARK: Tokens

    private static func token(
        _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) async throws(Problem) {
        let call = try OAuthCall(request)
        // RFC 6749 section 5.1.
        response.headers.append(.pragma, "no-cache")
        switch try call.required("grant_type") {
        case "client_credentials": try await makeToken(call, &response)
        case "refresh_token": try await refresh(call, &response)
        default: throw .oauth(.unsupportedGrantType, reason: "unsupported_grant_type")
        }
    }

    /// RFC 6749 section 4.4: a token for the client itself. No refresh token goes with it: the client has its secret.
    private static func makeToken(_ call: OAuthCall, _ response: inout ResponseWriter) async throws(Problem) {
        let client = try await call.authenticatedClient()
        let granted = client.scopes.split(separator: " ").map(String.init)
        guard call.wantedScopes?.allSatisfy(granted.contains) != false else {
            throw .oauth(.invalidScope, reason: "scope_not_granted", detail: LogDetail(client.id))
        }
        let scope = granted.filter { call.wantedScopes?.contains($0) != false }.joined(separator: " ")
        guard let issuer = call.application.accessTokens else { throw .internalFault(reason: "no_access_tokens") }
        let token = try await call.service.onDisk { _ throws(SQLiteError) in
            Result { () throws(Problem) in
                // No character that a client's name can have needs an escape.
                try issuer.issue(
                    subject: client.id, scope: scope, otherClaims: #"{"client_id":"\#(client.id)"}"#,
                    nowUnixSeconds: call.time.unixSeconds)
            }
        }
        let text = try token.get()
        try response.json { body in
            var object = JSONObjectWriter(into: &body)
            object.append("access_token", string: text.utf8.span.raw, into: &body)
            object.append("token_type", string: "Bearer", into: &body)
            object.append("expires_in", integer: issuer.lifetimeSeconds, into: &body)
            object.append("scope", string: scope.utf8.span.raw, into: &body)
            object.finish(into: &body)
        }
    }

    /// RFC 6749 section 6, for the refresh tokens of users: those belong to no client, so that none has to say who it is. Who
    /// says so must prove it.
    private static func refresh(_ call: OAuthCall, _ response: inout ResponseWriter) async throws(Problem) {
        if call.credentials != nil { _ = try await call.authenticatedClient() }
        let token = try call.required("refresh_token")
        let hash = RandomSecret.hash(of: token.utf8.span.raw)
        do throws(Problem) {
            try await LoginAPI.rotate(hash, wanting: call.wantedScopes, call.application, call.time, &response)
        } catch {
            guard error.status == .unauthorized else { throw error }
            throw .oauth(.invalidGrant, reason: error.reason, detail: error.detail)
        }
    }

    // MARK: Introspection and revocation

    /// RFC 7662.
    private static func introspect(
        _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) async throws(Problem) {
        let call = try OAuthCall(request)
        let token = try call.required("token")
        guard try await call.authenticatedClient().mayIntrospect else {
            throw .oauth(.unauthorizedClient, reason: "client_may_not_introspect")
        }
        let answer = try await call.service.onDisk { store throws(SQLiteError) in
            try TokenIntrospection.answer(to: token, call.application, call.time, store)
        }
        response.mediaType = .json
        response.body.append(answer)
    }

    /// RFC 7009. What is asked for is so afterwards, also where the token is nobody's.
    private static func revoke(
        _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) async throws(Problem) {
        let call = try OAuthCall(request)
        let token = try call.required("token")
        let client = try await call.authenticatedClient()
        let problem = try await call.service.onDisk { store throws(SQLiteError) -> Problem? in
            guard RandomSecret.hasForm(token.utf8.span.raw, of: .refreshToken) else {
                return call.application.revoke(accessToken: token, for: client, call.time)
            }
            let hash = RandomSecret.hash(of: token.utf8.span.raw)
            let ended = try store.endSession(refreshHash: hash, nowUnixSeconds: call.time.unixSeconds)
            guard let ended else { return nil }
            return call.application.revoke(ended.accessTokens, of: ended.user, call.time).map(Problem.notRevoked)
        }
        if let problem { throw problem }
    }
}

extension Application {
    /// Revokes an access token of this server's that was given to no other client. Waits for disk and shards. Returns why it is
    /// not revoked, unless it is no token that holds.
    fileprivate func revoke(accessToken token: String, for client: Client, _ time: PassTime) -> Problem? {
        switch claims(of: token.utf8.span.raw, time) {
        case .some(let claims): revoke(claims.view, for: client)
        case .none: nil
        }
    }

    private func revoke(_ claims: VerifiedClaims, for client: Client) -> Problem? {
        guard let own = configuration.ownIssuer?.requirements, !claims.tokenID.isEmpty,
            own.issuer.map({ claims.issuer.equals($0.utf8.span.raw) }) ?? true
        else { return .oauth(.unsupportedTokenType, reason: "token_of_another_issuer") }
        guard claims.clientID.map({ $0 == client.id }) ?? true else {
            return .oauth(.invalidGrant, reason: "token_of_another_client", detail: LogDetail(client.id))
        }
        let until = claims.expiresUnixSeconds + own.clockSkewSeconds
        do throws(ReloadError) {
            let isRevoked = try revoker.revoke([.token(id: String(claims.tokenID), untilUnixSeconds: until)])
            return isRevoked ? nil : .oauth(.unsupportedTokenType, reason: "no_revocation_journal")
        } catch {
            return .notRevoked(error)
        }
    }
}

extension HeaderName {
    fileprivate static let pragma = HeaderName("Pragma")
}
