internal import CLinux
internal import Glibc
internal import Synchronization

/// How a thread without a ring speaks to a shard: one word that says what to do, and an event that wakes its loop.
///
/// Shards tell each other the same words by ring messages, which cost no system call of their own.
public final class ShardMailbox: Sendable {
    private let word = Atomic<UInt32>(0)
    /// An eventfd(2) that the shard's ring reads.
    package let descriptor: Int32
    /// The shard's ring, while there is one; else -1.
    let ring = Atomic<Int32>(-1)
    /// The shard's name in ring messages, which no other of this process has: a message that finds the descriptor of a
    /// ring that has gone in use by another one is no message to that.
    package let number: UInt32

    /// A mailbox with its event.
    ///
    /// - Throws: `ReactorError.failed` when the process has no descriptor left.
    public init() throws(ReactorError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .failed(operation: "eventfd", errno: errno) }
        number = Self.numbers.wrappingAdd(1, ordering: .relaxed).newValue
    }

    deinit { close(descriptor) }

    /// Has the shard ask its service for answers that were made elsewhere. From any thread; one system call.
    public func wake() {
        var one: UInt64 = 1
        // SAFETY: eight bytes are read from a local of eight bytes. The write can't fail before 2^64 - 1 unread events.
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Tells the shard something. From any thread; one system call.
    public func post(_ message: ShardMessage) {
        word.bitwiseOr(message.rawValue, ordering: .releasing)
        wake()
    }

    /// Whether the shard has something to take.
    package var holdsMessage: Bool { word.load(ordering: .relaxed) != 0 }

    /// All that was posted since the last time. On the shard's thread.
    func take() -> ShardMessage { ShardMessage(rawValue: word.exchange(0, ordering: .acquiring)) }

    private static let numbers = Atomic<UInt32>(0)
}
