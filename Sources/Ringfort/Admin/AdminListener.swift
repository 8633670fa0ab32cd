import Reactor
import Tokens

/// The shard that serves the server's own API, beside those that serve what it is there for, with workers of its own.
///
/// It is the last to end: who asks whether the server is ready shall be told so until it has drained.
struct AdminListener: Sendable {
    private let thread: ShardThread
    private let pool: WorkerPool

    /// Starts it. Its shard passes on what it is told to those of `siblings`.
    init(
        _ application: Application, _ socket: ListeningSocket, _ mailbox: ShardMailbox, siblings: [ShardMailbox],
        _ board: ShardBoard, _ log: LogWriter
    ) throws(ServerError) {
        let configuration = application.configuration
        var limits = ShardLimits()
        limits.connections = configuration.connections
        limits.receiveBuffers = Self.receiveBuffers
        limits.drainNanoseconds = Self.drainNanoseconds
        let shard = siblings.count
        do throws(ReactorError) {
            pool = try WorkerPool(workers: configuration.workers, capacity: configuration.waitingWork)
        } catch {
            throw .reactor(error)
        }
        do throws(ServerError) {
            thread = try Server.startShard(
                application, [socket], mailbox, siblings: siblings, Workers(pool, mailbox), limits,
                ShardSeat(board: board, shard: shard, isAdmin: true), log, core: nil, wrap: { $0 },
                whenFailed: { log.record(.error, "admin_failed") })
        } catch {
            pool.stop()
            throw error
        }
    }

    /// Has it end with the requests that it has, and waits for that.
    func end() {
        thread.mailbox.post(.drain)
        // What has gone wrong with it was logged when it did.
        do throws(ReactorError) { _ = try thread.join() } catch {}
        pool.stop()
    }

    private static let receiveBuffers: UInt16 = 16
    private static let drainNanoseconds: UInt64 = 1_000_000_000
}
