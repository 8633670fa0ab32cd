import Bytes

/// What the log's thread does: fetch, format, write, sleep.
struct LogLoop: ~Copyable {
    private var consumers: FixedArray<LogConsumer>
    /// The log's, and the audit log's where there is one.
    private var outputs: FixedArray<LogOutput>
    private let events: LogEventQueue
    private let doorbell: LogDoorbell
    private let control: LogControl

    /// How long it sleeps when nobody wakes it: how late a line may come.
    private static let sleepMilliseconds: Int32 = 50

    init(
        rings: [LogRing], events: LogEventQueue, doorbell: LogDoorbell, control: LogControl, routes: [String],
        descriptors: [Int32]
    ) {
        consumers = FixedArray(count: rings.count) { LogConsumer(rings[$0]) }
        outputs = FixedArray(count: descriptors.count) {
            LogOutput(routes: routes, descriptor: descriptors[$0], control: control, isAudit: $0 > 0)
        }
        self.events = events
        self.doorbell = doorbell
        self.control = control
    }

    /// Runs until the control says to stop and all that was logged before is written.
    mutating func run() {
        while true {
            // Read first: what was logged before the stop is then seen by the pass that follows.
            let isStopping = control.isStopping
            let hasWorked = pass()
            if isStopping && !hasWorked { break }
            if !isStopping { doorbell.sleep(milliseconds: Self.sleepMilliseconds) }
        }
        if let last = events.takeLast() {
            outputs[0].append(last)
            outputs[0].flush()
        }
        control.finish()
    }

    /// Writes what is there now; false when there was nothing.
    mutating func pass() -> Bool {
        // Events come first: they are few, and a change belongs before the requests that it made possible.
        var hasWorked = appendEvents()
        for shard in 0..<consumers.count {
            if consumers[shard].drain(into: &outputs) { hasWorked = true }
            // A ring is full when records are dropped, so that their place is behind those that were just fetched.
            let dropped = consumers[shard].takeDrops()
            if dropped > 0 {
                for index in 0..<outputs.count { outputs[index].appendReport("log_dropped", dropped, shard: shard) }
                hasWorked = true
            }
        }
        for index in 0..<outputs.count {
            outputs[index].flush()
            outputs[index].reviveSink()
        }
        return hasWorked
    }

    private mutating func appendEvents() -> Bool {
        let (waiting, dropped) = events.take()
        for event in waiting { outputs[0].append(event) }
        if dropped > 0 { outputs[0].appendReport("log_dropped", dropped) }
        return !waiting.isEmpty
    }
}
