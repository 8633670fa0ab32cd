public import HTTPWire
public import JSONSchema
public import Tokens

/// The routes of an API, each with what it asks of its callers.
///
/// ```swift
/// var api = Router()
/// api.get("/api/health") { _, response in response.text("API is healthy\n") }
/// api.group("/api/posts", auth: .bearer) { posts in
///     posts.delete("/:id", scopes: .deletePosts) { request, response throws(Problem) in … }
/// }
/// ```
/// A mistake in a pattern is reported when the server is made, with the pattern's text.
public struct Router: Sendable {
    var routes: [Route] = []
    /// What the API and its version are called in its description.
    private(set) var (title, version) = ("API", "1.0")
    private let prefix: String
    private let authentication: Authentication
    private let limit: RateLimit
    private let cost: UInt32
    private let crossOrigin: CORSPolicy?

    struct Route: Sendable {
        let declaration: RouteDeclaration
        var authentication: Authentication
        var scopes: ScopeSet
        /// One of these is needed, too; empty where none is.
        var anyScopes = ScopeSet()
        let access: ObjectAccess?
        var limit: RateLimit
        /// Keeps the limit's buckets apart from those of limits with the same numbers.
        var limitName: String?
        var cost: UInt32
        var crossOrigin: CORSPolicy?
        /// How long the handler may take; nil for as long as the server says.
        var deadlineMilliseconds: UInt64?
        var body: BodyPolicy
        /// Whether what is wrong with a body is said as OAuth says it (RFC 6749 section 5.2).
        var speaksOAuth = false
        let query: SchemaDefinition?
        let parameters: SchemaDefinition?
        let handler: RouteHandler
    }

    /// No routes, as `init()`.
    ///
    /// - Parameters:
    ///   - title: what the API is called in its description (`openAPI`).
    ///   - version: the API's version, of whatever form.
    public init(title: String, version: String = "1.0") {
        self.init()
        (self.title, self.version) = (title, version)
    }

    /// No routes, open to everybody unless they ask for scopes.
    public init() { self.init(prefix: "", authentication: .none, limit: .configured, cost: 1, crossOrigin: nil) }

    private init(
        prefix: String, authentication: Authentication, limit: RateLimit, cost: UInt32, crossOrigin: CORSPolicy?
    ) {
        self.prefix = prefix
        self.authentication = authentication
        self.limit = limit
        self.cost = cost
        self.crossOrigin = crossOrigin
    }

    /// Adds routes that share a prefix and what they ask for. A group within a group asks for what its outer one does,
    /// unless it says otherwise.
    ///
    /// - Parameters:
    ///   - authentication: `.none` opens the routes, also those of a group whose outer one asks for a token.
    ///   - limit: `.perPrincipal` needs routes that ask for a token; the server is refused otherwise.
    ///   - cost: how many tokens a request takes from each bucket that limits it; one, unless said otherwise.
    ///   - crossOrigin: which pages of other origins may call the routes; none, unless said otherwise.
    public mutating func group(
        _ prefix: String, auth authentication: Authentication? = nil, limit: RateLimit? = nil, cost: UInt32? = nil,
        cors crossOrigin: CORSPolicy? = nil, _ build: (inout Router) -> Void
    ) {
        var group = Router(
            prefix: self.prefix + prefix, authentication: authentication ?? self.authentication,
            limit: limit ?? self.limit, cost: cost ?? self.cost, crossOrigin: crossOrigin ?? self.crossOrigin)
        build(&group)
        routes += group.routes
    }

    /// Adds a route. Asking for scopes asks for a token, if the group doesn't say what else it takes: there are no scopes
    /// without a credential.
    ///
    /// - Parameters:
    ///   - pattern: appended to the group's prefix; `:name` stands for one segment. Empty is the prefix itself.
    ///   - scopes: all of them must be granted.
    ///   - access: who may act on the object that the path names. It asks for a token, and the handler must call
    ///     `Request.authorize(ownerSubject:ownerIssuer:)`, which asks this.
    ///   - body: what is taken as the body.
    ///   - query: what the query's parameters must be, as an object of strings. A parameter that is given twice is refused.
    ///   - parameters: what the pattern's parameters must be, as an object of strings.
    ///   - execution: where the handler runs.
    public mutating func on(
        _ method: HTTPWire.Method, _ pattern: String, scopes: ScopeSet = ScopeSet(), access: ObjectAccess? = nil,
        body: BodyPolicy = .none, query: SchemaDefinition? = nil, parameters: SchemaDefinition? = nil,
        runs execution: Execution = .onShard, _ handler: @escaping Handler
    ) {
        let placed: RouteHandler =
            switch execution {
            case .onShard: .onShard(handler)
            case .onWorker: .onWorker(handler)
            }
        add(method, pattern, scopes, access, body, query, parameters, placed)
    }

    /// Adds a route whose handler is `async`. It costs a task and a copy of the request, and its connection's next
    /// requests wait for it; nobody else does.
    ///
    /// Everything else is as for `on`.
    public mutating func onAsync(
        _ method: HTTPWire.Method, _ pattern: String, scopes: ScopeSet = ScopeSet(), access: ObjectAccess? = nil,
        body: BodyPolicy = .none, query: SchemaDefinition? = nil, parameters: SchemaDefinition? = nil,
        _ handler: @escaping AsyncHandler
    ) {
        add(method, pattern, scopes, access, body, query, parameters, .asTask(handler))
    }

    private mutating func add(
        _ method: HTTPWire.Method, _ pattern: String, _ scopes: ScopeSet, _ access: ObjectAccess?, _ body: BodyPolicy,
        _ query: SchemaDefinition?, _ parameters: SchemaDefinition?, _ handler: RouteHandler
    ) {
        routes.append(
            Route(
                declaration: RouteDeclaration(method: method, pattern: prefix + pattern),
                authentication: authentication.demanding(!scopes.isEmpty || access != nil), scopes: scopes,
                access: access, limit: limit, cost: cost, crossOrigin: crossOrigin, body: body, query: query,
                parameters: parameters,
                handler: handler))
    }

    /// Adds a GET route; it answers HEAD too.
    public mutating func get(
        _ pattern: String, scopes: ScopeSet = ScopeSet(), access: ObjectAccess? = nil, query: SchemaDefinition? = nil,
        parameters: SchemaDefinition? = nil, runs execution: Execution = .onShard, _ handler: @escaping Handler
    ) {
        on(
            .get, pattern, scopes: scopes, access: access, query: query, parameters: parameters, runs: execution,
            handler)
    }

    /// Adds a POST route.
    public mutating func post(
        _ pattern: String, scopes: ScopeSet = ScopeSet(), access: ObjectAccess? = nil, body: BodyPolicy = .json(),
        query: SchemaDefinition? = nil, parameters: SchemaDefinition? = nil, runs execution: Execution = .onShard,
        _ handler: @escaping Handler
    ) {
        on(
            .post, pattern, scopes: scopes, access: access, body: body, query: query, parameters: parameters,
            runs: execution, handler)
    }

    /// Adds a PUT route.
    public mutating func put(
        _ pattern: String, scopes: ScopeSet = ScopeSet(), access: ObjectAccess? = nil, body: BodyPolicy = .json(),
        query: SchemaDefinition? = nil, parameters: SchemaDefinition? = nil, runs execution: Execution = .onShard,
        _ handler: @escaping Handler
    ) {
        on(
            .put, pattern, scopes: scopes, access: access, body: body, query: query, parameters: parameters,
            runs: execution, handler)
    }

    /// Adds a PATCH route.
    public mutating func patch(
        _ pattern: String, scopes: ScopeSet = ScopeSet(), access: ObjectAccess? = nil, body: BodyPolicy = .json(),
        query: SchemaDefinition? = nil, parameters: SchemaDefinition? = nil, runs execution: Execution = .onShard,
        _ handler: @escaping Handler
    ) {
        on(
            .patch, pattern, scopes: scopes, access: access, body: body, query: query, parameters: parameters,
            runs: execution, handler)
    }

    /// Adds a DELETE route.
    public mutating func delete(
        _ pattern: String, scopes: ScopeSet = ScopeSet(), access: ObjectAccess? = nil, query: SchemaDefinition? = nil,
        parameters: SchemaDefinition? = nil, runs execution: Execution = .onShard, _ handler: @escaping Handler
    ) {
        on(
            .delete, pattern, scopes: scopes, access: access, query: query, parameters: parameters, runs: execution,
            handler)
    }
}
