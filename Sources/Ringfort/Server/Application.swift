import Bytes
import JSONSchema
import RateLimiting
import Tokens

/// Everything that answering a request depends on, compiled, checked and immutable: one snapshot that all shards share.
final class Application: Sendable {
    let configuration: ServerConfiguration
    let routes: RouteTable
    let rules: [RouteRule]
    let handlers: [Handler]
    /// The text of each route's scopes for `WWW-Authenticate`.
    let scopeTexts: [String]
    /// The texts of the scopes of each route's access; empty where it has none.
    let accessTexts: [(owner: String, anyone: String)]
    let schemas: [RouteSchemas]
    let scopes: ScopeTable
    let claims: ClaimsPolicy
    let buckets: TokenBucketTable
    let hasher: KeyHasher
    let realm: [UInt8]
    /// Whether there is a key to verify any token with.
    let canVerifyTokens: Bool

    /// What a route asks for, in a form that is read without counting references.
    struct RouteRule: BitwiseCopyable {
        let needsToken: Bool
        let scopes: ScopeSet
        let access: ObjectAccess?
        /// The most bytes of a JSON body; nil for a route that takes no body.
        let bodyBytes: UInt64?
        /// Whether there is something to check before the handler: a body, a query or parameters.
        let checksInput: Bool
        /// The bucket's rate; nil when principals are not limited here.
        let principalRate: CellRate?
        let principalPolicy: UInt16
        let runsOnWorker: Bool
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
        /// Routes with a limit of their own count up from here.
        static let firstOfRoutes: UInt16 = 16
    }

    /// Compiles an API.
    ///
    /// - Throws: `ServerError` that names the route or the setting at fault.
    init(_ router: Router, _ configuration: ServerConfiguration) throws(ServerError) {
        self.configuration = configuration
        do throws(RouteError) {
            routes = try RouteTable(router.routes.map(\.declaration))
        } catch {
            throw .route(error)
        }
        rules = try Self.rules(router, configuration)
        schemas = try Self.schemas(router, configuration.schemas)
        handlers = router.routes.map(\.handler)
        scopeTexts = router.routes.map { $0.scopes.challengeText }
        accessTexts = router.routes.map {
            ($0.access?.ownerScopes.challengeText ?? "", $0.access?.anyoneScopes.challengeText ?? "")
        }
        do throws(ScopeError) {
            scopes = try ScopeTable()
        } catch {
            throw .scope(error)
        }
        do throws(PolicyError) {
            claims = try ClaimsPolicy(
                issuer: configuration.issuer, audience: configuration.audience,
                clockSkewSeconds: configuration.clockSkewSeconds,
                longestLifetimeSeconds: configuration.longestTokenLifetimeSeconds)
        } catch {
            throw .claims(error)
        }
        do throws(TableError) {
            buckets = try TokenBucketTable(capacity: configuration.limiterCapacity)
        } catch {
            throw .limiter(error)
        }
        hasher = KeyHasher()
        realm = Array(configuration.realm.utf8)
        canVerifyTokens = !configuration.keyring.verificationKeys.isEmpty
    }

    private static func schemas(_ router: Router, _ resolver: SchemaResolver) throws(ServerError) -> [RouteSchemas] {
        var schemas: [RouteSchemas] = []
        for route in router.routes {
            do throws(SchemaError) {
                schemas.append(
                    RouteSchemas(
                        body: try compile(route.bodySchema, resolver), query: try compile(route.query, resolver),
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
        _ router: Router, _ configuration: ServerConfiguration
    ) throws(ServerError) -> [RouteRule] {
        var rules: [RouteRule] = []
        var ownPolicies: [RateLimit] = []
        for route in router.routes {
            var rate = configuration.principalRate
            var policy = Policy.principal
            switch route.limit {
            case .configured: break
            case .none: rate = nil
            case .perPrincipal(let perSecond, let burst):
                guard route.authentication == .bearer else {
                    throw .limitWithoutToken(pattern: route.declaration.pattern)
                }
                do throws(RateError) {
                    rate = try CellRate(tokensPerSecond: perSecond, burst: burst)
                } catch {
                    throw .rate(pattern: route.declaration.pattern, error)
                }
                // Routes of one group share their buckets, and two groups with the same numbers do too.
                let index = ownPolicies.firstIndex(of: route.limit) ?? ownPolicies.count
                if index == ownPolicies.count { ownPolicies.append(route.limit) }
                policy = Policy.firstOfRoutes + UInt16(index)
            }
            rules.append(
                RouteRule(
                    needsToken: route.authentication == .bearer, scopes: route.scopes,
                    access: route.access, bodyBytes: route.bodyBytes,
                    checksInput: route.bodyBytes != nil || route.query != nil || route.parameters != nil,
                    principalRate: rate, principalPolicy: policy, runsOnWorker: route.execution == .onWorker))
        }
        return rules
    }
}

extension ScopeSet {
    /// The names, in the order in which a challenge gives them.
    fileprivate var challengeText: String { names.sorted().joined(separator: " ") }
}

extension Router.Route {
    fileprivate var bodyBytes: UInt64? {
        if case .json(let bytes, _) = body { bytes } else { nil }
    }

    fileprivate var bodySchema: SchemaDefinition? {
        if case .json(_, let schema) = body { schema } else { nil }
    }
}
