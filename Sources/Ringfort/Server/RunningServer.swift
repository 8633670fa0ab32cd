import Reactor

/// A server that serves.
public final class RunningServer: Sendable {
    private let threads: [ShardThread]
    private let workers: WorkerPool?
    private let certificates: TLSCertificates?
    private let log: LogWriter

    init(_ threads: [ShardThread], _ workers: WorkerPool?, _ certificates: TLSCertificates?, _ log: LogWriter) {
        self.threads = threads
        self.workers = workers
        self.certificates = certificates
        self.log = log
    }

    /// Stops accepting, answers what is in flight with `Connection: close`, closes what is idle. Does not wait.
    public func drain() { for thread in threads { thread.mailbox.requestDrain() } }

    /// Cuts every connection. Does not wait.
    public func stop() { for thread in threads { thread.mailbox.requestStop() } }

    /// Reads the files of certificates again, for clients that connect from now on; open connections keep what they have.
    /// Where a file can't be used, everything stays as it is. The log says which of both, and why.
    public func reloadCertificates() { certificates?.reload(log) }

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
            ])
        log.stop()
        if let failure { throw .reactor(failure) }
    }
}
