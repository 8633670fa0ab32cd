import RateLimiting
public import Tokens

/// What a server does with users of its own.
///
/// ```swift
/// configuration.identity = IdentityConfiguration(try IdentityService(opening: "data/identity.db"))
/// ```
public struct IdentityConfiguration: Sendable {
    /// The database and the threads that ask it; nil where an API is only checked or described.
    package var service: IdentityService?
    /// Whether users may log in: `POST /api/login`, `/api/refresh` and `/api/logout`.
    public var offersLogin = true
    /// Whether services may get, ask about and revoke tokens: `POST /oauth/token`, `/oauth/introspect` and `/oauth/revoke`.
    public var offersOAuth = true
    /// Where clients reach the server: `https://api.example`. The metadata of RFC 8414 and RFC 9728 is only published where it
    /// is known, and challenges name it then: what a client says in `Host` names nothing.
    public var origin: String?
    /// The kind of the tokens that are made. The keyring must have an active key that signs it.
    public var tokenFormat = Algorithm.v4Public
    /// How long an access token lives, in seconds.
    public var accessTokenSeconds: Int64 = 900
    /// How long a session lives, however often its tokens are made anew, in seconds.
    public var refreshTokenSeconds: Int64 = 2_592_000
    /// How often one address may try to log in; nil for no limit but that of all its requests.
    public var addressLimit: RateLimit? = .perAddress(rate: 5, burst: 5, everySeconds: 60)
    /// How often one user may be tried from one address, and from all addresses together from which he has never logged in; nil
    /// for no limit.
    public var accountRate: CellRate?

    /// The defaults, over a service that is made once and kept over reloads.
    public init(_ service: IdentityService) {
        self.init()
        self.service = service
    }

    /// Without a service: for a check or a description.
    package init() {
        do throws(RateError) {
            accountRate = try CellRate(tokens: 5, everySeconds: 60, burst: 5)
        } catch {
            preconditionFailure("the default rate is no rate")
        }
    }

    /// What is made of it once, and stays over a reload: the routes.
    var fixed: [Bool] { [offersLogin, offersOAuth, origin == nil] }

    /// Whether a text can be the origin: HTTPS, in lower case, without a slash at its end; HTTP on this machine only.
    package static func isOrigin(_ text: String) -> Bool {
        guard CORSPolicy.isOrigin(text) else { return false }
        return text.hasPrefix("https://")
            || ["http://localhost", "http://127.0.0.1", "http://[::1]"].contains { local in
                text == local || text.hasPrefix("\(local):")
            }
    }
}

extension ServerConfiguration {
    /// The one among the issuers that is this server; nil when all are others.
    var ownIssuer: TrustedIssuer? { issuers.isEmpty ? trustedIssuers.first : issuers.first(where: \.isOwn) }
}
