import Bytes
import Glibc
import JSON
import JSONSchema
import RateLimiting
import TokenCache
import Tokens

/// Everything that answering a request depends on, compiled, checked and immutable: one snapshot that all shards share.
final class Application: Sendable {
    let configuration: ServerConfiguration
    let declarations: [RouteDeclaration]
    /// Whether it is the server's own API: the log doesn't know its routes.
    let isAdmin: Bool
    let routes: RouteTable
    let rules: [RouteRule]
    let handlers: [RouteHandler]
    /// What shards call, by route.
    let shardHandlers: FixedArray<Held<ShardHandler>>
    /// The text of each route's pattern, for the log.
    let patterns: [String]
    /// The text of each route's scopes for `WWW-Authenticate`.
    let scopeTexts: [String]
    /// The texts of the scopes of each route's access; empty where it has none.
    let accessTexts: [(owner: String, anyone: String)]
    let schemas: [RouteSchemas]
    /// What other origins are told.
    let crossOrigin: CrossOriginTable
    let jsonLimits: JSONLimits
    let scopes: ScopeTable
    let claims: ClaimsPolicy
    /// What was proven before; nil when every token is verified.
    let tokenCache: TokenCache?
    /// The keys of all issuers.
    let keyring: Keyring
    let keyringEpoch: UInt64
    /// What was revoked when this was made.
    let revocations: RevocationList
    /// The API keys that there were when this was made.
    let apiKeys: APIKeyTable
    let buckets: TokenBucketTable
    let hasher: KeyHasher
    let realm: [UInt8]
    /// Where the API's metadata is, for its challenges; empty where it has none.
    let resourceMetadata: [UInt8]
    /// What checking a token with each key of the keyring costs, in microseconds.
    let verificationPrices: [UInt32]
    /// Whether there is a key to verify any token with.
    let canVerifyTokens: Bool
    /// What makes the tokens of those who log in; nil where nobody does.
    let accessTokens: AccessTokenIssuer?
    /// What revokes tokens while the server runs.
    let revoker: TokenRevoker

    /// What a route asks for, in a form that is read without counting references.
    struct RouteRule: BitwiseCopyable {
        /// Whether asking again does no harm (RFC 9110 section 9.2.1).
        let isSafe: Bool
        let needsCredential: Bool
        let takesAPIKeys: Bool
        let scopes: ScopeSet
        /// One of these is needed, too; empty where none is.
        let anyScopes: ScopeSet
        let access: ObjectAccess?
        /// The most bytes of a body; nil for a route that takes none.
        let bodyBytes: UInt64?
        /// Whether its body is a form, and no JSON.
        let takesForm: Bool
        /// Whether what is wrong with a body is said as OAuth says it (RFC 6749 section 5.2).
        let speaksOAuth: Bool
        /// Whether there is something to check before the handler: a body, a query or parameters.
        let checksInput: Bool
        /// How each principal is limited here, if at all.
        let principalLimit: RouteLimit?
        /// How each address is limited here, beside the limit that it has everywhere.
        let addressLimit: RouteLimit?
        /// How many tokens a request takes from each bucket.
        let cost: UInt32
        let runsOnShard: Bool
        /// How long a handler that runs elsewhere may take.
        let workTimeoutNanoseconds: UInt64
        /// What other origins are told, if anything.
        let crossOrigin: CrossOriginTable.Entries
    }

    /// What a route's input must keep to.
    struct RouteSchemas: Sendable {
        let body: Schema?
        let query: Schema?
        let parameters: Schema?
    }

    /// The numbers of the policies that share the bucket table.
    enum Policy {
        static let address: UInt16 = 0
        static let failedAuthentication: UInt16 = 1
        static let principal: UInt16 = 2
        static let verification: UInt16 = 3
        /// Attempts to log in as one user from one address.
        static let login: UInt16 = 4
        /// Attempts to log in as one user from addresses that are not known to be his.
        static let loginOfStrangers: UInt16 = 5
        /// The requests of API keys that have a limit of their own.
        static let apiKey: UInt16 = 6
        /// Routes with a limit of their own count up from here.
        static let firstOfRoutes: UInt16 = 16
    }

    /// Compiles an API.
    ///
    /// - Parameter previous: what it takes the place of in a running server, whose tables it goes on with. Where keys and
    ///   scopes are the same, so are their epochs: what was proven stays proven.
    /// - Throws: `ServerError` that names the route or the setting at fault.
    /// - Parameter main: for the server's own API, the application that it goes with: both have one keyring, under one epoch,
    ///   so that one list of revocations is right for both.
    init(
        _ router: Router, _ configuration: ServerConfiguration, replacing previous: Application? = nil,
        adminOf main: Application? = nil
    ) throws(ServerError) {
        isAdmin = main != nil
        let router = try router.publishingIdentity(configuration).applying(configuration.routes)
            .publishingOpenAPI(configuration)
        declarations = router.routes.map(\.declaration)
        patterns = declarations.map(\.pattern)
        if let previous,
            previous.declarations != declarations
                || !zip(previous.handlers, router.routes).allSatisfy({ $0.runsAs($1.handler) })
        {
            throw .setting(name: "routes", reason: "they have changed, and are made once: start the server anew")
        }
        self.configuration = configuration
        do throws(RouteError) {
            routes = try RouteTable(declarations)
        } catch {
            throw .route(error)
        }
        var crossOrigins = CrossOriginDrafts()
        rules = try Self.rules(router, configuration, &crossOrigins)
        crossOrigin = CrossOriginTable(crossOrigins)
        schemas = try Self.schemas(router, configuration.schemas)
        // How long a body may be, its route says.
        jsonLimits = JSONLimits(
            depth: configuration.jsonDepth, membersInObject: configuration.jsonMembers, documentBytes: .max)
        let handlers = router.routes.map(\.handler)
        self.handlers = handlers
        shardHandlers = FixedArray(count: handlers.count) { Held(handlers[$0].onShard) }
        scopeTexts = router.routes.map { $0.scopes.union($0.anyScopes).challengeText }
        accessTexts = router.routes.map {
            ($0.access?.ownerScopes.challengeText ?? "", $0.access?.anyoneScopes.challengeText ?? "")
        }
        let issuers = configuration.trustedIssuers
        keyring = if let main { main.keyring } else { try Self.keyring(issuers, replacing: previous) }
        keyringEpoch = keyring.epoch
        do throws(ScopeError) {
            scopes = try ScopeTable(
                roles: configuration.roles,
                replacing: Self.hasSameRolesClaims(previous, issuers) ? previous?.scopes : nil)
        } catch {
            throw .scope(error)
        }
        do throws(PolicyError) {
            claims = try ClaimsPolicy(
                issuers.map(\.requirements), longestTokenBytes: configuration.longestTokenBytes,
                longestHeaderBytes: configuration.longestTokenHeaderBytes,
                longestFooterBytes: configuration.longestTokenFooterBytes,
                longestKeyIDBytes: configuration.longestKeyIDBytes)
            if let known = main ?? previous, known.keyringEpoch == keyring.epoch,
                known.configuration.verificationPrices == configuration.verificationPrices
            {
                verificationPrices = known.verificationPrices
            } else {
                var prices: [UInt32] = []
                for issuer in issuers {
                    prices += try VerificationPrices.measure(
                        issuer.keyring, scopes, given: configuration.verificationPrices)
                }
                verificationPrices = prices
            }
        } catch {
            throw .claims(error)
        }
        do throws(TableError) {
            if let previous {
                buckets = previous.buckets
            } else {
                buckets = try TokenBucketTable(capacity: configuration.limiterCapacity)
            }
        } catch {
            throw .limiter(error)
        }
        do throws(TokenCacheError) {
            let capacity = configuration.tokenCacheCapacity
            if let previous {
                tokenCache = previous.tokenCache
            } else {
                tokenCache =
                    capacity == 0
                    ? nil
                    : try TokenCache(
                        capacity: capacity, lifeSeconds: configuration.tokenCacheSeconds)
            }
        } catch {
            throw .tokenCache(error)
        }
        do throws(RevocationError) {
            revocations = try configuration.revocationList(keyring, nowUnixSeconds: Int64(time(nil)))
        } catch {
            throw .revocations(error)
        }
        apiKeys = try APIKeyTable(configuration.apiKeys(), scopes: scopes)
        hasher = previous?.hasher ?? KeyHasher()
        realm = Array(configuration.realm.utf8)
        resourceMetadata = Array((configuration.identity?.resourceMetadata ?? "").utf8)
        canVerifyTokens = !keyring.verificationKeys.isEmpty
        accessTokens = try AccessTokenIssuer(configuration)
        revoker = previous?.revoker ?? TokenRevoker()
    }

    /// Whether what tokens were found to say before has the scopes of the same claims.
    private static func hasSameRolesClaims(_ previous: Application?, _ issuers: [TrustedIssuer]) -> Bool {
        previous?.configuration.trustedIssuers.map(\.requirements.rolesClaim) == issuers.map(\.requirements.rolesClaim)
    }

    /// Whether the issuers of the keys have the same names: two may have the same keys.
    private static func hasSameNames(_ previous: Application, _ issuers: [TrustedIssuer]) -> Bool {
        previous.configuration.trustedIssuers.map(\.requirements.issuer) == issuers.map(\.requirements.issuer)
    }

    /// The keys of all issuers. The same keys of the same issuers go on under the same epoch.
    private static func keyring(
        _ issuers: [TrustedIssuer], replacing previous: Application?
    ) throws(ServerError) -> Keyring {
        let keys = try joinedKeyring(issuers)
        if let previous, previous.keyring.verifiesSame(as: keys), hasSameNames(previous, issuers) {
            return previous.keyring
        }
        return keys
    }

    private static func joinedKeyring(_ issuers: [TrustedIssuer]) throws(ServerError) -> Keyring {
        if let only = issuers.first, issuers.count == 1 { return only.keyring }
        do throws(KeyError) {
            return try Keyring(joining: issuers.map(\.keyring))
        } catch {
            throw .setting(name: "issuers", reason: "\(error)")
        }
    }

    private static func schemas(_ router: Router, _ resolver: SchemaResolver) throws(ServerError) -> [RouteSchemas] {
        var schemas: [RouteSchemas] = []
        for route in router.routes {
            do throws(SchemaError) {
                schemas.append(
                    RouteSchemas(
                        body: try compile(route.body.content?.schema, resolver),
                        query: try compile(route.query, resolver),
                        parameters: try compile(route.parameters, resolver)))
            } catch {
                throw .schema(pattern: route.declaration.pattern, error)
            }
        }
        return schemas
    }

    private static func compile(
        _ definition: SchemaDefinition?, _ resolver: SchemaResolver
    ) throws(SchemaError) -> Schema? {
        guard let definition, definition != .anything else { return nil }
        return try Schema(
            compiling: definition.json.utf8.span.raw, resolver: resolver,
            options: SchemaOptions(assertsFormats: true))
    }

    private static func rules(
        _ router: Router, _ configuration: ServerConfiguration, _ crossOrigins: inout CrossOriginDrafts
    ) throws(ServerError) -> [RouteRule] {
        var rules: [RouteRule] = []
        var policies = RoutePolicies(configuration)
        for route in router.routes {
            let limits = try policies.limits(of: route)
            let entries: CrossOriginTable.Entries
            do throws(CORSError) {
                entries = try crossOrigins.entries(of: route.crossOrigin, for: route.declaration.method)
            } catch {
                throw .cors(pattern: route.declaration.pattern, error)
            }
            rules.append(
                RouteRule(
                    isSafe: route.declaration.method.isSafe, needsCredential: route.authentication != .none,
                    takesAPIKeys: route.authentication == .bearerOrAPIKey, scopes: route.scopes,
                    anyScopes: route.anyScopes, access: route.access, bodyBytes: route.body.content?.bytes,
                    takesForm: route.body.isForm, speaksOAuth: route.speaksOAuth,
                    checksInput: route.body != .none || route.query != nil || route.parameters != nil,
                    principalLimit: limits.principal, addressLimit: limits.address, cost: route.cost,
                    runsOnShard: route.handler.isOnShard,
                    workTimeoutNanoseconds: (route.deadlineMilliseconds ?? configuration.workTimeoutMilliseconds)
                        * 1_000_000,
                    crossOrigin: entries))
        }
        return rules
    }
}

extension Application.RouteRule {
    /// Whether a token with these scopes may call. O(1).
    @inline(__always)
    func isSatisfied(by granted: ScopeSet) -> Bool {
        granted.isSuperset(of: scopes) && (anyScopes.isEmpty || granted.hasOne(of: anyScopes))
    }
}

extension ServerConfiguration {
    /// What its journal says is revoked now of what these keys make.
    func revocationList(_ keyring: Keyring, nowUnixSeconds: Int64) throws(RevocationError) -> RevocationList {
        try revocations?.list(keyring: keyring, nowUnixSeconds: nowUnixSeconds)
            ?? RevocationList([], keyring: keyring, nowUnixSeconds: nowUnixSeconds)
    }
}

extension ScopeSet {
    /// The names, in the order in which a challenge gives them.
    fileprivate var challengeText: String { names.sorted().joined(separator: " ") }
}
