internal import Bytes
internal import CLinux
internal import Glibc
package import Ring
internal import Synchronization

/// Events from the kernel, through one io_uring.
///
/// It is made on the thread that uses it: a ring belongs to one thread.
@safe
package struct IOUringSource: EventSource, ~Copyable {
    private var ring: Ring
    private let listeners: [ListeningSocket]
    private let mailbox: ShardMailbox
    // INVARIANT: eight bytes that the kernel may write to while a command is awaited; freed after the ring, which is
    // declared before it.
    private let commandEvent: FixedArray<UInt64>
    package private(set) var nowNanoseconds: UInt64
    package private(set) var wallClockNanoseconds: UInt64

    /// A source of connections from `listeners` and of commands from `mailbox`.
    package init(
        listeners: [ListeningSocket], mailbox: ShardMailbox, configuration: RingConfiguration
    ) throws(RingError) {
        ring = try Ring(configuration)
        self.listeners = listeners
        self.mailbox = mailbox
        commandEvent = FixedArray(count: 1) { _ in 0 }
        nowNanoseconds = Self.read(CLOCK_MONOTONIC)
        wallClockNanoseconds = Self.read(CLOCK_REALTIME)
        mailbox.ring.store(ring.descriptor, ordering: .relaxed)
    }

    deinit { mailbox.ring.store(-1, ordering: .relaxed) }

    package mutating func wait(timeoutNanoseconds: UInt64) throws(RingError) {
        ring.buffers.publish()
        try ring.submitAndWait(timeoutNanoseconds: timeoutNanoseconds)
        nowNanoseconds = Self.read(CLOCK_MONOTONIC)
        // A few milliseconds old is good enough for dates and expiry, at a fifth of the price.
        wallClockNanoseconds = Self.read(CLOCK_REALTIME_COARSE)
    }

    package var readyCount: Int { ring.readyCount }

    package func completion(at index: Int) -> Completion { ring.completion(at: index) }

    package mutating func release(_ count: Int) { ring.release(count) }

    @_lifetime(borrow self)
    package func bytes(of buffer: UInt16, byteCount: Int) -> RawSpan {
        ring.buffers.bytes(of: buffer, byteCount: byteCount)
    }

    package mutating func recycle(_ buffer: UInt16) { ring.buffers.recycle(buffer) }

    package var listenerCount: Int { listeners.count }

    package mutating func accept(listener: Int, userData: UInt64) {
        ring.acceptMultishot(listener: listeners[listener].descriptor, userData: userData)
    }

    package mutating func stopListening() { for listener in listeners { listener.close() } }

    package func peer(of socket: Int32) -> PeerAddress? { SocketAddress.peer(of: socket) }

    package mutating func sendAtOnce(socket: Int32, _ bytes: RawSpan) {
        // What was sent to us and not received would make the close a reset, which can destroy what we send.
        // With MSG_TRUNC, TCP discards what it would have written (tcp(7)): there is no memory to write to.
        _ = recv(socket, nil, Int(Int32.max), Int32(MSG_DONTWAIT | MSG_TRUNC))
        // SAFETY: the span is borrowed for as long as the call takes.
        unsafe bytes.withUnsafeBytes {
            _ = unsafe Glibc.send(
                socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
    }

    package mutating func receive(socket: Int32, userData: UInt64) {
        ring.receiveMultishot(socket: socket, userData: userData)
    }

    @unsafe
    package mutating func send(
        socket: Int32, from address: UnsafeRawPointer, byteCount: Int, userData: UInt64
    ) {
        // SAFETY: the caller keeps the memory until the completion, as this function's contract demands too.
        unsafe ring.send(socket: socket, from: address, byteCount: byteCount, userData: userData)
    }

    package mutating func cancel(target: UInt64, userData: UInt64) {
        ring.cancel(target: target, userData: userData)
    }

    package mutating func cancelAll(socket: Int32, userData: UInt64) {
        ring.cancelAll(socket: socket, userData: userData)
    }

    package mutating func shutdownWriting(socket: Int32, userData: UInt64) {
        ring.shutdownWriting(socket: socket, userData: userData)
    }

    package mutating func close(socket: Int32, userData: UInt64) {
        ring.close(descriptor: socket, userData: userData)
    }

    package mutating func awaitCommand(userData: UInt64) {
        // SAFETY: `commandEvent` stays in place, unread, for as long as the ring lives (invariant).
        unsafe ring.read(
            descriptor: mailbox.descriptor, into: commandEvent.address(of: 0), byteCount: 8, userData: userData)
    }

    package mutating func tell(
        _ sibling: ShardMailbox, _ message: ShardMessage, as targetUserData: UInt64, userData: UInt64
    ) {
        ring.message(
            ring: sibling.ring.load(ordering: .relaxed), result: message.rawValue, targetUserData: targetUserData,
            userData: userData)
    }

    private static func read(_ clock: Int32) -> UInt64 {
        var time = timespec()
        // SAFETY: the structure is a local; the clocks that are asked for exist on every Linux.
        unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
