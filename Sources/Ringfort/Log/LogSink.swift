import Bytes
import Glibc

/// Where lines go: a file descriptor that may be slow, full, or gone.
///
/// A write that fails breaks the sink. It then takes nothing, and counts what it would have taken, until `revive`
/// gets a line through.
struct LogSink: ~Copyable {
    private let descriptor: Int32
    private let control: LogControl
    private var stopWaits: Int
    private var endsInsideLine = false
    /// Whether the last write failed.
    private(set) var isBroken = false
    /// How many lines could not be written since the start.
    private(set) var lostLines: UInt64 = 0

    /// How long one wait for a slow reader lasts: also how late a stop is noticed.
    private static let waitMilliseconds: Int32 = 100
    /// How many waits a slow reader is granted once the log shall stop: two seconds.
    static let mostStopWaits = 20

    /// A sink that writes to `descriptor`, which it does not close.
    init(descriptor: Int32, control: LogControl, stopWaits: Int = Self.mostStopWaits) {
        self.descriptor = descriptor
        self.control = control
        self.stopWaits = stopWaits
    }

    /// Writes whole lines. What can't be written is lost and counted.
    mutating func write(_ lines: borrowing ByteBuffer) {
        let written = isBroken ? 0 : writeAll(lines.bytes)
        guard written < lines.count else { return }
        lostLines += Self.lineCount(lines.bytes, from: written)
    }

    /// Tries whether a broken sink takes `line`. It is not counted when it does not.
    mutating func revive(with line: borrowing ByteBuffer) {
        if endsInsideLine {
            guard writeAll(("\n" as StaticString).bytes) == 1 else { return }
            endsInsideLine = false
        }
        isBroken = false
        _ = writeAll(line.bytes)
    }

    /// Writes as much as the descriptor takes, waiting while it is merely slow; less than all of it breaks the sink.
    private mutating func writeAll(_ bytes: RawSpan) -> Int {
        var offset = 0
        while offset < bytes.byteCount {
            let rest = bytes.extracting(offset...)
            // SAFETY: the kernel reads exactly the bytes of the span, which stay borrowed during the call.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                offset += count
            } else if errno != EINTR && !(errno == EAGAIN && waitUntilWritable()) {
                isBroken = true
                if offset > 0 { endsInsideLine = bytes[offset - 1] != 0x0A }
                return offset
            }
        }
        return offset
    }

    /// Waits for a slow reader; false when the log shall stop and has waited long enough.
    private mutating func waitUntilWritable() -> Bool {
        var isWritable = false
        while !isWritable {
            if control.isStopping {
                guard stopWaits > 0 else { return false }
                stopWaits -= 1
            }
            var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            // SAFETY: one structure, as the count says.
            isWritable = unsafe poll(&event, 1, Self.waitMilliseconds) > 0
        }
        return true
    }

    private static func lineCount(_ bytes: RawSpan, from start: Int) -> UInt64 {
        var count: UInt64 = 0
        var offset = start
        while let end = bytes.firstOffset(of: 0x0A, from: offset) {
            count += 1
            offset = end + 1
        }
        return count
    }
}
