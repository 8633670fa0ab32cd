internal import CLinux
internal import Ring
internal import Synchronization

/// A thread that runs one shard on one core, from its ring's first operation to its last.
public final class ShardThread: Sendable {
    /// Asks the shard to drain or to stop.
    public let mailbox: ShardMailbox
    private let thread: NativeThread
    private let outcome: Outcome

    /// What the shard left behind; written by its thread before it ends, read after it was joined.
    private final class Outcome: Sendable {
        let result = Mutex<Result<ShardCounters, ReactorError>>(.success(ShardCounters()))
    }

    /// Starts a shard that accepts from `listeners`, and closes them when it ends. Its service knows them by their numbers.
    ///
    /// - Parameters:
    ///   - core: The core that the thread stays on, or nil to leave that to the kernel.
    ///   - mailbox: How other threads speak to the shard; it has no other.
    ///   - siblings: The mailboxes of the shards that it passes messages on to.
    ///   - makeService: Called once, on the shard's thread, which alone will use the service.
    ///   - whenFailed: Called on the shard's thread when the shard has ended because it can't go on.
    /// - Throws: `ReactorError.failed` when there can't be another thread. What goes wrong later is what `join` throws.
    public convenience init(
        listeners: [ListeningSocket], mailbox: ShardMailbox, siblings: [ShardMailbox] = [], core: Int?,
        limits: ShardLimits,
        makeService: @escaping @Sendable () -> any ConnectionService,
        whenFailed: @escaping @Sendable () -> Void = {}
    ) throws(ReactorError) {
        try self.init(
            listeners: listeners, mailbox: mailbox, siblings: siblings, core: core, limits: limits,
            makeSource: { () throws(RingError) in
                var ring = RingConfiguration()
                ring.bufferCount = limits.receiveBuffers
                ring.bufferByteCount = limits.receiveBufferBytes
                return try IOUringSource(listeners: listeners, mailbox: mailbox, configuration: ring)
            }, makeService: makeService, whenFailed: whenFailed)
    }

    init<Source: EventSource & ~Copyable & SendableMetatype>(
        listeners: [ListeningSocket], mailbox: ShardMailbox, siblings: [ShardMailbox] = [], core: Int?,
        limits: ShardLimits,
        makeSource: @escaping @Sendable () throws(RingError) -> Source,
        makeService: @escaping @Sendable () -> any ConnectionService, whenFailed: @escaping @Sendable () -> Void
    ) throws(ReactorError) {
        let outcome = Outcome()
        self.mailbox = mailbox
        self.outcome = outcome
        thread = try NativeThread {
            if let core { Self.pin(to: core) }
            let result = Self.serve(makeSource, mailbox, siblings, limits, makeService())
            // The kernel goes on queueing connections for a socket that listens, and nobody would answer them.
            for listener in listeners { listener.close() }
            outcome.result.withLock { $0 = result }
            if case .failure = result { whenFailed() }
        }
    }

    /// Waits until the shard has ended, and gives its counters.
    public func join() throws(ReactorError) -> ShardCounters {
        thread.join()
        return try outcome.result.withLock { $0 }.get()
    }

    private static func serve<Source: EventSource & ~Copyable>(
        _ makeSource: () throws(RingError) -> Source, _ mailbox: ShardMailbox,
        _ siblings: [ShardMailbox], _ limits: ShardLimits, _ service: any ConnectionService
    ) -> Result<ShardCounters, ReactorError> {
        do throws(RingError) {
            var shard = Shard(
                source: try makeSource(), service: service, mailbox: mailbox, siblings: siblings, limits: limits)
            try shard.run()
            var counters = shard.counters
            service.ended(&counters)
            return .success(counters)
        } catch {
            var counters = ShardCounters()
            service.ended(&counters)
            return .failure(.ring(error))
        }
    }

    /// Keeps the calling thread on one core. A refusal (a core that a container doesn't have) costs speed only.
    private static func pin(to core: Int) {
        var mask: InlineArray<16, UInt> = .init(repeating: 0)
        guard core >= 0 && core < 16 * UInt.bitWidth else { return }
        mask[core / UInt.bitWidth] = 1 << UInt(core % UInt.bitWidth)
        // SAFETY: the mask is passed with its size in bytes, and only read.
        unsafe mask.span.withUnsafeBufferPointer { words in
            _ = unsafe ringfort_pin_thread(words.baseAddress, UInt(words.count * MemoryLayout<UInt>.size))
        }
    }
}
