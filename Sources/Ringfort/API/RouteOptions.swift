public import JSONSchema

/// How much a caller may ask for.
public enum RateLimit: Sendable, Equatable {
    /// What the server's configuration says.
    case configured
    /// No limit for each principal; the limit for each address holds all the same.
    case none
    /// A token bucket for each principal on these routes, in place of the configuration's: `rate` requests in every
    /// `everySeconds`, `burst` at once.
    case perPrincipal(rate: UInt32, burst: UInt32, everySeconds: UInt32 = 1)
    /// A token bucket for each address (IPv4 /32, IPv6 /64) on these routes, beside the configuration's limits: for what
    /// must not be tried often, such as a login.
    case perAddress(rate: UInt32, burst: UInt32, everySeconds: UInt32 = 1)
}

/// Whether a route asks who calls.
public enum Authentication: Sendable, Equatable {
    /// Everybody may call.
    case none
    /// A bearer token is needed (RFC 6750).
    case bearer
    /// A bearer token or an API key (`X-API-Key`) is needed, and not both.
    case bearerOrAPIKey

    /// The same where scopes are asked for: there are none without a credential.
    func demanding(_ asksForScopes: Bool) -> Authentication { asksForScopes && self == .none ? .bearer : self }
}

/// What a route takes as its body.
public enum BodyPolicy: Sendable, Equatable {
    /// None: one that is sent is read within the limits and dropped.
    case none
    /// A JSON document of at most `bytes` that keeps to `schema`; another media type is refused. The handler reads it from
    /// `Request.json`.
    case json(bytes: UInt64 = 1_048_576, schema: SchemaDefinition = .anything)
    /// A form (application/x-www-form-urlencoded) of at most `bytes` that keeps, as an object of strings, to `schema`; another
    /// media type is refused, and so is a form with a parameter twice, with an escape that is none, or with what is no UTF-8.
    /// The handler reads the object from `Request.json`.
    case form(bytes: UInt64 = 65_536, schema: SchemaDefinition = .anything)

    /// How long a body may be, and what it must keep to; nil where none is taken.
    var content: (bytes: UInt64, schema: SchemaDefinition)? {
        switch self {
        case .none: nil
        case .json(let bytes, let schema), .form(let bytes, let schema): (bytes, schema)
        }
    }

    var isForm: Bool { if case .form = self { true } else { false } }

    /// The media type of a body that is taken.
    static func mediaType(isForm: Bool) -> StaticString {
        isForm ? "application/x-www-form-urlencoded" : "application/json"
    }
}

/// Where a handler runs.
public enum Execution: Sendable, Equatable {
    /// On its shard, at once: it must not wait for anything, or all the shard's connections wait with it.
    case onShard
    /// On a thread of the worker pool, with a copy of the request: it may wait, for a database or a password hash. Its
    /// connection's next requests wait for it; nobody else does. Costs some microseconds more.
    case onWorker
}
