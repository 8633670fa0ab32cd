import Reactor
import Tokens

/// A server that serves.
public final class RunningServer: Sendable {
    private let threads: [ShardThread]
    private let workers: WorkerPool?
    private let control: ServerControl
    private let log: LogWriter

    init(_ threads: [ShardThread], _ workers: WorkerPool?, _ control: ServerControl, _ log: LogWriter) {
        self.threads = threads
        self.workers = workers
        self.control = control
        self.log = log
    }

    /// Stops accepting, answers what is in flight with `Connection: close`, closes what is idle. Does not wait.
    public func drain() { threads.last?.mailbox.post([.drain, .passOn]) }

    /// Cuts every connection. Does not wait.
    public func stop() { for thread in threads { thread.mailbox.post(.stop) } }

    /// Reads the configuration again with all that belongs to it: keys, certificates, revocations. When this returns, every
    /// shard goes by all of it, from its next request on; a request under way ends as it has begun.
    ///
    /// - Returns: the settings that have changed and need a restart: the server goes on with what it was started with.
    /// - Throws: `ReloadError`; nothing has changed then but the revocations, which are read in any case. The log says so, too.
    public func reload() throws(ReloadError) -> [String] { try control.reload() }

    /// Says to those who revoke tokens what is in force, now that it is.
    func announceRevocations() { control.announceRevocations() }

    /// Waits until every shard has ended and the log is written. A shard that fails makes the others drain at once.
    ///
    /// - Throws: the failure of the first shard that has one.
    public func join() throws(ServerError) {
        var failure: ReactorError?
        var total = ShardCounters()
        for (shard, thread) in threads.enumerated() {
            do throws(ReactorError) {
                let counters = try thread.join()
                log.record(
                    .info, "shard_stop",
                    counters.logMembers(
                        "shard", Int64(shard), droppedRecords: log.droppedRecords(shard: shard)))
                total.add(counters)
            } catch {
                if failure == nil { failure = error }
            }
        }
        workers?.stop()
        log.recordLast(
            .info, "stop",
            total.logMembers(
                "limiter_overflows", Int64(clamping: control.board.snapshot.application.buckets.overflowDecisions),
                droppedRecords: log.droppedRecords))
        log.stop()
        if let failure { throw .reactor(failure) }
    }
}

extension ShardCounters {
    /// The counters as the log tells them, behind a member of the line's own.
    fileprivate func logMembers(
        _ first: StaticString, _ value: Int64, droppedRecords: UInt64
    ) -> KeyValuePairs<StaticString, LogValue> {
        [
            first: .integer(value), "accepted": Self.integer(accepted), "closed": Self.integer(closed),
            "handshakes": Self.integer(handshakes), "resumed_handshakes": Self.integer(resumedHandshakes),
            "failed_sessions": Self.integer(failedSessions),
            "requests": Self.integer(requests), "expired": Self.integer(expired), "refused": Self.integer(refused),
            "failed_accepts": Self.integer(failedAccepts), "shed": Self.integer(shed),
            "shed_requests": Self.integer(shedRequests), "slow_readers": Self.integer(slowReaders),
            "input_overflows": Self.integer(inputOverflows), "starved_receives": Self.integer(starvedReceives),
            "pauses": Self.integer(pauses), "token_cache_hits": Self.integer(tokenCacheHits),
            "token_cache_misses": Self.integer(tokenCacheMisses), "token_cache_stores": Self.integer(tokenCacheStores),
            "token_cache_evictions": Self.integer(tokenCacheEvictions), "log_dropped": Self.integer(droppedRecords),
        ]
    }

    private static func integer(_ count: UInt64) -> LogValue { .integer(Int64(clamping: count)) }
}
