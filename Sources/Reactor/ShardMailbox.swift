internal import CLinux
internal import Glibc
internal import Synchronization

/// How other threads speak to a shard: one word that says what to do, and an event that wakes its loop.
///
/// Commands only ever escalate: a drain can become a stop, never the other way round.
public final class ShardMailbox: Sendable {
    enum Command: UInt8 {
        case none, drain, stop
    }

    private let word = Atomic<UInt8>(Command.none.rawValue)
    /// An eventfd(2) that the shard's ring reads.
    package let descriptor: Int32

    /// A mailbox with its event.
    ///
    /// - Throws: `ReactorError.failed` when the process has no descriptor left.
    public init() throws(ReactorError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .failed(operation: "eventfd", errno: errno) }
    }

    deinit { close(descriptor) }

    /// Has the shard ask its service for answers that were made elsewhere. From any thread; one system call.
    public func wake() { signal() }

    /// Asks the shard to stop accepting, to answer what is in flight, and to end.
    public func requestDrain() { send(.drain) }

    /// Asks the shard to cut every connection and to end.
    public func requestStop() { send(.stop) }

    var command: Command { Command(rawValue: word.load(ordering: .acquiring)) ?? .none }

    private func send(_ command: Command) {
        word.max(command.rawValue, ordering: .releasing)
        signal()
    }

    private func signal() {
        var one: UInt64 = 1
        // SAFETY: eight bytes are read from a local of eight bytes. The write can't fail before 2^64 - 1 unread events.
        _ = unsafe write(descriptor, &one, 8)
    }
}
