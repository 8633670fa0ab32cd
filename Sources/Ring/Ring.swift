internal import CLiburing
internal import CLinux

/// One io_uring instance: its submission queue, its completion queue, and the buffers it receives into.
///
/// A ring belongs to the thread that made it (`IORING_SETUP_SINGLE_ISSUER`): only that thread may use it, and the ring
/// must be gone before the thread ends, since a ring's requests die with the thread that submitted them.
@safe
public struct Ring: ~Copyable {
    // INVARIANT: `ring` points to an initialised `io_uring` and `waste` to an entry, both on the heap until `deinit`.
    let ring: UnsafeMutablePointer<io_uring>
    /// What is prepared when the kernel takes nothing more lands here, and goes nowhere.
    private let waste: UnsafeMutablePointer<io_uring_sqe>
    /// Why something was not submitted; the next wait throws it.
    private var failure: RingError?
    /// The buffers that `receiveMultishot` fills.
    public var buffers: ProvidedBuffers

    /// Sets the ring up, with its pool of receive buffers.
    ///
    /// - Throws: `RingError.unavailable` with the reason and the cure where the kernel or a sandbox denies io_uring.
    public init(_ configuration: RingConfiguration) throws(RingError) {
        var parameters = io_uring_params()
        // SINGLE_ISSUER and DEFER_TASKRUN: completions are worked off only when this thread asks for them, so the
        // kernel never interrupts it and needs no lock. SUBMIT_ALL: one bad entry doesn't hold back those behind it.
        // CQSIZE: every connection may have several completions waiting; an overflowing queue costs a system call.
        parameters.flags =
            IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE
        parameters.cq_entries = configuration.completionEntries

        let ring = UnsafeMutablePointer<io_uring>.allocate(capacity: 1)
        // SAFETY: `ring` is fresh memory for one `io_uring`; liburing initialises it wholly when it returns 0.
        unsafe ring.initialize(to: io_uring())
        let result = unsafe io_uring_queue_init_params(configuration.submissionEntries, ring, &parameters)
        guard result == 0 else {
            unsafe ring.deallocate()
            throw .unavailable(RingSupport.explain(errno: -result))
        }
        // The descriptor of the ring itself, looked up once instead of on every system call. Refusal costs only speed.
        _ = unsafe io_uring_register_ring_fd(ring)

        do {
            buffers = try unsafe ProvidedBuffers(
                ring: ring, count: configuration.bufferCount, byteCount: configuration.bufferByteCount)
        } catch {
            // SAFETY: the ring was initialised above, and nobody else knows it.
            unsafe io_uring_queue_exit(ring)
            unsafe ring.deallocate()
            throw error
        }
        unsafe self.ring = ring
        // SAFETY: an entry of this value's own, initialised before use, and given back in `deinit` alone.
        unsafe waste = .allocate(capacity: 1)
        unsafe waste.initialize(to: io_uring_sqe())
    }

    deinit {
        // SAFETY: initialised (invariant). The buffers' memory is freed after this, when no request can write to it.
        unsafe io_uring_queue_exit(ring)
        unsafe ring.deallocate()
        unsafe waste.deallocate()
    }

    /// What other rings send messages to.
    public var descriptor: Int32 {
        // SAFETY: the ring is initialised (invariant).
        unsafe ring.pointee.ring_fd
    }

    /// Submits what was prepared, then waits until a completion is there or `timeoutNanoseconds` have passed.
    ///
    /// One system call does both. Being interrupted by a signal, or finding the completion queue full for a moment,
    /// is no error: the caller's next pass goes on.
    public mutating func submitAndWait(timeoutNanoseconds: UInt64) throws(RingError) {
        if let failure { throw failure }
        var timeout = __kernel_timespec()
        timeout.tv_sec = Int64(timeoutNanoseconds / 1_000_000_000)
        timeout.tv_nsec = Int64(timeoutNanoseconds % 1_000_000_000)
        var completion: UnsafeMutablePointer<io_uring_cqe>?
        // SAFETY: the ring is initialised (invariant); both locals outlive the call, which keeps neither.
        let result = unsafe io_uring_submit_and_wait_timeout(ring, &completion, 1, &timeout, nil)
        guard result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN || result == -EBUSY else {
            throw .failed(operation: "io_uring_enter", errno: -result)
        }
    }

    /// How many completions can be read now.
    public var readyCount: Int {
        // SAFETY: the ring is initialised (invariant).
        Int(unsafe io_uring_cq_ready(ring))
    }

    /// The completion at `index` in `0..<readyCount`, oldest first.
    public func completion(at index: Int) -> Completion {
        precondition(index < readyCount, "completion out of range")
        // SAFETY: the entry is ready (precondition), and the kernel doesn't touch it before `release`.
        let entry = unsafe ringfort_completion_at(ring, UInt32(truncatingIfNeeded: index)).pointee
        return Completion(userData: entry.user_data, result: entry.res, flags: entry.flags)
    }

    /// Gives the oldest `count` completions back to the kernel.
    public mutating func release(_ count: Int) {
        precondition(count <= readyCount, "release out of range")
        // SAFETY: no more entries are released than are ready (precondition).
        unsafe io_uring_cq_advance(ring, UInt32(truncatingIfNeeded: count))
    }

    /// An empty submission entry; when the queue is full, what is in it is submitted first.
    ///
    /// With SUBMIT_ALL and without SQPOLL that empties the queue. Where the kernel refuses all the same, the ring can't be
    /// relied on any more: the next wait says so.
    mutating func entry() -> UnsafeMutablePointer<io_uring_sqe> {
        var result: Int32 = 0
        for _ in 0..<Self.submissionAttempts {
            // SAFETY: the ring is initialised (invariant).
            if let entry = unsafe io_uring_get_sqe(ring) { return unsafe entry }
            result = unsafe io_uring_submit(ring)
        }
        failure = failure ?? .failed(operation: "io_uring_enter (submitting)", errno: -result)
        // SAFETY: initialised (invariant). Whoever fills it writes one entry, and the kernel never sees it.
        return unsafe waste
    }

    /// A signal, or memory that is short for a moment, may refuse a submission that is taken at the next try.
    private static let submissionAttempts = 16
}

/// The sizes of a ring and its buffer pool. Counts must be powers of two.
public struct RingConfiguration: Sendable {
    /// Entries of the submission queue: how much can be prepared before it is flushed early.
    public var submissionEntries: UInt32 = 1024
    /// Entries of the completion queue.
    public var completionEntries: UInt32 = 8192
    /// How many receive buffers the pool has; at most 32,768.
    public var bufferCount: UInt16 = 256
    /// How long each receive buffer is, in bytes.
    public var bufferByteCount: Int = 4096

    /// The defaults.
    public init() {}
}

/// What the kernel says of one finished (or, for a multishot request, advanced) operation.
public struct Completion: Equatable, Sendable {
    /// The value that the operation was submitted with.
    public let userData: UInt64
    /// The operation's result: not negative, or a negated errno.
    public let result: Int32
    let flags: UInt32

    init(userData: UInt64, result: Int32, flags: UInt32) {
        self.userData = userData
        self.result = result
        self.flags = flags
    }

    /// A completion as the kernel would have written it, for a source of events that is none.
    package init(userData: UInt64, result: Int32, hasMore: Bool, buffer: UInt16? = nil) {
        let named = buffer.map { IORING_CQE_F_BUFFER | UInt32($0) << UInt32(IORING_CQE_BUFFER_SHIFT) } ?? 0
        self.init(userData: userData, result: result, flags: named | (hasMore ? IORING_CQE_F_MORE : 0))
    }

    /// Whether the operation goes on, and will complete again.
    public var hasMore: Bool { flags & IORING_CQE_F_MORE != 0 }

    /// The provided buffer that the kernel filled, which the receiver of this completion must recycle.
    public var buffer: UInt16? {
        flags & IORING_CQE_F_BUFFER == 0 ? nil : UInt16(truncatingIfNeeded: flags >> UInt32(IORING_CQE_BUFFER_SHIFT))
    }
}
