public import JSONSchema
public import Tokens

/// What a configuration says of routes that the program has. What is nil stays as the program has it.
///
/// It can ask more of callers, other things or less, but can't open a route: one that asks for a token always does.
public struct RouteSetting: Sendable, Equatable {
    /// Which routes are meant: `GET /api/posts/:id` for one, or a path (`/api/posts`) for all at it and below it.
    public var name: String
    /// All of these must be granted. A route that asks for none yet asks for a token then.
    public var scopes: ScopeSet?
    /// One of these must be granted, besides all of the others.
    public var anyScopes: ScopeSet?
    /// How much a caller may ask for.
    public var limit: RateLimit?
    /// What the limit is called: routes share its buckets with those whose limit is the same and has the same name.
    public var limitName: String?
    /// How many tokens a request takes from each bucket.
    public var cost: UInt32?
    /// The most bytes of a body.
    public var bodyBytes: UInt64?
    /// What a body must keep to.
    public var bodySchema: SchemaDefinition?
    /// How long a handler on a worker or in a task may take, in milliseconds.
    public var deadlineMilliseconds: UInt64?
    /// Which pages of other origins may call.
    public var crossOrigin: CORSPolicy?

    /// A setting that changes nothing yet.
    public init(_ name: String) { self.name = name }
}

extension Router {
    /// The names of all routes, in the order in which they were added: `GET /api/posts/:id`.
    package var routeNames: [String] { routes.map(\.name) }

    /// Whether a setting of this name means some route.
    package func hasRoute(named name: String) -> Bool { routes.contains { $0.isMeant(by: name) } }

    /// The routes as a configuration has them: what is said of a path first, of the longest path last, and then what is said
    /// of single routes.
    ///
    /// - Throws: `ServerError` when a setting means no route, or one that it can't be said of.
    package func applying(_ settings: [RouteSetting]) throws(ServerError) -> Router {
        var router = self
        let ordered = settings.sorted {
            ($0.isOfOneRoute ? 1 : 0, $0.name.utf8.count) < ($1.isOfOneRoute ? 1 : 0, $1.name.utf8.count)
        }
        // Whether a route asks for a token is settled first: what else may be said of it depends on that.
        for setting in ordered.map(\.access) + ordered {
            guard hasRoute(named: setting.name) else { throw .noSuchRoute(name: setting.name) }
            for index in router.routes.indices where router.routes[index].isMeant(by: setting.name) {
                try router.routes[index].apply(setting)
            }
        }
        return router
    }
}

extension RouteSetting {
    fileprivate var isOfOneRoute: Bool { name.utf8.first != 0x2F }

    /// What it says of scopes alone.
    package var access: RouteSetting {
        var access = RouteSetting(name)
        access.scopes = scopes
        access.anyScopes = anyScopes
        return access
    }
}

extension Router.Route {
    /// `GET /api/posts`.
    var name: String { "\(declaration.method.name) \(declaration.pattern)" }

    /// Whether a setting of this name means the route: by its own name, or by a path that it lies at or below.
    fileprivate func isMeant(by setting: String) -> Bool {
        guard setting.utf8.first == 0x2F else { return name == setting }
        let below = setting.utf8.last == 0x2F ? setting : setting + "/"
        return declaration.pattern == setting || declaration.pattern.hasPrefix(below)
    }

    /// A path's setting passes over what a route has not; that of the route itself must be about something.
    fileprivate mutating func apply(_ setting: RouteSetting) throws(ServerError) {
        if let scopes = setting.scopes { self.scopes = scopes }
        if let scopes = setting.anyScopes { anyScopes = scopes }
        authentication = authentication.demanding(!scopes.isEmpty || !anyScopes.isEmpty)
        if let limit = setting.limit {
            switch limit {
            case .perPrincipal where authentication == .none && setting.isOfOneRoute:
                throw .limitWithoutToken(pattern: declaration.pattern)
            case .perPrincipal where authentication == .none: break
            default: (self.limit, limitName) = (limit, setting.limitName)
            }
        }
        cost = setting.cost ?? cost
        crossOrigin = setting.crossOrigin ?? crossOrigin
        if let milliseconds = setting.deadlineMilliseconds {
            guard !handler.isOnShard || !setting.isOfOneRoute else { throw .deadlineOnShard(name: name) }
            deadlineMilliseconds = milliseconds
        }
        guard setting.bodyBytes != nil || setting.bodySchema != nil else { return }
        guard let content = body.content else {
            guard !setting.isOfOneRoute else { throw .noBody(name: name) }
            return
        }
        let (bytes, schema) = (setting.bodyBytes ?? content.bytes, setting.bodySchema ?? content.schema)
        body = body.isForm ? .form(bytes: bytes, schema: schema) : .json(bytes: bytes, schema: schema)
    }
}
