import Bytes

/// The log's lines on their way out: formatted into a buffer, written in large pieces.
struct LogOutput: ~Copyable {
    private var formatter: LogLineFormatter
    private var sink: LogSink
    private let control: LogControl
    private var lines = ByteBuffer(capacity: 2 * Self.batchBytes)
    /// Whether it is the audit log's.
    private let isAudit: Bool
    private var countedLosses: UInt64 = 0
    private var reportedLosses: UInt64 = 0
    private var nextRevivalNanoseconds: UInt64 = 0

    /// Lines are written in pieces of about this size: large enough that the system call's price is shared by hundreds.
    private static let batchBytes = 64 * 1024
    private static let revivalIntervalNanoseconds: UInt64 = 1_000_000_000

    init(routes: [String], descriptor: Int32, control: LogControl, isAudit: Bool = false) {
        formatter = LogLineFormatter(routes: routes)
        sink = LogSink(descriptor: descriptor, control: control)
        self.control = control
        self.isAudit = isAudit
    }

    /// Whether it is time to `flush`.
    var isBatch: Bool { lines.count >= Self.batchBytes }

    /// Adds a request's line, if it gets one here.
    mutating func append(_ entry: borrowing LogEntry) {
        if isAudit {
            formatter.appendDecision(entry, into: &lines)
        } else if entry.record.isLogged {
            formatter.append(entry, into: &lines)
        }
    }

    /// Adds an event's line.
    mutating func append(_ event: LogEvent) { formatter.append(event, into: &lines) }

    /// Adds the log's own report that `count` records or lines are missing.
    mutating func appendReport(_ name: StaticString, _ count: UInt64, shard: Int? = nil) {
        let number = LogValue.integer(Int64(clamping: count))
        append(
            LogEvent(
                .warning, name,
                shard.map { ["count": number, "shard": .integer(Int64($0))] } ?? ["count": number]))
    }

    /// Writes the lines.
    mutating func flush() {
        guard !lines.isEmpty else { return }
        sink.write(lines)
        lines.removeAll()
        countLosses()
    }

    private mutating func countLosses() {
        control.addLostLines(sink.lostLines - countedLosses)
        countedLosses = sink.lostLines
    }

    /// Tries a broken sink again every now and then, with a line that says what it has cost. Called with no line waiting.
    mutating func reviveSink() {
        let now = LogClock.monotonicNanoseconds
        guard sink.isBroken && now >= nextRevivalNanoseconds else { return }
        nextRevivalNanoseconds = now + Self.revivalIntervalNanoseconds
        let losses = sink.lostLines
        appendReport("log_lost", losses - reportedLosses)
        sink.revive(with: lines)
        lines.removeAll()
        if !sink.isBroken { reportedLosses = losses }
    }
}
