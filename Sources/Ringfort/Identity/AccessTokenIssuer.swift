import Bytes
import Tokens

/// Makes the access tokens of a server, as its own issuer's requirements have them.
final class AccessTokenIssuer: Sendable {
    private let issuer: TokenIssuer
    private let name: String?
    private let audience: String?
    /// How long the tokens live.
    let lifetimeSeconds: Int64

    /// Nil where nobody gets tokens here.
    ///
    /// - Throws: `ServerError.setting` when the keys can't make such tokens.
    init?(_ configuration: ServerConfiguration) throws(ServerError) {
        guard let identity = configuration.identity, identity.makesTokens else { return nil }
        guard let own = configuration.ownIssuer else {
            throw .setting(
                name: "identity",
                reason: "none of the issuers is this server: add it with its own keys, or turn login and oauth off")
        }
        guard identity.accessTokenSeconds <= own.requirements.longestLifetimeSeconds else {
            throw .setting(
                name: "identity.access_token_seconds",
                reason: "tokens that live longer than \(own.requirements.longestLifetimeSeconds) s are not taken here")
        }
        do throws(KeyError) {
            let key = try own.keyring.signingKey(for: identity.tokenFormat)
            issuer = try TokenIssuer(key, type: own.requirements.type ?? "JWT")
        } catch {
            throw .setting(
                name: "identity.token_format",
                reason: "\(error): make one ('ringfort key generate --algorithm \(identity.tokenFormat)'), "
                    + "choose another format, or turn login and oauth off")
        }
        name = own.requirements.issuer
        audience = own.requirements.audiences.first
        lifetimeSeconds = identity.accessTokenSeconds
    }

    /// A new token. Signing may take a millisecond (RSA): not for a shard.
    ///
    /// - Parameters:
    ///   - tokenID: its `jti`; nil for a random one.
    ///   - otherClaims: members of its own, as a JSON object.
    /// - Throws: 500 when a subject or scope is none, or there is no randomness.
    func issue(
        subject: String, scope: String, tokenID: String? = nil, otherClaims: String = "{}", nowUnixSeconds: Int64
    ) throws(Problem) -> String {
        var buffer = ByteBuffer(capacity: 512)
        var content = TokenContent(
            subject: subject, scope: scope, issuer: name, audience: audience, lifetimeSeconds: lifetimeSeconds,
            otherClaims: otherClaims)
        content.tokenID = tokenID
        do throws(IssueError) {
            try issuer.issue(content, nowUnixSeconds: nowUnixSeconds, into: &buffer)
        } catch {
            throw .internalFault(reason: "token_not_issued", detail: LogDetail("\(error)"))
        }
        return String(buffer.bytes)
    }
}

extension IdentityConfiguration {
    /// Whether there are routes that answer with tokens.
    var makesTokens: Bool { offersLogin || offersOAuth }
}
