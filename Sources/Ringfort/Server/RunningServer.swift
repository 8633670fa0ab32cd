import Reactor
import Tokens

/// A server that serves.
public final class RunningServer: Sendable {
    private let threads: [ShardThread]
    private let workers: WorkerPool?
    private let application: Application
    private let revocations: RevocationReloader
    private let certificates: TLSCertificates?
    private let log: LogWriter
    private let logFiles: LogFiles

    init(
        _ threads: [ShardThread], _ workers: WorkerPool?, _ application: Application,
        _ revocations: RevocationReloader, _ certificates: TLSCertificates?, _ log: LogWriter,
        _ logFiles: LogFiles
    ) {
        self.threads = threads
        self.workers = workers
        self.application = application
        self.revocations = revocations
        self.certificates = certificates
        self.log = log
        self.logFiles = logFiles
    }

    /// Stops accepting, answers what is in flight with `Connection: close`, closes what is idle. Does not wait.
    public func drain() { for thread in threads { thread.mailbox.requestDrain() } }

    /// Cuts every connection. Does not wait.
    public func stop() { for thread in threads { thread.mailbox.requestStop() } }

    /// Reads the files of certificates again, for clients that connect from now on; open connections keep what they have.
    /// Where a file can't be used, everything stays as it is. The log says which of both, and why.
    public func reloadCertificates() { certificates?.reload(log) }

    /// Opens the files of the log and of the audit log anew, so that lines go to new ones where these were renamed.
    public func reopenLogs() { logFiles.reopen(log) }

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
                "limiter_overflows", Int64(clamping: application.buckets.overflowDecisions),
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
