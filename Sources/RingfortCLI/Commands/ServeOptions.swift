import Reactor
import Ringfort

/// What `ringfort serve` was asked to do.
struct ServeOptions: Sendable {
    /// Where everything is kept that the server makes.
    var dataDirectory = "./data"
    /// Where the keys are, when not in the data directory.
    var keyDirectory: String?
    var listen = ServeOptions.defaultListen
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
    /// Tokens that live longer are refused.
    var maximumTokenLifetimeSeconds: Int64 = 86_400
    var logPolicy = LogPolicy.all
    /// How long open connections may take to end once the server shall stop.
    var drainTimeoutMilliseconds: UInt32 = 10_000

    private static let defaultListen: ListenAddress = {
        guard let address = ListenAddress("127.0.0.1:8080") else { preconditionFailure("the default is no address") }
        return address
    }()

    /// Where the keys are.
    var keyPath: String { keyDirectory ?? "\(dataDirectory)/keys" }

    /// Where the posts are.
    var databasePath: String { "\(dataDirectory)/ringfort.db" }
}
