public import Reactor

/// How a running server is asked for its state, and told to change it.
public struct AdminConfiguration: Sendable, Equatable {
    /// Who may ask.
    public enum Access: String, CaseIterable, Sendable {
        /// Whoever can reach it: it must be on this machine then, on loopback or at a socket in the file system, which only its
        /// owner can open.
        case local
        /// Who brings a token that grants `ringfort:admin`. `/livez` and `/readyz` are open to all.
        case token
    }

    /// Where it listens; nil for nowhere.
    public var address: ListenAddress?
    /// Who may ask.
    public var access = Access.local

    /// Nowhere.
    public init() {}

    /// The scope that a token must grant.
    public static let scope = "ringfort:admin"
}

extension ServerConfiguration {
    /// The configuration of the server's own API, of what is its own: its tokens are judged as those of the other.
    func ofAdmin(at address: ListenAddress) -> ServerConfiguration {
        var own = self
        own.address = address
        own.listeners = []
        own.routes = []
        own.publishesOpenAPI = false
        own.identity = nil
        // What doesn't leave the machine needs no encryption, and its clients no certificates.
        if address.isLoopback {
            own.tls = nil
            own.certificateBinding = .optional
        }
        if admin.access == .local { own.addressRate = nil }
        own.shards = 1
        own.connections = Self.adminConnections
        own.workers = Self.adminWorkers
        own.waitingWork = Self.adminConnections
        own.tokenCacheCapacity = 0
        own.limiterCapacity = 1_024
        own.trustedProxies = TrustedProxies()
        own.revocations = nil
        // Who fetches metrics every few seconds would fill the log; what changes something is an event of its own.
        own.log = .problems
        return own
    }

    /// Refuses an address that anybody could reach without showing who he is.
    func checkAdmin() throws(ServerError) {
        guard let address = admin.address, admin.access == .local, !address.isLoopback else { return }
        throw .setting(
            name: "admin.listen",
            reason: "others than this machine reach \(address): choose a loopback address or a socket (unix:PATH), or "
                + "ask for tokens (admin.access: token)")
    }

    static let adminConnections = 64
    static let adminWorkers = 2
}
