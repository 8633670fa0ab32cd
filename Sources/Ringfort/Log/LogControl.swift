import CLinux
import Glibc
import Synchronization

/// What the log's owner and its thread tell each other.
final class LogControl: Sendable {
    private let stopping = Atomic(false)
    private let lost = Atomic<UInt64>(0)
    private let finished: Int32

    /// - Throws: `LogError.noEvent` when the system gives no eventfd.
    init() throws(LogError) {
        finished = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard finished >= 0 else { throw .noEvent(code: errno) }
    }

    deinit { close(finished) }

    /// Whether the thread shall write what is left, and end.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// How many lines the sinks have lost, as the thread last said.
    var lostLines: UInt64 { lost.load(ordering: .relaxed) }

    /// So many more lines were lost.
    func addLostLines(_ count: UInt64) { lost.wrappingAdd(count, ordering: .relaxed) }

    func stop() { stopping.store(true, ordering: .releasing) }

    /// Called by the thread when all is written.
    func finish() { eventfd_write(finished, 1) }

    /// Waits for `finish`; false when it does not come in time.
    func awaitFinish(milliseconds: Int32) -> Bool {
        var event = pollfd(fd: finished, events: Int16(POLLIN), revents: 0)
        // SAFETY: one structure, as the count says.
        return unsafe poll(&event, 1, milliseconds) > 0
    }
}
