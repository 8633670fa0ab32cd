import Bytes
import Synchronization

/// The memory between one shard, which leaves records, and the log's thread, which fetches them: a ring of bytes for a
/// single producer and a single consumer.
///
/// A record lies in one piece. Where the end of the memory would cut it, the rest there is skipped. A record that does
/// not fit is dropped and counted; nobody waits.
@safe
final class LogRing: @unchecked Sendable {
    // INVARIANT: `memory` is `capacity` bytes, a power of two, aligned to 64. Both positions only grow, are multiples of
    // eight, and read ≤ written ≤ read + capacity. The bytes from read to written belong to the consumer, the others to
    // the producer; a position's release and the other side's acquire hand them over.
    private let memory: UnsafeMutableRawPointer
    let capacity: Int

    let written = Atomic<Int>(0)
    // The two sides write to different cache lines, and to different pairs of lines, which the processor fetches.
    private let gap: InlineArray<16, UInt64> = .init(repeating: 0)
    let read = Atomic<Int>(0)
    private let secondGap: InlineArray<16, UInt64> = .init(repeating: 0)
    /// How many records were dropped since the start; written by the producer.
    let dropped = Atomic<UInt64>(0)
    private let hasProducer = Atomic(false)
    private let hasConsumer = Atomic(false)

    /// An empty ring of at least `minimumCapacity` bytes, and never so small that the largest record would not fit.
    init(minimumCapacity: Int) {
        var capacity = LogFrame.largestByteCount.nextPowerOfTwo
        while capacity < minimumCapacity { capacity *= 2 }
        self.capacity = capacity
        unsafe memory = .allocate(byteCount: capacity, alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    }

    deinit { unsafe memory.deallocate() }

    /// Stores a value in bytes that belong to the producer.
    func store<Value: BitwiseCopyable>(_ value: Value, at offset: Int) {
        precondition(offset >= 0 && offset <= capacity - MemoryLayout<Value>.size, "outside the ring")
        // SAFETY: in bounds by the precondition; the one producer stores in its own bytes only, which
        // `LogProducer.reserve` checks against both positions.
        unsafe memory.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }

    /// Stores `text` in bytes that belong to the producer. O(n).
    func store(_ text: RawSpan, at offset: Int) {
        precondition(offset >= 0 && offset <= capacity - text.byteCount, "outside the ring")
        // SAFETY: as for a value; a borrowed text doesn't lie in the ring, from which the producer never reads.
        unsafe text.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (memory + offset).copyMemory(from: start, byteCount: source.count)
        }
    }

    /// Lends out bytes that belong to the consumer.
    @_lifetime(borrow self)
    func readableBytes(at offset: Int, count: Int) -> RawSpan {
        precondition(offset >= 0 && count >= 0 && offset <= capacity - count, "outside the ring")
        // SAFETY: in bounds by the precondition; nobody writes while the one consumer asks for its own bytes only,
        // which `LogConsumer.next` checks against the written position.
        let span = unsafe RawSpan(_unsafeStart: memory + offset, byteCount: count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    func claimProducer() {
        let (claimed, _) = hasProducer.compareExchange(expected: false, desired: true, ordering: .relaxed)
        precondition(claimed, "a log ring has one producer")
    }

    func claimConsumer() {
        let (claimed, _) = hasConsumer.compareExchange(expected: false, desired: true, ordering: .relaxed)
        precondition(claimed, "a log ring has one consumer")
    }
}

extension Int {
    /// The smallest power of two that is not below a positive number.
    fileprivate var nextPowerOfTwo: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
