import Identity
import Reactor
import Ringfort

/// Whether clients must show certificates.
enum ClientCertificates: String, CaseIterable, Sendable {
    case required
    case optional
}

/// How `ringfort serve` is set up. The defaults are those of the security model.
struct Settings: Sendable {
    /// Where everything is kept that the server makes.
    var dataDirectory = "./data"
    var listen = Settings.defaultListen
    /// Where to listen besides.
    var listeners: [Listener] = []
    /// How many shards; nil for one a core.
    var shards: Int?

    /// The certificate and what leads to its root; nil to serve plain HTTP.
    var tlsCertificate: String?
    var tlsKey: String?
    var tlsOldestVersion = TLSConfiguration.OldestVersion.tls13
    /// Whose certificates clients must show; nil when they need none.
    var tlsClientAuthority: String?
    /// Whether a client that shows none is refused.
    var tlsClientCertificates = ClientCertificates.required
    /// What an authority says of the certificate.
    var tlsOCSP: String?
    /// Further certificates, for other names.
    var tlsCertificates: [TLSConfiguration.Identity] = []

    var connections = 10_000
    var requestsPerConnection: UInt32 = 10_000
    var connectionAgeSeconds: UInt64 = 3_600

    var headBytes = 16_384
    var headerBytes = 8_192
    var targetBytes = 8_192
    var headers = 100
    var bodyBytes: UInt64 = 1_048_576
    var chunkMetadataBytes = 4_096
    var jsonDepth = 32
    var jsonMembers = 1_000
    var realm = "ringfort"
    var openAPI = Publication.on

    var handshakeTimeoutMilliseconds: UInt64 = 5_000
    var headTimeoutMilliseconds: UInt64 = 5_000
    var bodyTimeoutMilliseconds: UInt64 = 30_000
    var bodyBytesPerSecond: UInt64 = 1_024
    var idleTimeoutMilliseconds: UInt64 = 60_000
    var workTimeoutMilliseconds: UInt64 = 30_000
    var drainTimeoutMilliseconds: UInt64 = 10_000

    /// Where the keys are, when not in the data directory.
    var keyDirectory: String?
    var issuer: String?
    var audience: String?
    var tokenType: String?
    /// The algorithms whose tokens are taken; nil for those of all keys.
    var algorithms: [Algorithm]?
    var rolesClaim: String?
    /// Several issuers, in place of the one that the settings before these are about.
    var issuers: [IssuerEntry] = []
    /// What each role grants.
    var roles: [Named<ScopeSet>] = []
    var clockSkewSeconds: Int64 = 30
    var longestTokenLifetimeSeconds: Int64 = 86_400
    var longestTokenBytes = 4_096
    var longestTokenHeaderBytes = 1_024
    var longestTokenFooterBytes = 512
    var longestKeyIDBytes = 128
    var remoteKeyLimits = RemoteKeyLimits()
    /// How tokens are held to the certificates of clients.
    var certificateBinding = CertificateBinding.optional
    /// How many verified tokens are remembered; 0 for none.
    var tokenCacheEntries = 65_536
    var tokenCacheSeconds: UInt32 = 300

    /// The limit of each client address; nil for none.
    var limitPerAddress = RequestLimit(requests: 20, burst: 40)
    /// The limit of each principal; nil for none.
    var limitPerPrincipal = RequestLimit(requests: 100, burst: 200)
    /// The limit of each address' failed authentications; nil for none.
    var limitDisclosure = LimitDisclosure.refusals
    var limitOfFailures = RequestLimit(requests: 10, everySeconds: 60, burst: 10)
    var limitedClients = 1 << 20
    /// How many milliseconds a second, and at once, may go into checking one address' tokens; nil for no limit.
    var limitOfVerification = RequestLimit(requests: 50, burst: 100)
    var waitingVerifications = 256
    var verificationMicrosecondsOfPass: UInt32 = 250

    /// Whether users can log in; nil where that depends on whose keys there are.
    var login: Publication?
    /// Whether services can get tokens; nil where that depends on whose keys there are.
    var oauth: Publication?
    /// Where clients reach the server, if it is to say so.
    var origin: String?
    var loginTokenFormat = Algorithm.v4Public
    var accessTokenSeconds: Int64 = 900
    var refreshTokenSeconds: Int64 = 2_592_000
    /// The limit of each address' attempts to log in; nil for none.
    var limitOfLogins = RequestLimit(requests: 5, everySeconds: 60, burst: 5)
    /// The limit of attempts to log in as one user; nil for none.
    var limitOfAccounts = RequestLimit(requests: 5, everySeconds: 60, burst: 5)
    /// How many passwords are hashed at a time; nil for half the cores.
    var passwordHashes: Int?
    var waitingHashes = 64
    /// What a password's hash costs; nil to choose it at the start.
    var passwordCost: PasswordHashCost?

    /// Where the proxies are whose word about their clients is taken.
    var trustedProxies: [AddressRange] = []
    /// The header in which they give it.
    var proxyHeader = TrustedProxies.Header.xForwardedFor

    /// Where the server's own API is; nil for a socket in the data directory.
    var adminPlace: AdminPlace?
    var adminAccess = AdminConfiguration.Access.local

    var workers = 32
    var waitingWork = 1_024
    var tasks = 4_096

    var log = LogPolicy.all
    /// Where the log goes; nil for standard output.
    var logFile: String?
    /// Where decisions go; nil for nowhere.
    var auditFile: String?
    var audit = AuditPolicy.all

    /// The limits that routes can name.
    var policies: [Named<LimitPolicy>] = []
    /// What is said of routes in place of what the program says.
    var routes: [Named<RouteEntry>] = []

    private static let defaultListen: ListenAddress = {
        guard let address = ListenAddress("127.0.0.1:8080") else { preconditionFailure("the default is no address") }
        return address
    }()

    /// Where the posts are.
    var databasePath: String { "\(dataDirectory)/ringfort.db" }

    /// Where the users are.
    var identityPath: String { "\(dataDirectory)/\(Self.identityFile)" }
    static let identityFile = "identity.db"

    /// Whether users can log in. Where the keys are the operator's or several issuers', he says so.
    var offersLogin: Bool { login.map { $0 == .on } ?? hasOwnKeys }

    /// Whether services can get tokens. As for users.
    var offersOAuth: Bool { oauth.map { $0 == .on } ?? hasOwnKeys }

    /// Whether anybody gets tokens here.
    var makesTokens: Bool { offersLogin || offersOAuth }

    /// Whether the keys are those that the server has made.
    private var hasOwnKeys: Bool { keyDirectory == nil && issuers.isEmpty }

    /// Where the keys are.
    var keyPath: String { keyDirectory ?? "\(dataDirectory)/keys" }
}

extension Settings {
    /// The server's configuration.
    ///
    /// - Throws: `ServerError.setting` for a value that no server could honour; the table's parsers take none.
    func configuration(_ keyring: Keyring, cores: Int) throws(ServerError) -> ServerConfiguration {
        if let fault = issuerFaults.first { throw .setting(name: "tokens.issuers", reason: fault.message) }
        var configuration = try ServerConfiguration(listen: listen.description, keyring: keyring)
        configuration.tls = try tls()
        configuration.listeners = listeners
        if case .at(let address) = adminPlace { configuration.admin.address = address }
        configuration.admin.access = adminAccess
        configuration.shards = shards ?? max(1, cores)
        configuration.connections = max(connections, configuration.shards)
        configuration.requestsPerConnection = requestsPerConnection
        configuration.connectionAgeSeconds = connectionAgeSeconds
        do throws(HTTPLimitsError) {
            configuration.limits = try HTTPLimits(
                headBytes: headBytes, headerBytes: headerBytes, targetBytes: targetBytes, headers: headers,
                bodyBytes: bodyBytes, chunkMetadataBytes: chunkMetadataBytes)
        } catch {
            throw .setting(name: "http", reason: "\(error)")
        }
        setTimes(&configuration)
        configuration.jsonDepth = jsonDepth
        configuration.jsonMembers = jsonMembers
        configuration.realm = realm
        configuration.publishesOpenAPI = openAPI == .on
        configuration.issuer = issuer
        configuration.audience = audience
        configuration.tokenType = tokenType
        configuration.rolesClaim = rolesClaim
        configuration.roles = Dictionary(roles.map { ($0.name, $0.value) }) { $0.union($1) }
        configuration.certificateBinding = certificateBinding
        configuration.clockSkewSeconds = clockSkewSeconds
        configuration.longestTokenLifetimeSeconds = longestTokenLifetimeSeconds
        configuration.longestTokenBytes = longestTokenBytes
        configuration.tokenCacheCapacity = tokenCacheEntries
        configuration.tokenCacheSeconds = tokenCacheSeconds
        configuration.longestTokenHeaderBytes = longestTokenHeaderBytes
        configuration.longestTokenFooterBytes = longestTokenFooterBytes
        configuration.longestKeyIDBytes = longestKeyIDBytes
        configuration.remoteKeyLimits = remoteKeyLimits
        configuration.addressRate = limitPerAddress?.rate
        configuration.principalRate = limitPerPrincipal?.rate
        configuration.limitDisclosure = limitDisclosure
        configuration.failedAuthenticationRate = limitOfFailures?.rate
        configuration.limiterCapacity = limitedClients
        configuration.verificationTime = try verificationTime()
        configuration.waitingVerifications = waitingVerifications
        configuration.verificationMicrosecondsOfPass = verificationMicrosecondsOfPass
        configuration.trustedProxies = TrustedProxies(trustedProxies, header: proxyHeader)
        configuration.workers = workers
        configuration.waitingWork = waitingWork
        configuration.tasks = max(tasks, configuration.shards)
        configuration.log = log
        configuration.logPath = logFile
        configuration.auditPath = auditFile
        configuration.audit = audit
        configuration.routes = routeSettings
        configuration.identity = identity
        return configuration
    }

    /// The certificate, its key and what belongs to them, which go together.
    private func tls() throws(ServerError) -> TLSConfiguration? {
        guard let tlsCertificate, let tlsKey else {
            let others = [tlsCertificate, tlsKey, tlsClientAuthority, tlsOCSP]
            guard others.allSatisfy({ $0 == nil }) && tlsCertificates.isEmpty else {
                throw .setting(name: "tls", reason: "it needs both a certificate and its key")
            }
            return nil
        }
        return TLSConfiguration(
            identities: [.init(certificatePath: tlsCertificate, keyPath: tlsKey, ocspResponsePath: tlsOCSP)]
                + tlsCertificates,
            oldestVersion: tlsOldestVersion,
            clientAuthority: tlsClientAuthority.map {
                .init(path: $0, isRequired: tlsClientCertificates == .required)
            })
    }

    /// The limit of verification in microseconds, which the server counts in.
    private func verificationTime() throws(ServerError) -> CellRate? {
        guard let limit = limitOfVerification else { return nil }
        do throws(RateError) {
            return try CellRate(
                tokens: limit.requests * 1_000, everySeconds: limit.everySeconds, burst: limit.burst * 1_000)
        } catch {
            throw .setting(name: "rate_limits.verification_ms", reason: "\(error)")
        }
    }

    private var identity: IdentityConfiguration {
        var identity = IdentityConfiguration()
        identity.offersLogin = offersLogin
        identity.offersOAuth = offersOAuth
        identity.origin = origin
        identity.tokenFormat = loginTokenFormat
        identity.accessTokenSeconds = accessTokenSeconds
        identity.refreshTokenSeconds = refreshTokenSeconds
        identity.addressLimit = limitOfLogins.map {
            .perAddress(rate: $0.requests, burst: $0.burst, everySeconds: $0.everySeconds)
        }
        identity.accountRate = limitOfAccounts?.rate
        return identity
    }

    private func setTimes(_ configuration: inout ServerConfiguration) {
        configuration.handshakeTimeoutMilliseconds = handshakeTimeoutMilliseconds
        configuration.headTimeoutMilliseconds = headTimeoutMilliseconds
        configuration.bodyTimeoutMilliseconds = bodyTimeoutMilliseconds
        configuration.bodyBytesPerSecond = bodyBytesPerSecond
        configuration.idleTimeoutMilliseconds = idleTimeoutMilliseconds
        configuration.workTimeoutMilliseconds = workTimeoutMilliseconds
        configuration.drainTimeoutMilliseconds = drainTimeoutMilliseconds
    }
}

/// Whether something is for everybody to read.
enum Publication: String, CaseIterable, Sendable {
    case on, off
}
