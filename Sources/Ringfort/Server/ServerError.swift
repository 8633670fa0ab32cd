public import JSONSchema
public import RateLimiting
public import Reactor
public import TLSEngine
public import TokenCache
public import Tokens

/// Why a server can't be made or has ended.
public enum ServerError: Error, CustomStringConvertible {
    /// A route's pattern is wrong.
    case route(RouteError)
    /// A route's limit can't be honoured.
    case rate(pattern: String, RateError)
    /// A route limits its principals, but asks nobody who he is.
    case limitWithoutToken(pattern: String)
    /// A configuration says something of a route that the program has not.
    case noSuchRoute(name: String)
    /// A configuration gives a deadline to a handler that nothing can interrupt.
    case deadlineOnShard(name: String)
    /// A configuration says what the body of a route must be that takes none.
    case noBody(name: String)
    /// A request of a route costs nothing, or more than a bucket that limits it ever holds.
    case cost(pattern: String, most: UInt32)
    /// A route's CORS policy can't be honoured.
    case cors(pattern: String, CORSError)
    /// A route's schema can't be used.
    case schema(pattern: String, SchemaError)
    /// A scope's name is wrong, or there are too many.
    case scope(ScopeError)
    /// What tokens must say can't be asked for.
    case claims(PolicyError)
    /// There is no memory for the limiter, or its capacity is out of range.
    case limiter(TableError)
    /// There is no memory for the cache of verified tokens, or its capacity is out of range.
    case tokenCache(TokenCacheError)
    /// The journal of revocations can't be read, or another server has it.
    case revocations(RevocationError)
    /// The listener, a shard or its ring failed.
    case reactor(ReactorError)
    /// A certificate or its key can't be used.
    case tls(TLSConfigurationError)
    /// A setting is out of its range.
    case setting(name: String, reason: String)
    /// The log can't be started; `errno` says why.
    case log(errno: Int32)
    /// The system has no random source.
    case random(SystemRandomError)

    /// The error as a sentence for an operator.
    public var description: String {
        switch self {
        case .route(let error): "\(error)"
        case .rate(let pattern, let error): "route '\(pattern)': its rate limit can't be honoured (\(error))"
        case .limitWithoutToken(let pattern):
            "route '\(pattern)': it limits each principal, but has none: add auth: .bearer or scopes"
        case .noSuchRoute(let name):
            "there is no route '\(name)': give a method and a pattern, such as GET /api/posts/:id, or a path for all below it"
        case .deadlineOnShard(let name):
            "route '\(name)': its handler runs on its shard, where nothing can interrupt it: leave the deadline out"
        case .noBody(let name): "route '\(name)': it takes no body: leave its size and its schema out"
        case .cost(let pattern, let most):
            "route '\(pattern)': its cost must be from 1 to \(most), which is all that a bucket that limits it holds"
        case .cors(let pattern, let error): "route '\(pattern)': its CORS policy can't be honoured: \(error)"
        case .schema(let pattern, let error): "route '\(pattern)': its schema can't be used: \(error)"
        case .scope(let error): "\(error)"
        case .claims(let error): "what tokens must say can't be asked for (\(error))"
        case .limiter(let error): "the rate limiter's table can't be had (\(error))"
        case .tokenCache(.capacityOutOfRange):
            "the token cache's capacity must be 0, for none, or between \(TokenCache.capacities.lowerBound) and "
                + "\(TokenCache.capacities.upperBound)"
        case .tokenCache(.outOfMemory): "the system has no memory for the token cache: give it a smaller capacity"
        case .revocations(let error): "\(error)"
        case .reactor(let error): "\(error)"
        case .tls(let error): "\(error)"
        case .setting(let name, let reason): "\(name): \(reason)"
        case .log(let errno): "the log can't be started (errno \(errno))"
        case .random(let error): "the system's random source failed (errno \(error.code))"
        }
    }
}
