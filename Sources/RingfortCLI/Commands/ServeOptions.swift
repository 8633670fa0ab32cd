import Reactor
import Ringfort

/// What `ringfort serve` was asked to do.
struct ServeOptions: Sendable {
    /// Where everything is kept that the server makes.
    var dataDirectory = "./data"
    /// Where the keys are, when not in the data directory.
    var keyDirectory: String?
    var listen = ServeOptions.defaultListen
    /// The certificate and what leads to its root; nil to serve plain HTTP.
    var tlsCertificate: String?
    /// The certificate's key.
    var tlsKey: String?
    /// What an authority says of the certificate.
    var tlsOCSP: String?
    /// Whose certificates clients must show; nil when they need none.
    var tlsClientAuthority: String?
    var tlsOldestVersion = TLSVersionName.tls13
    /// How many shards; nil for one a core.
    var shards: Int?
    /// How many connections all shards together may have open.
    var maximumConnections = 10_000
    var maximumRequestsPerConnection: UInt32 = 10_000
    /// The issuer that every token must name, if any.
    var issuer: String?
    /// The audience that every token must name, if any.
    var audience: String?
    /// The limit of each client address; nil for none.
    var limitPerAddress: RequestLimit? = RequestLimit(tokensPerSecond: 20, burst: 40)
    /// The limit of each principal; nil for none.
    var limitPerPrincipal: RequestLimit? = RequestLimit(tokensPerSecond: 100, burst: 200)
    /// How many milliseconds a second, and at once, may go into checking one address's tokens; nil for no limit.
    var limitOfVerification: RequestLimit? = RequestLimit(tokensPerSecond: 50, burst: 100)
    /// Where the proxies are whose word about their clients is taken.
    var trustedProxies: [AddressRange] = []
    /// The header in which they give it.
    var proxyHeader = TrustedProxies.Header.xForwardedFor
    /// Tokens that live longer are refused.
    var maximumTokenLifetimeSeconds: Int64 = 86_400
    /// How many verified tokens are remembered; 0 for none.
    var tokenCacheEntries = 65_536
    var logPolicy = LogPolicy.all
    /// How long open connections may take to end once the server shall stop.
    var drainTimeoutMilliseconds: UInt32 = 10_000

    private static let defaultListen: ListenAddress = {
        guard let address = ListenAddress("127.0.0.1:8080") else { preconditionFailure("the default is no address") }
        return address
    }()

    /// What the certificates are; nil to serve plain HTTP.
    func tls() throws(ServeFailure) -> TLSConfiguration? {
        guard let tlsCertificate, let tlsKey else {
            guard [tlsCertificate, tlsKey, tlsOCSP, tlsClientAuthority].allSatisfy({ $0 == nil }) else {
                throw .incompleteTLS
            }
            return nil
        }
        return TLSConfiguration(
            identities: [
                .init(certificatePath: tlsCertificate, keyPath: tlsKey, ocspResponsePath: tlsOCSP)
            ],
            oldestVersion: tlsOldestVersion == .tls12 ? .tls12 : .tls13,
            clientAuthority: tlsClientAuthority.map { .init(path: $0) })
    }

    /// Where the keys are.
    var keyPath: String { keyDirectory ?? "\(dataDirectory)/keys" }
}

/// A version of TLS, as the command line names it.
enum TLSVersionName: String, CaseIterable, Sendable {
    case tls12 = "1.2"
    case tls13 = "1.3"
}
