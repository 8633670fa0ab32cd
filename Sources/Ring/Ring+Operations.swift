internal import CLiburing
internal import CLinux

/// The operations, each prepared for the next `submitAndWait`.
extension Ring {
    /// Accepts connections until it is cancelled or fails. Each completion's result is the descriptor of a new
    /// close-on-exec socket.
    public mutating func acceptMultishot(listener: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; no address is asked for, so the kernel writes to no memory of ours.
        unsafe prepare(userData) {
            unsafe io_uring_prep_multishot_accept($0, listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
        }
    }

    /// Receives into provided buffers until the peer closes, the pool runs dry (`ENOBUFS`), or it is cancelled.
    public mutating func receiveMultishot(socket: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the kernel writes only to the registered buffers.
        unsafe prepare(userData) {
            unsafe io_uring_prep_recv_multishot($0, socket, nil, 0, 0)
            unsafe $0.pointee.flags |= UInt8(1 << IOSQE_BUFFER_SELECT_BIT)
            unsafe $0.pointee.buf_group = ProvidedBuffers.group
        }
    }

    /// Sends from memory that the caller keeps in place and unchanged until the completion is seen.
    ///
    /// The result may be short; it is never `SIGPIPE`.
    @unsafe
    public mutating func send(socket: Int32, from address: UnsafeRawPointer, byteCount: Int, userData: UInt64) {
        // SAFETY: the caller keeps the memory until the completion (this function's contract).
        unsafe prepare(userData) { unsafe io_uring_prep_send($0, socket, address, byteCount, Int32(MSG_NOSIGNAL)) }
    }

    /// Reads into memory that the caller keeps in place and leaves alone until the completion is seen.
    @unsafe
    public mutating func read(
        descriptor: Int32, into address: UnsafeMutableRawPointer, byteCount: Int, userData: UInt64
    ) {
        // SAFETY: the caller keeps the memory until the completion (this function's contract).
        unsafe prepare(userData) { unsafe io_uring_prep_read($0, descriptor, address, UInt32(clamping: byteCount), 0) }
    }

    /// Cancels the operation that was submitted with `target`; both complete, the cancelled one with `ECANCELED`
    /// unless it was faster.
    public mutating func cancel(target: UInt64, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        unsafe prepare(userData) { unsafe io_uring_prep_cancel64($0, target, 0) }
    }

    /// Cancels every operation on `socket`.
    public mutating func cancelAll(socket: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        unsafe prepare(userData) { unsafe io_uring_prep_cancel_fd($0, socket, IORING_ASYNC_CANCEL_ALL) }
    }

    /// Tells the peer that nothing more will be sent, while what it sends can still be received.
    public mutating func shutdownWriting(socket: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        unsafe prepare(userData) { unsafe io_uring_prep_shutdown($0, socket, Int32(SHUT_WR)) }
    }

    /// Closes a descriptor on which no operation of this ring is pending.
    public mutating func close(descriptor: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        unsafe prepare(userData) { unsafe io_uring_prep_close($0, descriptor) }
    }

    /// Puts a completion with `targetUserData` and `result` into the queue of another ring, and wakes who waits for it
    /// (`IORING_OP_MSG_RING`). The other ring may be of any thread of this process.
    public mutating func message(
        ring descriptor: Int32, result: UInt32, targetUserData: UInt64, userData: UInt64
    ) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        unsafe prepare(userData) { unsafe io_uring_prep_msg_ring($0, descriptor, result, targetUserData, 0) }
    }

    /// Fills a free submission entry and marks it with its user data.
    @unsafe
    private mutating func prepare(_ userData: UInt64, _ fill: (UnsafeMutablePointer<io_uring_sqe>) -> Void) {
        // SAFETY: `entry()` is free, and the kernel looks at it only when it is submitted, after this.
        let entry = unsafe self.entry()
        // SAFETY: as above; every preparation of liburing clears the user data, so that it comes last.
        unsafe fill(entry)
        unsafe entry.pointee.user_data = userData
    }
}
