internal import CLiburing
internal import CLinux

/// The operations, each prepared for the next `submitAndWait`.
extension Ring {
    /// Accepts connections until it is cancelled or fails. Each completion's result is the descriptor of a new
    /// non-blocking, close-on-exec socket.
    public mutating func acceptMultishot(listener: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; no address is asked for, so the kernel writes to no memory of ours.
        let entry = unsafe self.entry()
        unsafe io_uring_prep_multishot_accept(entry, listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
        unsafe entry.pointee.user_data = userData
    }

    /// Receives into provided buffers until the peer closes, the pool runs dry (`ENOBUFS`), or it is cancelled.
    public mutating func receiveMultishot(socket: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the kernel writes only to the registered buffers.
        let entry = unsafe self.entry()
        unsafe io_uring_prep_recv_multishot(entry, socket, nil, 0, 0)
        unsafe entry.pointee.flags |= UInt8(1 << IOSQE_BUFFER_SELECT_BIT)
        unsafe entry.pointee.buf_group = ProvidedBuffers.group
        unsafe entry.pointee.user_data = userData
    }

    /// Sends from memory that the caller keeps in place and unchanged until the completion is seen.
    ///
    /// The result may be short; it is never `SIGPIPE`.
    @unsafe
    public mutating func send(socket: Int32, from address: UnsafeRawPointer, byteCount: Int, userData: UInt64) {
        // SAFETY: the caller keeps the memory until the completion (this function's contract).
        let entry = unsafe self.entry()
        unsafe io_uring_prep_send(entry, socket, address, byteCount, Int32(MSG_NOSIGNAL))
        unsafe entry.pointee.user_data = userData
    }

    /// Reads into memory that the caller keeps in place and leaves alone until the completion is seen.
    @unsafe
    public mutating func read(
        descriptor: Int32, into address: UnsafeMutableRawPointer, byteCount: Int, userData: UInt64
    ) {
        // SAFETY: the caller keeps the memory until the completion (this function's contract).
        let entry = unsafe self.entry()
        unsafe io_uring_prep_read(entry, descriptor, address, UInt32(clamping: byteCount), 0)
        unsafe entry.pointee.user_data = userData
    }

    /// Cancels the operation that was submitted with `target`; both complete, the cancelled one with `ECANCELED`
    /// unless it was faster.
    public mutating func cancel(target: UInt64, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        let entry = unsafe self.entry()
        unsafe io_uring_prep_cancel64(entry, target, 0)
        unsafe entry.pointee.user_data = userData
    }

    /// Cancels every operation on `socket`.
    public mutating func cancelAll(socket: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        let entry = unsafe self.entry()
        unsafe io_uring_prep_cancel_fd(entry, socket, IORING_ASYNC_CANCEL_ALL)
        unsafe entry.pointee.user_data = userData
    }

    /// Tells the peer that nothing more will be sent, while what it sends can still be received.
    public mutating func shutdownWriting(socket: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        let entry = unsafe self.entry()
        unsafe io_uring_prep_shutdown(entry, socket, Int32(SHUT_WR))
        unsafe entry.pointee.user_data = userData
    }

    /// Closes a descriptor on which no operation of this ring is pending.
    public mutating func close(descriptor: Int32, userData: UInt64) {
        // SAFETY: `entry()` is a free submission entry; the request names no memory.
        let entry = unsafe self.entry()
        unsafe io_uring_prep_close(entry, descriptor)
        unsafe entry.pointee.user_data = userData
    }
}
