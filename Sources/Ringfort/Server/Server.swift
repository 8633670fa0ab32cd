import RateLimiting
public import Reactor
import Tokens

/// A server of one API: it checks everything when it is made, listens when it is started, and ends when it has drained.
///
/// ```swift
/// try Server(api, configuration).run()
/// ```
public final class Server: Sendable {
    private let application: Application
    /// Of each shard, in the order of `ServerConfiguration.allListeners`.
    private let sockets: [[ListeningSocket]]
    private let log: LogWriter
    private let logFiles: LogFiles
    private let certificates: TLSCertificates?

    /// Compiles the API and takes the address. Nothing is served yet, and nothing is half done when this throws.
    ///
    /// - Throws: `ServerError`, which names what is at fault.
    public init(_ api: Router, _ configuration: ServerConfiguration) throws(ServerError) {
        try configuration.validate()
        application = try Application(api, configuration)
        certificates = try TLSCertificates.reading(configuration)
        do throws(LogError) {
            logFiles = try LogFiles(configuration)
            log = try LogWriter(
                shards: configuration.shards, routes: api.routes.map(\.declaration.pattern),
                descriptor: logFiles.log?.descriptor ?? configuration.logDescriptor,
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
        } catch {
            throw .reactor(error)
        }
    }

    /// The address that it listens on; the port is the real one where 0 was asked for.
    public var address: ListenAddress { listeners[0].address }

    /// All that it listens on, the one of `address` first, with real ports.
    public var listeners: [Listener] {
        zip(application.configuration.allListeners, sockets[0]).map { Listener($0.scheme, $1.address) }
    }

    /// How clients reach it: `https` where it has a certificate, else `http`.
    public var scheme: String { application.configuration.scheme }

    /// Serves until the process is told to stop: SIGTERM or SIGINT drains, a second one cuts what is left. SIGHUP has it
    /// read the journal of revocations and the certificates anew.
    ///
    /// Blocks the calling thread, and those signals in the whole process: call it from the main thread, before any
    /// other is started.
    public func run() throws(ServerError) {
        let signals = StopSignals()
        let running = try start(revocations: revocationReloader()) { $0 }
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
    public func start() throws(ServerError) -> RunningServer { try start { $0 } }

    /// The one that reads this server's journal, and all that was written until now has been read.
    private func revocationReloader() throws(ServerError) -> RevocationReloader {
        do throws(RevocationError) {
            var reader: RevocationReader?
            if let journal = application.configuration.revocations { reader = try RevocationReader(journal) }
            let reloader = RevocationReloader(application, reader)
            try reloader.reload()
            return reloader
        } catch {
            throw .revocations(error)
        }
    }

    /// Starts the shards, each with its service as `wrap` returns it.
    func start(
        revocations: RevocationReloader? = nil, wrap: @escaping @Sendable (HTTPService) -> any ConnectionService
    ) throws(ServerError) -> RunningServer {
        let revocations = revocations ?? RevocationReloader(application, nil)
        let configuration = application.configuration
        log.record(
            .info, "start",
            [
                "address": .text("\(address)"), "shards": .integer(Int64(configuration.shards)),
                "scheme": .text(scheme),
                "listeners": .text(listeners.map(\.description).joined(separator: " ")),
            ])
        certificates?.warnDaily(log, unixSeconds: LogClock.unixSeconds)
        do throws(LogError) {
            try log.start()
        } catch {
            throw .log(reason: "\(error)")
        }
        var limits = ShardLimits()
        limits.connections = max(1, configuration.connections / configuration.shards)
        limits.drainNanoseconds = configuration.drainTimeoutMilliseconds * 1_000_000
        do throws(ServerError) {
            return try startShards(limits, revocations, wrap)
        } catch {
            log.stop()
            throw error
        }
    }

    /// Starts the workers, where a route needs them, and the shards; on failure those that run are stopped again.
    private func startShards(
        _ limits: ShardLimits, _ revocations: RevocationReloader,
        _ wrap: @escaping @Sendable (HTTPService) -> any ConnectionService
    ) throws(ServerError) -> RunningServer {
        let mailboxes = try reactor { () throws(ReactorError) in
            try sockets.map { _ throws(ReactorError) in try ShardMailbox() }
        }
        let pool = try makePool()
        var threads: [ShardThread] = []
        do throws(ServerError) {
            for shard in sockets.indices {
                threads.append(try startShard(shard, mailboxes, pool, limits, wrap))
            }
        } catch {
            for thread in threads { thread.mailbox.requestStop() }
            pool?.stop()
            throw error
        }
        return RunningServer(threads, pool, application, revocations, certificates, log, logFiles)
    }

    private func makePool() throws(ServerError) -> WorkerPool? {
        guard application.handlers.contains(where: \.isOnWorker) else { return nil }
        let configuration = application.configuration
        return try reactor { () throws(ReactorError) in
            try WorkerPool(workers: configuration.workers, capacity: configuration.waitingWork)
        }
    }

    private func startShard(
        _ shard: Int, _ mailboxes: [ShardMailbox], _ pool: WorkerPool?, _ limits: ShardLimits,
        _ wrap: @escaping @Sendable (HTTPService) -> any ConnectionService
    ) throws(ServerError) -> ShardThread {
        let workers = application.rules.allSatisfy(\.runsOnShard) ? nil : Workers(pool, mailboxes[shard])
        let service: Handover<HTTPService>
        do throws(SystemRandomError) {
            service = Handover(
                HTTPService(
                    try Pipeline(
                        application, connections: limits.connections, records: log.producer(shard: shard),
                        workers: workers)))
        } catch {
            throw .random(error)
        }
        return try reactor { () throws(ReactorError) in
            try ShardThread(
                listeners: sockets[shard], mailbox: mailboxes[shard], core: shard, limits: limits,
                makeService: { [certificates, application, log] in
                    guard let service = service.take() else { preconditionFailure("a service is taken once") }
                    guard let certificates else { return wrap(service) }
                    return TLSService(
                        TLSTransport(
                            wrap(service), certificates, application, connections: limits.connections, log))
                },
                // A server that has lost a core serves badly, and nobody would know: it ends, and is started anew.
                whenFailed: { for mailbox in mailboxes { mailbox.requestDrain() } })
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
