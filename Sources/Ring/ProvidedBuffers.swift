internal import CLiburing
internal import CLinux

/// The pool of receive buffers that the kernel takes from by itself (a provided-buffer ring).
///
/// A buffer is the kernel's until a completion names it, then ours until it is recycled.
@safe
public struct ProvidedBuffers: ~Copyable {
    /// The only buffer group that a ring of ours has.
    static let group: UInt16 = 0

    // INVARIANT: `entries` is page-aligned memory for `count` ring entries and `memory` holds `count` buffers, `stride`
    // bytes apart; both outlive the io_uring that they are registered with, since `Ring` exits it before they go.
    private let entries: UnsafeMutablePointer<io_uring_buf_ring>
    private let memory: UnsafeMutableRawPointer
    private let stride: Int
    /// How many buffers the pool has.
    public let count: UInt16
    /// How long each buffer is, in bytes.
    public let byteCount: Int
    /// Buffers that wait to be handed back in one step by `publish`.
    private var recycled: Int32 = 0

    @unsafe
    init(ring: UnsafeMutablePointer<io_uring>, count: UInt16, byteCount: Int) throws(RingError) {
        precondition(count > 0 && count & (count - 1) == 0 && count <= 1 << 15, "the buffer count is a power of two")
        // One cache line more than the buffer: buffers a power of two apart would all fall into the same few cache sets.
        stride = byteCount + 64
        self.count = count
        self.byteCount = byteCount
        let entriesByteCount = Int(count) * MemoryLayout<io_uring_buf>.stride
        // SAFETY: the entries must be page-aligned (io_uring_register_buf_ring(3)) and zeroed; both blocks are freed once, in
        // `deinit` or below.
        let entryMemory = UnsafeMutableRawPointer.allocate(byteCount: entriesByteCount, alignment: 4096)
        unsafe entryMemory.initializeMemory(as: UInt8.self, repeating: 0, count: entriesByteCount)
        unsafe entries = entryMemory.bindMemory(to: io_uring_buf_ring.self, capacity: 1)
        unsafe memory = .allocate(byteCount: Int(count) * stride, alignment: 4096)

        var registration = io_uring_buf_reg()
        registration.ring_addr = UInt64(UInt(bitPattern: entryMemory))
        registration.ring_entries = UInt32(count)
        registration.bgid = Self.group
        let result = unsafe io_uring_register_buf_ring(ring, &registration, 0)
        guard result == 0 else {
            unsafe entries.deallocate()
            unsafe memory.deallocate()
            throw .failed(operation: "io_uring_register_buf_ring", errno: -result)
        }
        unsafe io_uring_buf_ring_init(entries)
        for buffer in 0..<count { recycle(buffer) }
        publish()
    }

    deinit {
        // SAFETY: the ring is gone (invariant), so the kernel writes to neither block any more.
        unsafe entries.deallocate()
        unsafe memory.deallocate()
    }

    /// The first `byteCount` bytes of a buffer that a completion named.
    @_lifetime(borrow self)
    public func bytes(of buffer: UInt16, byteCount: Int) -> RawSpan {
        precondition(buffer < count && byteCount >= 0 && byteCount <= self.byteCount, "no such buffer")
        // SAFETY: inside the pool by the precondition; the kernel has filled these bytes and left the buffer to us.
        let span = unsafe RawSpan(_unsafeStart: memory + Int(buffer) * stride, byteCount: byteCount)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Gives a buffer back, at the next `publish`.
    public mutating func recycle(_ buffer: UInt16) {
        precondition(buffer < count, "no such buffer")
        // SAFETY: the address lies inside the pool by the precondition; at most `count` buffers are ever outside the ring.
        unsafe io_uring_buf_ring_add(
            entries, memory + Int(buffer) * stride, UInt32(byteCount), buffer, Int32(count) - 1, recycled)
        recycled += 1
    }

    /// Makes the recycled buffers visible to the kernel: one store for a whole pass.
    public mutating func publish() {
        guard recycled > 0 else { return }
        // SAFETY: exactly `recycled` entries were written behind the tail.
        unsafe io_uring_buf_ring_advance(entries, recycled)
        recycled = 0
    }
}
