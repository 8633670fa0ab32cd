import Glibc
package import Identity
package import Reactor
package import Tokens

/// An API as one shard serves it, for whoever brings the shard: a test, with another network and another clock.
package final class ShardApplication {
    private let application: Application
    private let http: HTTPService
    private let pool: WorkerPool?
    private let log: LogWriter
    private var inForce: Snapshot

    /// Compiles the API. `mailbox` must be the shard's.
    ///
    /// - Throws: `ServerError`, as `Server.init` does; of the configuration, addresses and TLS are not looked at.
    package init(_ api: Router, _ configuration: ServerConfiguration, mailbox: ShardMailbox) throws(ServerError) {
        try configuration.validate()
        application = try Application(api, configuration)
        inForce = Snapshot(
            application: application, revocations: application.revocations, apiKeys: application.apiKeys,
            certificates: nil)
        do throws(LogError) {
            log = try LogWriter(
                shards: 1, routes: application.patterns, descriptor: configuration.logDescriptor)
        } catch {
            throw .log(reason: "\(error)")
        }
        do throws(ReactorError) {
            let needsPool = application.handlers.contains(where: \.isOnWorker)
            pool = needsPool ? try WorkerPool(workers: 1, capacity: configuration.waitingWork) : nil
        } catch {
            throw .reactor(error)
        }
        do throws(SystemRandomError) {
            http = HTTPService(
                try Pipeline(
                    application, connections: configuration.connections, records: log.producer(shard: 0),
                    workers: Workers(pool, mailbox)))
        } catch {
            throw .random(error)
        }
        do throws(LogError) {
            try log.start()
        } catch {
            throw .log(reason: "\(error)")
        }
    }

    deinit {
        pool?.stop()
        log.stop()
    }

    /// What the shard calls.
    package var service: any ConnectionService { http }

    /// Whether a worker or a task has a request, so that an answer may come without the network.
    package var isWorkUnderway: Bool { http.jobs > 0 }

    /// Puts revocations into force in place of those before, from the next request on. On the shard's thread.
    package func revoke(_ revocations: [Revocation], nowUnixSeconds: Int64) {
        inForce.revocations = RevocationList(
            revocations, keyring: application.keyring, nowUnixSeconds: nowUnixSeconds)
        http.adopt(inForce)
    }

    /// Takes API keys besides those of the configuration's database, from the next request on. On the shard's thread.
    ///
    /// - Throws: `ServerError.setting` when a key has a limit that can't be had.
    package func take(_ keys: [APIKey]) throws(ServerError) {
        inForce.apiKeys = try APIKeyTable(
            application.configuration.apiKeys() + keys, scopes: application.scopes)
        http.adopt(inForce)
    }

    /// Ends the log when all that was logged is written.
    package func endLog() { log.stop() }
}
