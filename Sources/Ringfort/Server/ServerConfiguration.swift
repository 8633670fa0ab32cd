public import HTTPWire
public import JSONSchema
public import RateLimiting
public import Reactor
public import TLSEngine
import TokenCache
public import Tokens

/// How a server listens, whom it believes and what it bounds. The defaults are those of the security model.
public struct ServerConfiguration: Sendable {
    /// Where it listens. Loopback, unless told otherwise.
    public var address: ListenAddress
    /// The certificates of HTTPS, which is spoken at `address` then; nil to serve HTTP.
    public var tls: TLSConfiguration?
    /// Where it listens besides. The same is served there; nobody is sent from one to the other.
    public var listeners: [Listener] = []
    /// How long a client may take from connecting to the end of the TLS handshake, in milliseconds.
    public var handshakeTimeoutMilliseconds: UInt64 = 5_000
    /// How many event loops it runs, each on a core of its own.
    public var shards = 1
    /// Connections open at the same time, over all shards.
    public var connections = 8192
    /// What a client may send.
    public var limits = HTTPLimits.standard
    /// How many containers a JSON body may have inside each other; at most 512.
    public var jsonDepth = 32
    /// How many members an object in a JSON body may have.
    public var jsonMembers = 1_000
    /// Whose tokens are taken.
    public var keyring: Keyring
    /// The only issuer whose tokens are taken (`iss`); nil to take any that a key of ours has signed.
    public var issuer: String?
    /// The audience that a token must name (`aud`); nil to take any.
    public var audience: String?
    /// The type that a JWT must say it is (`typ`), such as `at+jwt`; nil for none, `JWT` or `at+jwt`.
    public var tokenType: String?
    /// The claim that names roles; nil where none does.
    public var rolesClaim: String?
    /// What each role grants, whoever's token names it.
    public var roles: [String: ScopeSet] = [:]
    /// Several issuers, each with keys and requirements of its own, in place of `keyring` and of what is asked of the tokens of
    /// one. None of their keys checks another's tokens.
    public var issuers: [TrustedIssuer] = []
    /// How the keys of issuers are fetched that have them elsewhere.
    public var remoteKeyLimits = RemoteKeyLimits()
    /// How tokens are held to the certificates that clients show (RFC 8705).
    public var certificateBinding = CertificateBinding.optional
    /// How far clocks may differ, in seconds; at most 120.
    public var clockSkewSeconds: Int64 = 30
    /// How far ahead a token may expire, in seconds.
    public var longestTokenLifetimeSeconds: Int64 = 86_400
    /// How long a token may be, in bytes; at most `TokenVerifier.mostBytes`.
    public var longestTokenBytes = TokenVerifier.mostBytes
    /// How long the header of a JWT may be, in bytes, decoded.
    public var longestTokenHeaderBytes = ClaimsPolicy.standardHeaderBytes
    /// How long the footer of a PASETO may be, in bytes, decoded.
    public var longestTokenFooterBytes = ClaimsPolicy.standardFooterBytes
    /// How long the name of a key may be that a token asks for, in bytes; at most `KeyID.mostBytes`.
    public var longestKeyIDBytes = KeyID.mostBytes
    /// How many verified tokens are remembered, over all shards, in a kibibyte each; 0 to verify every token every time.
    /// Rounded down to a power of two.
    public var tokenCacheCapacity = 65_536
    /// How long a verified token is remembered, in seconds, however often it comes.
    public var tokenCacheSeconds = TokenCache.standardLifeSeconds
    /// Where the server learns which tokens are revoked; nil when none ever is. It is read at the start and at every reload.
    public var revocations: RevocationJournal?
    /// The documents that routes' schemas may refer to. Nothing is fetched.
    public var schemas = SchemaResolver.none
    /// What is said of routes in place of what the program says.
    public var routes: [RouteSetting] = []
    /// Whether everybody may read what the API is, at `/openapi.json`; see `Router.openAPI`.
    public var publishesOpenAPI = true
    /// What the API calls itself in `WWW-Authenticate`: printable ASCII.
    public var realm = "ringfort"
    /// Requests of one address (IPv4 /32, IPv6 /64); nil for no limit.
    public var addressRate: CellRate?
    /// Which answers say how their client stands with his limit.
    public var limitDisclosure = LimitDisclosure.refusals
    /// Requests of one principal; nil for no limit.
    public var principalRate: CellRate?
    /// Failed authentications of one address; nil for no limit.
    public var failedAuthenticationRate: CellRate?
    /// What may be spent on checking the tokens that one address brings: a token of the bucket is a microsecond. It is
    /// charged before it is spent. Nil for no limit.
    public var verificationTime: CellRate?
    /// What a check costs, in microseconds, by the key's algorithm; each key's price is measured at the start where its
    /// algorithm has none here.
    public var verificationPrices: [Algorithm: UInt32] = [:]
    /// How many connections of a shard may wait for the verification of a token that is expensive; those beyond are
    /// answered 503.
    public var waitingVerifications = 256
    /// What such verifications may cost in one pass of a shard's loop, in microseconds. In a pass that has others to answer
    /// they wait so long: there it is a tenth of their time, and one verification at least.
    public var verificationMicrosecondsOfPass: UInt32 = 250
    /// The proxies that say whose requests they hand on; nobody is believed without them.
    public var trustedProxies = TrustedProxies()
    /// How many clients the limiter can tell apart.
    public var limiterCapacity = TokenBucketTable.defaultCapacity
    /// Requests on one connection.
    public var requestsPerConnection: UInt32 = 10_000
    /// How long a connection may live, in seconds.
    public var connectionAgeSeconds: UInt64 = 3600
    /// How long a head may take, in milliseconds.
    public var headTimeoutMilliseconds: UInt64 = 5_000
    /// How long a body may take, in milliseconds, before it must have come at `bodyBytesPerSecond`.
    public var bodyTimeoutMilliseconds: UInt64 = 30_000
    /// The floor under a body's rate, in bytes a second: so many that have come buy another second.
    public var bodyBytesPerSecond: UInt64 = 1_024
    /// How long a connection may be idle, in milliseconds.
    public var idleTimeoutMilliseconds: UInt64 = 60_000
    /// How long a handler on a worker or in a task may take, in milliseconds, before its client is told to come back later.
    public var workTimeoutMilliseconds: UInt64 = 30_000
    /// How many threads run the handlers that may wait. Most of them wait for a disk, and changes of a database can share one
    /// wait.
    public var workers = 32
    /// How many requests may wait for such a thread; those beyond are answered 503.
    public var waitingWork = 1024
    /// How many tasks of `async` handlers there may be at a time, over all shards; further requests are answered 503.
    public var tasks = 4096
    /// How long a drain may take, in milliseconds.
    public var drainTimeoutMilliseconds: UInt64 = 10_000
    /// The server's own users and what they get; nil where it has none.
    public var identity: IdentityConfiguration?
    /// How the running server is asked about itself, and told to change.
    public var admin = AdminConfiguration()
    /// Which requests are logged.
    public var log = LogPolicy.all
    /// Where the log is written to; standard output.
    public var logDescriptor: Int32 = 1
    /// The file that the log is written to, instead of `logDescriptor`; opened anew at a reload, so that it can be rotated.
    public var logPath: String?
    /// The file that decisions are written to: who was let in or kept out. None, unless set. Opened anew at a reload, too.
    public var auditPath: String?
    /// Which decisions are written there.
    public var audit = AuditPolicy.all

    /// The defaults, for one address and the keys whose tokens are taken.
    ///
    /// - Throws: `RateError`, which the default rates don't cause.
    public init(address: ListenAddress, keyring: Keyring) throws(RateError) {
        self.address = address
        self.keyring = keyring
        addressRate = try CellRate(tokensPerSecond: 20, burst: 40)
        principalRate = try CellRate(tokensPerSecond: 100, burst: 200)
        failedAuthenticationRate = try CellRate(tokens: 10, everySeconds: 60, burst: 10)
        verificationTime = try CellRate(tokensPerSecond: 50_000, burst: 100_000)
    }

    /// The defaults, for an address in text (`127.0.0.1:8080`, `[::1]:8080`) and the keys whose tokens are taken.
    ///
    /// - Throws: `ServerError.setting` when the text is no such address.
    public init(listen text: String, keyring: Keyring) throws(ServerError) {
        guard let address = ListenAddress(text) else {
            throw .setting(
                name: "listen", reason: "'\(text)' is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080")
        }
        do throws(RateError) {
            try self.init(address: address, keyring: keyring)
        } catch {
            throw .setting(name: "limits", reason: "\(error)")
        }
    }

    /// `https` where there is a certificate, else `http`.
    public var scheme: String { tls == nil ? "http" : "https" }

    /// Refuses what no server could honour.
    func validate() throws(ServerError) {
        try checkAdmin()
        if tls == nil, let secure = listeners.first(where: { $0.scheme == .https }) {
            throw .setting(name: "listeners", reason: "\(secure) needs a certificate")
        }
        if certificateBinding == .required, tls?.clientAuthority == nil {
            throw .setting(
                name: "certificate binding", reason: "it needs clients' certificates, and an authority of theirs")
        }
        try check("listeners", listeners.count, within: 0...32)
        try check("issuers", issuers.count, within: 0...Keyring.mostIssuers)
        try checkRemoteKeys()
        if shards > 1, let socket = allListeners.first(where: { $0.address.socketPath != nil }) {
            throw .setting(name: "listeners", reason: "\(socket) can't be shared: set shards to 1, or listen at a port")
        }
        try check("shards", shards, within: 1...1024)
        try check("connections", connections, within: shards...1 << 24 - 1)
        try check("workers", workers, within: 1...1024)
        try check("waiting work", waitingWork, within: 1...1 << 20)
        try check("waiting verifications", waitingVerifications, within: 1...1 << 20)
        try check("tasks", tasks, within: shards...1 << 20)
        try check("requests per connection", Int(requestsPerConnection), within: 1...Int(UInt32.max))
        try check("connection age (s)", Int(clamping: connectionAgeSeconds), within: 1...86_400)
        try check("body rate (bytes/s)", Int(clamping: bodyBytesPerSecond), within: 1...1 << 30)
        try check("token cache's life (s)", Int(tokenCacheSeconds), within: 1...86_400)
        try check("JSON depth", jsonDepth, within: 1...512)
        try check("JSON members", jsonMembers, within: 1...1 << 20)
        for route in routes {
            let milliseconds = Int(clamping: route.deadlineMilliseconds ?? 1)
            try check("deadline of \(route.name) (ms)", milliseconds, within: 1...86_400_000)
        }
        if let identity {
            try check("access token's life (s)", Int(identity.accessTokenSeconds), within: 1...86_400)
            try check("refresh token's life (s)", Int(identity.refreshTokenSeconds), within: 1...31_536_000)
            guard identity.origin.map(IdentityConfiguration.isOrigin) ?? true else {
                throw .setting(name: "identity.origin", reason: "it is not https://HOST or https://HOST:PORT")
            }
        }
        try check("drain timeout (ms)", Int(clamping: drainTimeoutMilliseconds), within: 0...3_600_000)
        for (name, milliseconds) in [
            ("handshake timeout (ms)", handshakeTimeoutMilliseconds),
            ("head timeout (ms)", headTimeoutMilliseconds), ("body timeout (ms)", bodyTimeoutMilliseconds),
            ("idle timeout (ms)", idleTimeoutMilliseconds), ("work timeout (ms)", workTimeoutMilliseconds),
        ] {
            try check(name, Int(clamping: milliseconds), within: 1...86_400_000)
        }
    }

    func check(_ name: String, _ value: Int, within range: ClosedRange<Int>) throws(ServerError) {
        guard range.contains(value) else {
            throw .setting(name: name, reason: "\(value) is not between \(range.lowerBound) and \(range.upperBound)")
        }
    }
}
