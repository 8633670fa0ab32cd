import Reactor
import Tokens

/// A server that serves.
public final class RunningServer: Sendable {
    private let threads: [ShardThread]
    private let workers: WorkerPool?
    private let cacheCounters: [TokenCacheCounters]
    private let revocations: RevocationReloader
    private let log: LogWriter

    init(
        _ threads: [ShardThread], _ workers: WorkerPool?, _ cacheCounters: [TokenCacheCounters],
        _ revocations: RevocationReloader, _ log: LogWriter
    ) {
        self.threads = threads
        self.workers = workers
        self.cacheCounters = cacheCounters
        self.revocations = revocations
        self.log = log
    }

    /// Stops accepting, answers what is in flight with `Connection: close`, closes what is idle. Does not wait.
    public func drain() { for thread in threads { thread.mailbox.requestDrain() } }

    /// Cuts every connection. Does not wait.
    public func stop() { for thread in threads { thread.mailbox.requestStop() } }

    /// Reads the journal of revocations anew; what it says holds from the next request on. When it can't be read, what was
    /// in force stays. The log says which it was.
    public func reloadRevocations() {
        do throws(RevocationError) {
            try revocations.reload()
            log.record(.info, "revocations", ["count": .integer(Int64(revocations.count))])
        } catch {
            log.record(.error, "revocations", ["reason": .text("\(error)")])
        }
    }

    /// Waits until every shard has ended and the log is written.
    ///
    /// - Throws: the first failure of a shard; the others are drained then.
    public func join() throws(ServerError) {
        var failure: ReactorError?
        var total = ShardCounters()
        for thread in threads {
            do throws(ReactorError) {
                total.add(try thread.join())
            } catch {
                if failure == nil { failure = error }
                drain()
            }
        }
        workers?.stop()
        log.recordLast(
            .info, "stop",
            [
                "accepted": .integer(Int64(clamping: total.accepted)),
                "closed": .integer(Int64(clamping: total.closed)),
                "expired": .integer(Int64(clamping: total.expired)),
                "log_dropped": .integer(Int64(clamping: log.droppedRecords)),
                "token_cache_hits": .integer(cacheCounters.sum(\.hits)),
                "token_cache_misses": .integer(cacheCounters.sum(\.misses)),
                "token_cache_stores": .integer(cacheCounters.sum(\.stores)),
                "token_cache_evictions": .integer(cacheCounters.sum(\.evictions)),
            ])
        log.stop()
        if let failure { throw .reactor(failure) }
    }
}
