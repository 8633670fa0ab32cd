import Glibc
import Synchronization

/// Something other than a request that the log tells: a start, a stop, a key that was refused.
struct LogEvent: Sendable {
    let wallClockNanoseconds: UInt64
    let level: LogLevel
    let name: StaticString
    let members: [(key: StaticString, value: LogValue)]

    /// An event, of now unless told otherwise. Counters stand behind its other members.
    init(
        _ level: LogLevel, _ name: StaticString, _ members: KeyValuePairs<StaticString, LogValue>,
        counters: KeyValuePairs<StaticString, UInt64> = [:],
        wallClockNanoseconds: UInt64 = LogClock.wallClockNanoseconds
    ) {
        self.wallClockNanoseconds = wallClockNanoseconds
        self.level = level
        self.name = name
        self.members = Array(members) + counters.map { ($0.key, .integer(Int64(clamping: $0.value))) }
    }
}

/// What a member of an event's line says. Never a secret.
package enum LogValue: Sendable {
    case text(String)
    case integer(Int64)
}

/// Events on their way to the log, from any thread. They are rare, so that a lock will do; they are bounded all the same.
final class LogEventQueue: Sendable {
    private struct Waiting {
        var events: [LogEvent] = []
        var dropped: UInt64 = 0
        var last: LogEvent?
    }

    private let waiting = Mutex(Waiting())
    /// The most events that wait at once.
    static let capacity = 1024

    /// Adds an event, or drops and counts it when too many wait.
    func append(_ event: LogEvent) {
        waiting.withLock { waiting in
            if waiting.events.count < Self.capacity {
                waiting.events.append(event)
            } else {
                waiting.dropped += 1
            }
        }
    }

    /// Takes all events, and how many were dropped since the last time.
    func take() -> (events: [LogEvent], dropped: UInt64) {
        waiting.withLock { waiting in
            defer {
                waiting.events = []
                waiting.dropped = 0
            }
            return (waiting.events, waiting.dropped)
        }
    }

    /// Sets what the log says when everything else is written.
    func setLast(_ event: LogEvent) { waiting.withLock { $0.last = event } }

    /// Takes what the log says last.
    func takeLast() -> LogEvent? { waiting.withLock { $0.last.take() } }
}

/// The log's own view of the time, for lines that no shard has stamped.
enum LogClock {
    /// The wall clock, in nanoseconds since 1970 (UTC).
    static var wallClockNanoseconds: UInt64 { read(CLOCK_REALTIME) }
    /// The wall clock, in seconds since 1970 (UTC).
    static var unixSeconds: Int64 { Int64(wallClockNanoseconds / 1_000_000_000) }
    /// The monotonic clock, in nanoseconds.
    static var monotonicNanoseconds: UInt64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        // SAFETY: the structure that the call fills.
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(clamping: time.tv_sec) * 1_000_000_000 + UInt64(clamping: time.tv_nsec)
    }
}
