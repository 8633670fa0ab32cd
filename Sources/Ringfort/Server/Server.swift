import RateLimiting
public import Reactor
import Tokens

/// A server of one API: it checks everything when it is made, listens when it is started, and ends when it has drained.
///
/// ```swift
/// try Server(api, configuration).run()
/// ```
public final class Server: Sendable {
    /// What a reload asks for the API and its configuration: that which it has to be from now on.
    ///
    /// Throws when there is none, for instance because a file has a fault; the server goes on as it was then.
    public typealias ConfigurationSource =
        @Sendable () throws(ReloadError) -> (api: Router, configuration: ServerConfiguration)

    private let api: Router
    private let snapshot: Snapshot
    /// Of each shard, in the order of `ServerConfiguration.allListeners`.
    private let sockets: [[ListeningSocket]]
    private let adminSocket: ListeningSocket?
    private let log: LogWriter
    private let logFiles: LogFiles

    /// The version of Ringfort.
    public static let version: StaticString = "0.1.0"

    /// Compiles the API and takes the address. Nothing is served yet, and nothing is half done when this throws.
    ///
    /// - Throws: `ServerError`, which names what is at fault.
    public init(_ api: Router, _ configuration: ServerConfiguration) throws(ServerError) {
        try configuration.validate()
        self.api = api
        let application = try Application(api, configuration)
        snapshot = Snapshot(
            application: application, revocations: application.revocations, apiKeys: application.apiKeys,
            certificates: try configuration.certificates())
        do throws(LogError) {
            logFiles = try LogFiles(configuration)
            log = try LogWriter(
                shards: configuration.shards + (configuration.admin.address == nil ? 0 : 1),
                routes: application.patterns, descriptor: logFiles.log?.descriptor ?? configuration.logDescriptor,
                auditDescriptor: logFiles.audit?.descriptor)
        } catch {
            throw .log(reason: "\(error)")
        }
        do throws(ReactorError) {
            try Reactor.check()
            let opened = try configuration.allListeners.map { listener throws(ReactorError) in
                try ListeningSocket.open(listener.address, count: configuration.shards)
            }
            sockets = (0..<configuration.shards).map { shard in opened.map { $0[shard] } }
            if let address = configuration.admin.address {
                adminSocket = try ListeningSocket.open(address, count: 1).first
            } else {
                adminSocket = nil
            }
        } catch {
            throw .reactor(error)
        }
    }

    /// The address that it listens on; the port is the real one where 0 was asked for.
    public var address: ListenAddress { listeners[0].address }

    /// Where the server's own API is; nil where it has none.
    public var adminAddress: ListenAddress? { adminSocket?.address }

    /// All that it listens on, the one of `address` first, with real ports.
    public var listeners: [Listener] {
        zip(configuration.allListeners, sockets[0]).map { Listener($0.scheme, $1.address) }
    }

    /// How clients reach it: `https` where it has a certificate, else `http`.
    public var scheme: String { configuration.scheme }

    private var configuration: ServerConfiguration { snapshot.application.configuration }

    /// Serves until the process is told to stop: SIGTERM or SIGINT drains, a second one cuts what is left. SIGHUP has it
    /// reload.
    ///
    /// Blocks the calling thread, and those signals in the whole process: call it from the main thread, before any
    /// other is started.
    ///
    /// - Parameter source: what a reload asks for the configuration. Without it the configuration stays, and its files are
    ///   read again: certificates and revocations.
    public func run(reloading source: ConfigurationSource? = nil) throws(ServerError) {
        let signals = StopSignals()
        let running = try start(reloading: source, reader: try revocationReader()) { $0 }
        running.announceRevocations()
        do throws(ReactorError) {
            try signals.forward(to: running)
        } catch {
            running.stop()
            try running.join()
            throw .reactor(error)
        }
        try running.join()
    }

    /// Starts the shards and returns: for programs that stop the server themselves.
    ///
    /// - Parameter source: as for `run`.
    public func start(reloading source: ConfigurationSource? = nil) throws(ServerError) -> RunningServer {
        try start(reloading: source) { $0 }
    }

    /// The one that reads this server's journal, which other servers leave alone.
    private func revocationReader() throws(ServerError) -> RevocationReader? {
        guard let journal = configuration.revocations else { return nil }
        do throws(RevocationError) { return try RevocationReader(journal) } catch { throw .revocations(error) }
    }

    /// Starts the shards, each with its service as `wrap` returns it.
    func start(
        reloading source: ConfigurationSource? = nil, reader: RevocationReader? = nil,
        wrap: @escaping @Sendable (HTTPService) -> any ConnectionService
    ) throws(ServerError) -> RunningServer {
        log.record(
            .info, "start",
            [
                "address": .text("\(address)"), "shards": .integer(Int64(configuration.shards)),
                "scheme": .text(scheme),
                "listeners": .text(listeners.map(\.description).joined(separator: " ")),
            ])
        snapshot.certificates?.warnDaily(log, unixSeconds: LogClock.unixSeconds)
        do throws(LogError) {
            try log.start()
        } catch {
            throw .log(reason: "\(error)")
        }
        var limits = ShardLimits()
        limits.connections = max(1, configuration.connections / configuration.shards)
        limits.drainNanoseconds = configuration.drainTimeoutMilliseconds * 1_000_000
        do throws(ServerError) {
            return try startShards(limits, source, reader, wrap)
        } catch {
            log.stop()
            throw error
        }
    }

    /// Starts the workers, where a route needs them, and the shards; on failure those that run are stopped again.
    private func startShards(
        _ limits: ShardLimits, _ source: ConfigurationSource?, _ reader: RevocationReader?,
        _ wrap: @escaping @Sendable (HTTPService) -> any ConnectionService
    ) throws(ServerError) -> RunningServer {
        let mailboxes = try Self.mailboxes(sockets.count)
        let adminMailboxes = try Self.mailboxes(adminSocket == nil ? 0 : 1)
        let board = ShardBoard(snapshot, mailboxes + adminMailboxes)
        let (api, configuration) = (api, configuration)
        let control = ServerControl(
            board, api: api, source: source ?? { (api, configuration) }, reader: reader, log: log, logFiles: logFiles)
        snapshot.application.revoker.control = control
        let pool = try makePool()
        var threads: [ShardThread] = []
        do throws(ServerError) {
            try control.fetchFirstKeys()
            let admin = try control.makeAdmin()
            for shard in sockets.indices {
                let workers =
                    snapshot.application.rules.allSatisfy(\.runsOnShard) ? nil : Workers(pool, mailboxes[shard])
                threads.append(
                    try Self.startShard(
                        snapshot.application, sockets[shard], mailboxes[shard],
                        siblings: mailboxes.indices.filter { $0 != shard }.map { mailboxes[$0] }, workers, limits,
                        ShardSeat(board: board, shard: shard), log, core: shard, wrap: wrap,
                        // A server that has lost a core serves badly, and nobody would know: it ends, and is started anew.
                        whenFailed: {
                            control.beginDrain()
                            for mailbox in mailboxes { mailbox.post(.drain) }
                        }))
            }
            var listener: AdminListener?
            if let admin, let adminSocket, let mailbox = adminMailboxes.first {
                listener = try AdminListener(admin, adminSocket, mailbox, siblings: mailboxes, board, log)
            }
            control.beginServing()
            return RunningServer(threads, pool, control, listener, log)
        } catch {
            for thread in threads { thread.mailbox.post(.stop) }
            control.end()
            pool?.stop()
            throw error
        }
    }

    private func makePool() throws(ServerError) -> WorkerPool? {
        guard snapshot.application.handlers.contains(where: \.isOnWorker) else { return nil }
        let configuration = configuration
        return try Self.reactor { () throws(ReactorError) in
            try WorkerPool(workers: configuration.workers, capacity: configuration.waitingWork)
        }
    }

    private static func mailboxes(_ count: Int) throws(ServerError) -> [ShardMailbox] {
        try reactor { () throws(ReactorError) in
            try (0..<count).map { _ throws(ReactorError) in try ShardMailbox() }
        }
    }

    /// Starts the shard that has `seat`, over an application.
    static func startShard(
        _ application: Application, _ sockets: [ListeningSocket], _ mailbox: ShardMailbox, siblings: [ShardMailbox],
        _ workers: Workers?, _ limits: ShardLimits, _ seat: ShardSeat, _ log: LogWriter, core: Int?,
        wrap: @escaping @Sendable (HTTPService) -> any ConnectionService, whenFailed: @escaping @Sendable () -> Void
    ) throws(ServerError) -> ShardThread {
        let service: Handover<HTTPService>
        do throws(SystemRandomError) {
            let http = HTTPService(
                try Pipeline(
                    application, connections: limits.connections, records: log.producer(shard: seat.shard),
                    workers: workers), seat: seat)
            // The server's own API reads no journal, and goes by what the board has of it from its first request on.
            http.adopt(seat.board.snapshot)
            service = Handover(http)
        } catch {
            throw .random(error)
        }
        let certificates = application.configuration.tls == nil ? nil : seat.board.snapshot.certificates
        return try reactor { () throws(ReactorError) in
            try ShardThread(
                listeners: sockets, mailbox: mailbox, siblings: siblings, core: core, limits: limits,
                makeService: {
                    guard let service = service.take() else { preconditionFailure("a service is taken once") }
                    guard let certificates else { return wrap(service) }
                    return TLSService(
                        TLSTransport(wrap(service), certificates, seat.board, connections: limits.connections, log))
                }, whenFailed: whenFailed)
        }
    }

    private static func reactor<Result>(
        _ body: () throws(ReactorError) -> Result
    ) throws(ServerError) -> Result {
        do throws(ReactorError) {
            return try body()
        } catch {
            throw .reactor(error)
        }
    }
}
