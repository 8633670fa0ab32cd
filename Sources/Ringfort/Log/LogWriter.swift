import Glibc
import Reactor
import Synchronization

/// The log: lines of JSON, written by one thread from the rings that the shards fill.
///
/// A shard never waits for it. When lines come faster than they can be written, rings fill up and records are dropped;
/// when the descriptor takes no more, lines are lost. Both are counted, and the log itself tells.
package final class LogWriter: Sendable {
    private let rings: [LogRing]
    private let events = LogEventQueue()
    private let doorbell: LogDoorbell
    private let control: LogControl
    private let thread = Mutex<NativeThread?>(nil)
    private let routes: [String]
    private let descriptors: [Int32]

    /// How long `stop` waits for a thread that is stuck in a write: longer than the sink's patience.
    private static let stopMilliseconds: Int32 = 5000

    /// A log that has not started yet.
    ///
    /// - Parameters:
    ///   - shards: how many rings there are.
    ///   - ringBytes: how large each is; rounded up to a power of two.
    ///   - routes: the pattern of each route id.
    ///   - descriptor: where lines are written to; it stays open.
    ///   - auditDescriptor: where decisions about who sent requests are written to, if anywhere; it stays open, too.
    package init(
        shards: Int, ringBytes: Int = 1 << 20, routes: [String] = [], descriptor: Int32 = STDOUT_FILENO,
        auditDescriptor: Int32? = nil
    ) throws(LogError) {
        rings = (0..<shards).map { _ in LogRing(minimumCapacity: ringBytes) }
        doorbell = try LogDoorbell()
        control = try LogControl()
        self.routes = routes
        descriptors = [descriptor] + (auditDescriptor.map { [$0] } ?? [])
    }

    /// How many records were dropped since the start because a ring was full.
    package var droppedRecords: UInt64 { rings.reduce(0) { $0 + $1.dropped.load(ordering: .relaxed) } }

    /// How many of them were this shard's.
    func droppedRecords(shard: Int) -> UInt64 { rings[shard].dropped.load(ordering: .relaxed) }

    /// How many lines were lost since the start because the descriptor took no more.
    package var lostLines: UInt64 { control.lostLines }

    /// The end of a ring that its shard fills. Each may be taken once.
    func producer(shard: Int) -> LogProducer { LogProducer(rings[shard], doorbell: doorbell) }

    /// Logs something other than a request, from any thread. Not for the hot path: it takes a lock and allocates.
    package func record(
        _ level: LogLevel, _ name: StaticString, _ members: KeyValuePairs<StaticString, LogValue> = [:],
        counters: KeyValuePairs<StaticString, UInt64> = [:]
    ) {
        events.append(LogEvent(level, name, members, counters: counters))
    }

    /// Says what the log's last line is, behind all that was logged until `stop`.
    package func recordLast(
        _ level: LogLevel, _ name: StaticString, _ members: KeyValuePairs<StaticString, LogValue> = [:],
        counters: KeyValuePairs<StaticString, UInt64> = [:]
    ) {
        events.setLast(LogEvent(level, name, members, counters: counters))
    }

    /// Starts the thread. Once only.
    package func start() throws(LogError) {
        let loop = Mutex(
            LogLoop(
                rings: rings, events: events, doorbell: doorbell, control: control, routes: routes,
                descriptors: descriptors
            )
        )
        let started: NativeThread
        do throws(ReactorError) {
            started = try NativeThread {
                Self.blockBrokenPipeSignal()
                loop.withLock { $0.run() }
            }
        } catch {
            guard case .failed(_, let code) = error else { throw .noThread(code: 0) }
            throw .noThread(code: code)
        }
        thread.withLock { $0 = started }
    }

    /// Writes all that was logged before, and ends the thread. What producers log afterwards is not written.
    ///
    /// A thread that is stuck in a write, since nobody reads what it writes, is left behind after some seconds.
    package func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        control.stop()
        doorbell.wake()
        if control.awaitFinish(milliseconds: Self.stopMilliseconds) {
            thread.join()
        } else {
            thread.detach()
        }
    }

    /// A pipe whose reader is gone shall be an error of the write, not the end of the process. A signal of a write goes
    /// to the thread that wrote, so that blocking it here leaves the rest of the process as it is.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        // SAFETY: the set is initialised by the first call and only read by the last.
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
