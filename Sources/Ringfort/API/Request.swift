import Bytes
public import HTTPWire
public import JSON
public import Reactor

/// One request that a handler may see: it has passed every check that its route asks for.
///
/// A view: all that is in it lies in buffers of the shard, and ends with the handler's call. Copy what must last.
public struct Request: ~Copyable, ~Escapable {
    let head: Span<RequestHead>
    let headBytes: RawSpan
    let parameterTable: PathParameters
    let route: Int
    // INVARIANT: whoever has made this view holds the application until it ends.
    private unowned(unsafe) let servedBy: Application

    /// The canonical path: decoded, without dot segments, the same bytes that were routed and authorized.
    public let path: RawSpan
    /// The body, whole and within its limit; empty when there is none or the route takes none.
    public let body: RawSpan
    /// The body as a document that keeps to the route's schema, a form as the object of its parameters; nil where the route
    /// takes no body.
    public let json: JSONValue?
    /// Who sends it: anonymous where the route asks for no credentials.
    public let principal: Principal
    /// The client's address; the one that a trusted proxy names, where one speaks for it.
    public let peer: PeerAddress
    /// The name of this request in the answer and in the log.
    public let correlationID: CorrelationID

    @_lifetime(copy head, copy headBytes, copy path, copy body, copy json, copy principal)
    init(
        head: Span<RequestHead>, headBytes: RawSpan, path: RawSpan, body: RawSpan, json: JSONValue?,
        principal: Principal,
        parameterTable: PathParameters, route: Int, application: Application, peer: PeerAddress,
        correlationID: CorrelationID
    ) {
        self.head = head
        self.headBytes = headBytes
        self.path = path
        self.body = body
        self.json = json
        self.principal = principal
        self.parameterTable = parameterTable
        self.route = route
        // SAFETY: the caller holds the application until the view ends (invariant): the pipeline or the owned request.
        unsafe servedBy = application
        self.peer = peer
        self.correlationID = correlationID
    }

    /// What serves it. Not counted for the view: a shared count would be written twice a request, by every shard.
    var application: Application {
        // SAFETY: alive by the invariant.
        unsafe servedBy
    }

    /// The method. HEAD for a HEAD request that a GET route answers.
    public var method: HTTPWire.Method { head[0].method ?? .get }

    /// The query, as it was sent, without its `?`; nil when the target has none.
    public var query: RawSpan? {
        @_lifetime(copy self)
        get {
            guard let range = head[0].queryRange else { return nil }
            return headBytes.extracting(range)
        }
    }

    /// The value of the first header of that name, without the whitespace around it. O(1).
    @_lifetime(copy self)
    public func header(_ name: KnownHeader) -> RawSpan? {
        guard let range = head[0].value(of: name) else { return nil }
        return headBytes.extracting(range)
    }

    /// The value of the first header of that name, given in lower case. O(headers).
    @_lifetime(copy self)
    public func header(named lowercase: StaticString) -> RawSpan? {
        guard let index = head[0].firstIndex(named: lowercase, in: headBytes) else { return nil }
        return headBytes.extracting(head[0].header(index).value)
    }

    /// The parameters of the route's pattern, by name: `request.parameters.id` for `/posts/:id`.
    public var parameters: Parameters {
        @_lifetime(copy self)
        get { Parameters(path: path, table: parameterTable, route: route, application: application) }
    }

    /// The parts of the path that the pattern names.
    @dynamicMemberLookup
    public struct Parameters: ~Escapable {
        let path: RawSpan
        let table: PathParameters
        let route: Int
        let application: Application

        @_lifetime(copy path)
        init(path: RawSpan, table: PathParameters, route: Int, application: Application) {
            self.path = path
            self.table = table
            self.route = route
            self.application = application
        }

        /// The parameter's bytes, decoded, never empty. A name that the pattern doesn't have traps: it is the
        /// programmer's mistake, which the first request shows. O(parameters).
        public subscript(dynamicMember name: StaticString) -> RawSpan {
            @_lifetime(copy self)
            get { self[name] }
        }

        /// The parameter's bytes; see above.
        public subscript(name: StaticString) -> RawSpan {
            @_lifetime(copy self)
            get {
                guard let index = application.routes.parameterIndex(named: name, route: route) else {
                    preconditionFailure("the route has no parameter :\(name)")
                }
                return path.extracting(table[index])
            }
        }
    }
}

extension DefaultStringInterpolation {
    /// Puts bytes that are text into a string: `"deleted by \(request.principal.subject)"`.
    public mutating func appendInterpolation(_ text: RawSpan) { appendLiteral(String(text)) }
}
