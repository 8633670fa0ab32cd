import Reactor
import Tokens

/// A server that serves.
public final class RunningServer: Sendable {
    private let threads: [ShardThread]
    private let workers: WorkerPool?
    let control: ServerControl
    private let admin: AdminListener?
    private let log: LogWriter

    init(
        _ threads: [ShardThread], _ workers: WorkerPool?, _ control: ServerControl, _ admin: AdminListener?,
        _ log: LogWriter
    ) {
        self.threads = threads
        self.workers = workers
        self.control = control
        self.admin = admin
        self.log = log
    }

    /// Stops accepting, answers what is in flight with `Connection: close`, closes what is idle. Does not wait.
    public func drain() {
        control.beginDrain()
        // To each by itself: one that is held up must not keep the others accepting.
        for thread in threads { thread.mailbox.post(.drain) }
    }

    /// Cuts every connection. Does not wait.
    public func stop() { for thread in threads { thread.mailbox.post(.stop) } }

    /// Reads the configuration again with all that belongs to it: keys, certificates, revocations, API keys. The files of the
    /// logs are opened anew, so that lines go to new ones where these were renamed. When this returns, every
    /// shard goes by all of it, from its next request on; a request under way ends as it has begun.
    ///
    /// - Returns: the settings that have changed and need a restart: the server goes on with what it was started with.
    /// - Throws: `ReloadError`. Where something can't be used, nothing has changed then but the revocations and API keys,
    ///   which are read in any case; where a shard was too busy to take it up in time, it will. The log says so, too.
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
                    [
                        "shard": .integer(Int64(shard)),
                        "log_dropped": .integer(Int64(clamping: log.droppedRecords(shard: shard))),
                    ], counters: counters.named)
                total.add(counters)
            } catch {
                if failure == nil { failure = error }
            }
        }
        admin?.end()
        control.end()
        workers?.stop()
        log.recordLast(
            .info, "stop",
            [
                "limiter_overflows": .integer(
                    Int64(clamping: control.board.snapshot.application.buckets.overflowDecisions)),
                "log_dropped": .integer(Int64(clamping: log.droppedRecords)),
            ], counters: total.named)
        log.stop()
        if let failure { throw .reactor(failure) }
    }
}
