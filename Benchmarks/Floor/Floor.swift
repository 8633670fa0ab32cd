import CLiburing
import Glibc

/// The least that a single-threaded io_uring server can do to answer HTTP/1.1 requests on keep-alive connections.
///
/// It counts the blank lines that end a request's head and answers each with the same bytes. It parses nothing, has no
/// deadlines, no limits and one thread: not a server, but what a server's cost is measured against.
@safe
struct Floor: ~Copyable {
    // INVARIANT: the pointers are this value's alone, of the sizes named in `init`, and live as long as it does, which
    // is as long as the process: the kernel reads and writes behind them.
    private let ring: UnsafeMutablePointer<io_uring>
    private let bufferRing: UnsafeMutablePointer<io_uring_buf_ring>
    private let buffers: UnsafeMutableRawPointer
    private let answers: UnsafeMutableRawPointer

    private let answerLength: Int
    private let listener: Int32
    /// For each connection, how much of the blank line its last read ended with.
    private var ends: [HeadEnd]
    /// How many buffers have been put back since the kernel was last told.
    private var returnedBuffers: Int32

    private static let connectionLimit = 4096
    /// A power of two, as the kernel's mask wants it.
    private static let bufferCount = 1024
    private static let bufferSize = 4096
    /// How many answers leave in one send: more than wrk has in flight on a connection.
    private static let batchLimit = 64
    private static let pageSize = 4096

    /// Takes over `listener`, a listening socket, to answer with `answer`.
    init(listener: Int32, answer: [UInt8]) throws(SystemCallError) {
        // SAFETY: what is made here is never given back (invariant), and the answers have room for `batchLimit` copies.
        let ring = try unsafe Self.makeRing()
        let bufferRing = try unsafe Self.makeBufferRing(of: ring)
        unsafe self.ring = ring
        unsafe self.bufferRing = bufferRing
        unsafe buffers = .allocate(byteCount: Self.bufferCount * Self.bufferSize, alignment: Self.pageSize)
        unsafe answers = .allocate(byteCount: max(answer.count, 1) * Self.batchLimit, alignment: 64)
        for index in 0..<Self.batchLimit {
            unsafe (answers + index * answer.count).copyMemory(from: answer, byteCount: answer.count)
        }
        answerLength = answer.count
        self.listener = listener
        ends = Array(repeating: HeadEnd(), count: Self.connectionLimit)
        returnedBuffers = 0
        for buffer in 0..<Self.bufferCount { giveBack(buffer: UInt16(buffer)) }
        publishBuffers()
    }

    private static func makeRing() throws(SystemCallError) -> UnsafeMutablePointer<io_uring> {
        var parameters = io_uring_params()
        // Completions run when this thread asks for them, in one call that submits as well, and a failed operation does
        // not hold back those behind it. Every connection may have a receive and a send to report at once.
        parameters.flags =
            IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE
        parameters.cq_entries = UInt32(2 * connectionLimit)
        // SAFETY: one ring's memory is allocated, and set up by the first call before anything else sees it.
        let ring = UnsafeMutablePointer<io_uring>.allocate(capacity: 1)
        try SystemCallError.check("io_uring_setup", unsafe io_uring_queue_init_params(1024, ring, &parameters))
        try SystemCallError.check("register ring", unsafe io_uring_register_ring_fd(ring))
        let connections = UInt32(connectionLimit)
        try SystemCallError.check("register files", unsafe io_uring_register_files_sparse(ring, connections))
        return unsafe ring
    }

    private static func makeBufferRing(
        of ring: UnsafeMutablePointer<io_uring>
    ) throws(SystemCallError) -> UnsafeMutablePointer<io_uring_buf_ring> {
        let size = bufferCount * MemoryLayout<io_uring_buf>.size
        // SAFETY: zeroed memory of the size that the kernel is told of, at a page's start as it asks; it is never freed.
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: pageSize)
        unsafe memset(memory, 0, size)
        var registration = io_uring_buf_reg()
        registration.ring_addr = UInt64(UInt(bitPattern: memory))
        registration.ring_entries = UInt32(bufferCount)
        try SystemCallError.check("register buffers", unsafe io_uring_register_buf_ring(ring, &registration, 0))
        return unsafe memory.bindMemory(to: io_uring_buf_ring.self, capacity: 1)
    }

    /// Answers until the process is ended, or the kernel refuses to go on.
    mutating func run() throws(SystemCallError) -> Never {
        accept()
        while true {
            // SAFETY: the ring is set up, and used by this thread alone; so is what its completion queue points to.
            let result = unsafe io_uring_submit_and_wait(ring, 1)
            if result != -EINTR { try SystemCallError.check("io_uring_enter", result) }
            let ready = unsafe io_uring_cq_ready(ring)
            let head = unsafe ring.pointee.cq.khead.pointee
            for index in 0..<ready {
                let completion = unsafe ring.pointee.cq.cqes + Int((head &+ index) & ring.pointee.cq.ring_mask)
                unsafe handle(completion.pointee.user_data, completion.pointee.res, completion.pointee.flags)
            }
            publishBuffers()
            unsafe io_uring_cq_advance(ring, ready)
        }
    }

    private mutating func handle(_ userData: UInt64, _ result: Int32, _ flags: UInt32) {
        let more = flags & UInt32(IORING_CQE_F_MORE) != 0
        let connection = Int32(truncatingIfNeeded: userData)
        switch Operation(rawValue: UInt32(userData >> 32)) {
        case .accept:
            if result >= 0 {
                ends[Int(result)] = HeadEnd()
                receive(result)
            }
            if !more { accept() }
        case .receive where result > 0:
            let buffer = UInt16(truncatingIfNeeded: flags >> UInt32(IORING_CQE_BUFFER_SHIFT))
            // SAFETY: the kernel chose a buffer of ours, and filled `result` bytes of it; it has it back only below.
            let start = unsafe buffers + Int(buffer) * Self.bufferSize
            let bytes = unsafe RawSpan(_unsafeStart: start, byteCount: Int(result))
            var heads = ends[Int(connection)].count(in: bytes)
            giveBack(buffer: buffer)
            while heads > 0 {
                let batch = min(heads, Self.batchLimit)
                send(batch, to: connection)
                heads -= batch
            }
            if !more { receive(connection) }
        case .receive where result == -ENOBUFS:
            receive(connection)
        case .receive:
            close(connection)
        case .send, .close, nil:
            // Only failures are reported; the receive then fails too, and closes.
            break
        }
    }
}

/// The operations, each of which the kernel takes as one entry of its queue.
///
/// Connections are indices into the ring's own file table, so that no descriptor is looked up in the process's.
extension Floor {
    private enum Operation: UInt32 { case accept, receive, send, close }

    private func accept() {
        // SAFETY (here and below): the entry is the one being prepared, and what it points to lives on.
        unsafe enqueue(.accept, listener) { unsafe io_uring_prep_multishot_accept_direct($0, listener, nil, nil, 0) }
    }

    private func receive(_ connection: Int32) {
        let flags = 1 << IOSQE_FIXED_FILE_BIT | 1 << IOSQE_BUFFER_SELECT_BIT
        // SAFETY: as above; the kernel fills a buffer that it has been given.
        unsafe enqueue(.receive, connection, flags) { unsafe io_uring_prep_recv_multishot($0, connection, nil, 0, 0) }
    }

    private func send(_ count: Int, to connection: Int32) {
        let flags = 1 << IOSQE_FIXED_FILE_BIT | 1 << IOSQE_CQE_SKIP_SUCCESS_BIT
        // A send that waits for all its bytes needs no bookkeeping of how many have left.
        let options = Int32(MSG_WAITALL | MSG_NOSIGNAL)
        // SAFETY: as above; `count` is at most `batchLimit`.
        unsafe enqueue(.send, connection, flags) {
            unsafe io_uring_prep_send($0, connection, answers, count * answerLength, options)
        }
    }

    private func close(_ connection: Int32) {
        // SAFETY: as above.
        unsafe enqueue(.close, connection, 1 << IOSQE_CQE_SKIP_SUCCESS_BIT) {
            unsafe io_uring_prep_close_direct($0, UInt32(connection))
        }
    }

    /// Has `prepare` fill the next entry, and marks it with what its completion will be known by.
    @unsafe
    private func enqueue(
        _ operation: Operation,
        _ connection: Int32,
        _ flags: Int = 0,
        _ prepare: (UnsafeMutablePointer<io_uring_sqe>) -> Void
    ) {
        while true {
            // SAFETY: the ring is this thread's, and so is the entry until the next submission.
            guard let entry = unsafe io_uring_get_sqe(ring) else {
                unsafe io_uring_submit(ring)
                continue
            }
            unsafe prepare(entry)
            unsafe entry.pointee.flags |= UInt8(flags)
            unsafe entry.pointee.user_data = UInt64(operation.rawValue) << 32 | UInt64(UInt32(bitPattern: connection))
            return
        }
    }

    private mutating func giveBack(buffer: UInt16) {
        // SAFETY: the buffer is one of ours, and the ring has a place for each.
        let start = unsafe buffers + Int(buffer) * Self.bufferSize
        let (size, mask) = (UInt32(Self.bufferSize), Int32(Self.bufferCount - 1))
        unsafe io_uring_buf_ring_add(bufferRing, start, size, buffer, mask, returnedBuffers)
        returnedBuffers += 1
    }

    private mutating func publishBuffers() {
        // SAFETY: as many places behind the tail were filled by `giveBack`.
        unsafe io_uring_buf_ring_advance(bufferRing, returnedBuffers)
        returnedBuffers = 0
    }
}
