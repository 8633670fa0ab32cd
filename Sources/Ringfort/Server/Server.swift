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
    private let log: LogWriter

    /// Compiles the API and takes the address. Nothing is served yet, and nothing is half done when this throws.
    ///
    /// - Throws: `ServerError`, which names what is at fault.
    public init(_ api: Router, _ configuration: ServerConfiguration) throws(ServerError) {
        try configuration.validate()
        self.api = api
        let application = try Application(api, configuration)
        snapshot = Snapshot(
            application: application, revocations: application.revocations,
            certificates: try configuration.certificates())
        do throws(LogError) {
            log = try LogWriter(
                shards: configuration.shards, routes: application.patterns,
                descriptor: configuration.logDescriptor)
        } catch {
            throw .log(errno: error.code)
        }
        do throws(ReactorError) {
            try Reactor.check()
            let opened = try configuration.allListeners.map { listener throws(ReactorError) in
                try ListeningSocket.open(listener.address, count: configuration.shards)
            }
            sockets = (0..<configuration.shards).map { shard in opened.map { $0[shard] } }
        } catch {
            throw .reactor(error)
        }
    }

    /// The address that it listens on; the port is the real one where 0 was asked for.
    public var address: ListenAddress { listeners[0].address }

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
            throw .log(errno: error.code)
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
        let mailboxes = try reactor { () throws(ReactorError) in
            try sockets.map { _ throws(ReactorError) in try ShardMailbox() }
        }
        let board = ShardBoard(snapshot, mailboxes)
        let pool = try makePool()
        var threads: [ShardThread] = []
        do throws(ServerError) {
            for shard in sockets.indices {
                threads.append(try startShard(shard, mailboxes, board, pool, limits, wrap))
            }
        } catch {
            for thread in threads { thread.mailbox.post(.stop) }
            pool?.stop()
            throw error
        }
        let (api, configuration) = (api, configuration)
        let control = ServerControl(board, source: source ?? { (api, configuration) }, reader: reader, log: log)
        return RunningServer(threads, pool, control, log)
    }

    private func makePool() throws(ServerError) -> WorkerPool? {
        guard snapshot.application.handlers.contains(where: \.isOnWorker) else { return nil }
        let configuration = configuration
        return try reactor { () throws(ReactorError) in
            try WorkerPool(workers: configuration.workers, capacity: configuration.waitingWork)
        }
    }

    private func startShard(
        _ shard: Int, _ mailboxes: [ShardMailbox], _ board: ShardBoard, _ pool: WorkerPool?, _ limits: ShardLimits,
        _ wrap: @escaping @Sendable (HTTPService) -> any ConnectionService
    ) throws(ServerError) -> ShardThread {
        let workers = snapshot.application.rules.allSatisfy(\.runsOnShard) ? nil : Workers(pool, mailboxes[shard])
        let service: Handover<HTTPService>
        do throws(SystemRandomError) {
            service = Handover(
                HTTPService(
                    try Pipeline(
                        snapshot.application, connections: limits.connections, records: log.producer(shard: shard),
                        workers: workers), seat: ShardSeat(board: board, shard: shard)))
        } catch {
            throw .random(error)
        }
        return try reactor { () throws(ReactorError) in
            try ShardThread(
                listeners: sockets[shard], mailbox: mailboxes[shard],
                siblings: mailboxes.indices.filter { $0 != shard }.map { mailboxes[$0] }, core: shard, limits: limits,
                makeService: { [snapshot, log] in
                    guard let service = service.take() else { preconditionFailure("a service is taken once") }
                    guard let certificates = snapshot.certificates else { return wrap(service) }
                    return TLSService(
                        TLSTransport(
                            wrap(service), certificates, board, connections: limits.connections, log))
                },
                // A server that has lost a core serves badly, and nobody would know: it ends, and is started anew.
                whenFailed: { for mailbox in mailboxes { mailbox.post(.drain) } })
        }
    }

    private func reactor<Result>(_ body: () throws(ReactorError) -> Result) throws(ServerError) -> Result {
        do throws(ReactorError) {
            return try body()
        } catch {
            throw .reactor(error)
        }
    }
}
