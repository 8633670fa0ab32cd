internal import Bytes

/// One slot of the connection slab.
struct Connection: ~Copyable {
    /// Where a connection is in its life. It only ever moves down this list, and from the last to the first.
    enum Phase: UInt8 {
        /// Nobody has the slot.
        case free
        /// Requests are served.
        case open
        /// What is in the output is sent; input is dropped.
        case flushing
        /// All is sent and the peer was told so; input is dropped until the peer closes too. Closing at once would
        /// make the kernel answer late input with a reset, which can destroy the answer before the peer has read it.
        case lingering
        /// Operations are cancelled; when the last has completed, the slot is freed.
        case closing
    }

    var phase = Phase.free
    var generation: UInt32 = 0
    var socket: Int32 = -1
    /// Operations whose last completion is still to come. The slot is not reused before it is 0.
    var outstanding: UInt8 = 0
    var isReceiving = false
    /// A receive is being cancelled, since its bytes are not wanted now.
    var isStopping = false
    var isSending = false
    /// Input is left alone until the output has been sent.
    var isPaused = false
    /// An answer is being made elsewhere; input is left alone until it is there.
    var isWaiting = false
    /// It waits for its turn at the end of a pass; counted in the shard's `deferredCount`.
    var isDeferred = false
    /// The peer will send nothing more.
    var hasEnded = false
    /// No request is under way: a drain may close it.
    var isIdle = true
    /// When `sending` was handed to the kernel first.
    var sendingSinceNanoseconds: UInt64 = 0
    /// How much of `sending` the kernel has taken.
    var sentBytes = 0
    var deadlineNanoseconds: UInt64 = 0
    /// What the kernel reads from now: it stays in place until the send has completed.
    var sending: ByteBuffer?
    /// What is to be sent next.
    var output: ByteBuffer?
    /// Input that waits for more of it, or for output to leave.
    var input: ByteBuffer?
    var nextFree: UInt32 = 0

    var hasOutput: Bool { isSending || output != nil }
    /// Bytes of answers that are kept until the client has taken them.
    var unsentBytes: Int { Self.count(sending) + Self.count(output) }
    /// The service takes bytes now.
    var takesInput: Bool { phase == .open && !isPaused && !isWaiting }

    func userData(_ operation: UserData.Operation, slot: Int) -> UInt64 {
        UserData(operation, slot: slot, generation: generation).rawValue
    }

    private static func count(_ buffer: borrowing ByteBuffer?) -> Int {
        switch buffer {
        case .some(let buffer): buffer.count
        case .none: 0
        }
    }

    /// What must hold between two events; checked in debug builds after each.
    func verifyInvariants() -> Bool {
        switch phase {
        case .free:
            return socket == -1 && outstanding == 0 && sending == nil && output == nil && input == nil && !isReceiving
        case .open, .flushing, .lingering, .closing:
            return socket >= 0 && isSending == (sending != nil) && (phase != .lingering || !hasOutput)
                && Int(outstanding) >= (isSending ? 1 : 0) + (isReceiving ? 1 : 0)
        }
    }
}

/// The connections of a shard, made at once, with a list of the free slots.
struct ConnectionSlab: ~Copyable {
    private var slots: FixedArray<Connection>
    private var firstFree: UInt32 = 0
    /// How many slots are taken.
    private(set) var openCount = 0

    init(capacity: Int) {
        slots = FixedArray(count: capacity) { index in
            var connection = Connection()
            connection.nextFree = UInt32(index + 1)
            return connection
        }
    }

    var capacity: Int { slots.count }
    var isFull: Bool { openCount == slots.count }

    subscript(slot: Int) -> Connection {
        // Addresses, not coroutines: one that isn't inlined allocates its frame at every access.
        // SAFETY: the array checks the index, and its elements stay where they are as long as the slab lives.
        unsafeAddress { return unsafe UnsafePointer(slots.address(of: slot)) }
        unsafeMutableAddress { return unsafe slots.address(of: slot) }
    }

    /// Takes a free slot for `socket`, or nil when there is none.
    mutating func open(socket: Int32) -> Int? {
        guard !isFull else { return nil }
        let slot = Int(firstFree)
        firstFree = slots[slot].nextFree
        slots[slot].phase = .open
        slots[slot].socket = socket
        openCount += 1
        return slot
    }

    /// Frees a slot; completions of its present generation are stale from now on.
    mutating func free(_ slot: Int) {
        precondition(slots[slot].phase == .closing && slots[slot].outstanding == 0, "a slot is freed before its time")
        var connection = Connection()
        connection.generation = slots[slot].generation &+ 1
        connection.nextFree = firstFree
        slots[slot] = connection
        firstFree = UInt32(slot)
        openCount -= 1
    }
}
