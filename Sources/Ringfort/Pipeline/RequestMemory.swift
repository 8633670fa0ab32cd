import Bytes
import HTTPWire
import Identity
import JSON
import JSONSchema
import Reactor
import TokenCache
import Tokens

/// Where a shard keeps what it knows of the request at hand, besides its bytes; used again for every request.
struct RequestMemory: ~Copyable, Sendable {
    /// One head table, on the heap so that a request can borrow it.
    private var heads = FixedArray(count: 1) { _ in RequestHead() }
    /// The canonical path, where the target has escapes.
    private var path = ByteBuffer(capacity: 1024)
    /// The claims of the token that was verified last.
    private var claims = ClaimsCopy()
    /// Whether these are the claims of who sends the request at hand.
    private(set) var isAuthenticated = false
    /// How who sends it stands with the limit that was asked last; nil where he isn't told.
    var limitState: LimitState?

    var head: RequestHead {
        // SAFETY: the array checks the index, and its element stays where it is as long as this memory lives.
        unsafeAddress { return unsafe UnsafePointer(heads.address(of: 0)) }
    }

    /// Parses a head; what was known of the request before is forgotten.
    mutating func parse(_ bytes: RawSpan, _ limits: HTTPLimits) throws(WireError) -> ParseProgress {
        isAuthenticated = false
        limitState = nil
        return try heads[0].parse(bytes, limits: limits)
    }

    /// Forgets the request: what follows is said of none.
    mutating func forget() {
        do throws(WireError) {
            // No bytes are no head yet, and the table is empty then.
            _ = try parse(RawSpan(), .standard)
        } catch {
            preconditionFailure("no bytes were refused")
        }
    }

    /// Finds the one form of the path that is routed and authorized. True when it was decoded into this memory.
    mutating func canonicalizePath(_ headBytes: RawSpan) throws(WireError) -> Bool {
        // `*` and an authority are no paths: the routes know the one, and the other is a method's that nobody may use.
        guard head.targetForm == .origin || head.targetForm == .absolute else { return false }
        return try Self.canonicalizePath(heads, headBytes, &path) == .decoded
    }

    private static func canonicalizePath(
        _ heads: borrowing FixedArray<RequestHead>, _ headBytes: RawSpan, _ path: inout ByteBuffer
    ) throws(WireError) -> CanonicalPath {
        try heads[0].canonicalPath(in: headBytes, scratch: &path)
    }

    /// The canonical path.
    @_lifetime(borrow self, copy headBytes)
    func canonicalPath(_ headBytes: RawSpan, isDecoded: Bool) -> RawSpan {
        if isDecoded { return path.bytes }
        return headBytes.extracting(heads[0].pathRange)
    }

    /// Keeps the claims of a token that was proven before; false when it has to be verified.
    mutating func recall(
        _ token: RawSpan, at place: TokenPlace, in cache: borrowing Held<TokenCache>?, keyringEpoch: UInt64,
        scopesEpoch: UInt64, _ now: PassTime
    ) -> Bool {
        switch cache {
        case .some(let cache):
            cache.use { cache in
                cache.find(
                    token, at: place, keyringEpoch: keyringEpoch, scopesEpoch: scopesEpoch,
                    now: now.monotonicNanoseconds, into: &claims)
            }
        case .none: false
        }
    }

    /// Proves a token, and keeps its claims; `admit` is asked before anything expensive is done.
    mutating func verify(
        _ token: RawSpan, with verifier: inout TokenVerifier, _ application: Application, nowUnixSeconds: Int64,
        admit: (_ keyIndex: Int) -> Bool
    ) throws(TokenError) {
        claims.replace(
            with: try verifier.verify(
                token, keyring: application.keyring, policy: application.claims,
                scopes: application.scopes, nowUnixSeconds: nowUnixSeconds, admit: admit))
    }

    /// From here on, the request is sent by whom the claims that were kept last name.
    mutating func setAuthenticated() { isAuthenticated = true }

    /// From here on, the request is sent by whom an API key names that grants these scopes.
    mutating func setAuthenticated(apiKey key: PresentedAPIKey, scopes: ScopeSet) {
        claims.replace(subject: key.id, scopes: scopes)
        isAuthenticated = true
    }

    /// The claims that were kept last.
    var verifiedClaims: VerifiedClaims {
        @_lifetime(borrow self)
        get { claims.view }
    }

    /// The name of the token of who sends the request (`jti`); empty where there is none.
    var tokenID: RawSpan {
        @_lifetime(borrow self)
        get {
            guard isAuthenticated else { return RawSpan() }
            return verifiedClaims.tokenID
        }
    }

    /// The name of the key that has proven it, which is one of `keyring`'s; empty where there is none.
    func keyID(of keyring: Keyring) -> String {
        guard isAuthenticated else { return "" }
        return keyring.keyID(of: verifiedClaims.table)?.text ?? ""
    }

    /// Who sends the request: anonymous where nobody was asked, or nobody has proven it.
    var principal: Principal {
        @_lifetime(borrow self)
        get {
            guard isAuthenticated else { return .anonymous }
            let claims = verifiedClaims
            return Principal(
                subject: claims.subject, issuer: claims.issuer, scopes: claims.scopes, claims: claims.payload)
        }
    }

    /// Checks the input of an admitted request, and calls its handler with what it may see of it.
    func callHandler(
        _ application: Application, _ admission: Admission, _ headBytes: RawSpan, _ body: RawSpan, peer: PeerAddress,
        _ input: inout InputMemory, _ response: inout ResponseWriter
    ) throws(Problem) {
        try checkInput(application, admission, headBytes, body, &input)
        try application.shardHandlers[admission.route].call(
            request(application, admission, headBytes, body, input, peer: peer), &response)
    }

    /// Holds the input of an admitted request to its route's schemas, and leaves its document in the tape.
    func checkInput(
        _ application: Application, _ admission: Admission, _ headBytes: RawSpan, _ body: RawSpan,
        _ input: inout InputMemory
    ) throws(Problem) {
        guard application.rules[admission.route].checksInput else { return }
        try checkTarget(application, admission, headBytes, &input)
        guard application.rules[admission.route].bodyBytes != nil else { return }
        guard !application.rules[admission.route].takesForm else {
            return try Self.checkForm(body, application, admission.route, &input)
        }
        try Self.checkBody(
            body, application.jsonLimits, application.schemas[admission.route].body, &input.tape, &input.validator,
            &input.violations)
    }

    private static func checkForm(
        _ body: RawSpan, _ application: Application, _ route: Int, _ input: inout InputMemory
    ) throws(Problem) {
        do throws(Problem) {
            try input.checkForm(body, application.schemas[route].body)
        } catch {
            guard application.rules[route].speaksOAuth else { throw error }
            throw .oauth(.invalidRequest, reason: error.reason)
        }
    }

    private static func checkBody(
        _ body: RawSpan, _ limits: JSONLimits, _ schema: Schema?, _ tape: inout JSONTape,
        _ validator: inout SchemaValidator,
        _ violations: inout ByteBuffer
    ) throws(Problem) {
        let document = try InputMemory.parse(body, into: &tape, limits: limits)
        try InputMemory.check(document, schema, .body, &validator, &violations)
    }

    /// The request as its handler sees it. `input` holds its document, where its route takes one.
    @_lifetime(borrow self, copy headBytes, copy body, borrow input)
    func request(
        _ application: Application, _ admission: Admission, _ headBytes: RawSpan, _ body: RawSpan,
        _ input: borrowing InputMemory, peer: PeerAddress
    ) -> Request {
        var json: JSONValue?
        if application.rules[admission.route].bodyBytes != nil {
            json = input.document(of: body, isForm: application.rules[admission.route].takesForm)
        }
        return Request(
            head: heads.span, headBytes: headBytes,
            path: canonicalPath(headBytes, isDecoded: admission.pathIsDecoded), body: body, json: json,
            principal: principal, parameterTable: admission.parameters, route: admission.route,
            application: application, peer: peer, correlationID: admission.correlationID)
    }

    /// Holds the parameters of the path and of the query to the route's schemas.
    private func checkTarget(
        _ application: Application, _ admission: Admission, _ headBytes: RawSpan, _ input: inout InputMemory
    ) throws(Problem) {
        let schemas = application.schemas[admission.route]
        if let schema = schemas.parameters {
            input.text.removeAll()
            application.routes.writeParameters(
                admission.parameters, route: admission.route,
                path: canonicalPath(headBytes, isDecoded: admission.pathIsDecoded), into: &input.text)
            try input.checkText(schema, .path)
        }
        if let schema = schemas.query {
            input.text.removeAll()
            var query = RawSpan()
            if let range = heads[0].queryRange { query = headBytes.extracting(range) }
            query.writeQueryObject(into: &input.text, scratch: &input.scratch)
            try input.checkText(schema, .query)
        }
    }

    /// A copy of the admitted request that lies here now.
    func waitingRequest(
        _ admission: Admission, _ headBytes: RawSpan, peer: PeerAddress, crossOriginEntry: Int
    ) -> WaitingRequest {
        WaitingRequest(
            admission: admission, peer: peer, isHead: head.method == .head, crossOriginEntry: crossOriginEntry,
            limitState: limitState, head: ByteBuffer(copying: headBytes),
            path: ByteBuffer(copying: admission.pathIsDecoded ? path.bytes : RawSpan()),
            claims: isAuthenticated ? ClaimsCopy(claims.view) : nil)
    }

    /// Puts a waiting request back: its head is parsed again, from the bytes that were parsed before.
    mutating func restore(_ waiting: borrowing WaitingRequest, _ limits: HTTPLimits) throws(WireError) {
        _ = try parse(waiting.head.bytes, limits)
        path.removeAll()
        path.append(waiting.path.bytes)
        limitState = waiting.limitState
        switch waiting.claims {
        case .some(let copy):
            claims.replace(with: copy.view)
            isAuthenticated = true
        case .none: break
        }
    }
}
