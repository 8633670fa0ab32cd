import Bytes
import Identity
import JSON
import Reactor

/// The tokens that a session is given: the refresh token, and the name of the access token that is made with it.
struct NewTokens: Sendable {
    private let issuer: AccessTokenIssuer
    private let refresh = RandomSecret(.refreshToken)
    private let accessTokenID = RandomSecret.randomText(byteCount: 16)
    private let nowUnixSeconds: Int64

    init(_ application: Application, _ time: PassTime) throws(Problem) {
        guard let issuer = application.accessTokens else { throw .internalFault(reason: "no_access_tokens") }
        self.issuer = issuer
        nowUnixSeconds = time.unixSeconds
    }

    /// What the database keeps of them.
    var kept: SessionTokens {
        SessionTokens(
            refreshHash: refresh.hash, accessTokenID: accessTokenID,
            accessExpiresUnixSeconds: nowUnixSeconds + issuer.lifetimeSeconds)
    }

    /// What a session has been granted.
    struct Grant: Sendable {
        let accessToken: String
        let scope: String
        let refreshSeconds: Int64
    }

    /// Makes the access token. Not for a shard.
    func grant(to user: String, scope: String, refreshSeconds: Int64) -> Result<Grant, Problem> {
        Result { () throws(Problem) in
            Grant(
                accessToken: try issuer.issue(
                    subject: user, scope: scope, tokenID: accessTokenID, nowUnixSeconds: nowUnixSeconds),
                scope: scope, refreshSeconds: refreshSeconds)
        }
    }

    /// Answers with all of it (RFC 6749 section 5.1).
    func write(_ grant: Grant, into response: inout ResponseWriter) {
        response.mediaType = .json
        var object = JSONObjectWriter(into: &response.body)
        object.append("access_token", string: grant.accessToken.utf8.span.raw, into: &response.body)
        object.append("token_type", string: "Bearer", into: &response.body)
        object.append("expires_in", integer: issuer.lifetimeSeconds, into: &response.body)
        object.append("scope", string: grant.scope.utf8.span.raw, into: &response.body)
        object.append("refresh_token", string: refresh.text.utf8.span.raw, into: &response.body)
        object.append("refresh_expires_in", integer: grant.refreshSeconds, into: &response.body)
        object.finish(into: &response.body)
        response.body.append("\n")
    }
}
