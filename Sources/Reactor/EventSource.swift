internal import Bytes
package import Ring

/// Where a shard's events come from, and where its operations go: io_uring in production, a simulated network in tests.
///
/// The contract is the ring's: operations are prepared, `wait` submits them, and each is answered by completions that
/// carry the user data it was given. The only clock that a shard knows is its source's, read once a pass by `wait`.
package protocol EventSource: ~Copyable {
    /// The monotonic clock at the last `wait`, in nanoseconds.
    var nowNanoseconds: UInt64 { get }
    /// The wall clock at the last `wait`, in nanoseconds since 1970 (UTC).
    var wallClockNanoseconds: UInt64 { get }

    /// Submits what was prepared and waits until a completion is there or `timeoutNanoseconds` have passed.
    mutating func wait(timeoutNanoseconds: UInt64) throws(RingError)
    /// How many completions can be read.
    var readyCount: Int { get }
    /// The completion at `index`, oldest first.
    func completion(at index: Int) -> Completion
    /// Gives the oldest `count` completions back.
    mutating func release(_ count: Int)

    /// The bytes of a buffer that a completion named.
    @_lifetime(borrow self)
    func bytes(of buffer: UInt16, byteCount: Int) -> RawSpan
    /// Gives a buffer back; from the next `wait` on it can be filled again.
    mutating func recycle(_ buffer: UInt16)

    /// How many addresses are listened on.
    var listenerCount: Int { get }
    /// Accepts connections that come to one of them, by its number, until cancelled.
    mutating func accept(listener: Int, userData: UInt64)
    /// Closes the listening sockets, once no accept is pending.
    mutating func stopListening()
    /// Who is at the other end of an accepted socket; nil when it has gone already.
    func peer(of socket: Int32) -> PeerAddress?
    /// Sends to a socket that gets no slot, as far as the kernel takes it at once; what has come from it is dropped.
    mutating func sendAtOnce(socket: Int32, _ bytes: RawSpan)
    /// Receives into pooled buffers until the peer closes or it is cancelled.
    mutating func receive(socket: Int32, userData: UInt64)
    /// Sends from memory that stays in place and unchanged until the completion is seen.
    @unsafe
    mutating func send(socket: Int32, from address: UnsafeRawPointer, byteCount: Int, userData: UInt64)
    /// Cancels the operation that was submitted with `target`.
    mutating func cancel(target: UInt64, userData: UInt64)
    /// Cancels every operation on `socket`.
    mutating func cancelAll(socket: Int32, userData: UInt64)
    /// Ends the sending direction.
    mutating func shutdownWriting(socket: Int32, userData: UInt64)
    /// Closes a socket on which nothing is pending.
    mutating func close(socket: Int32, userData: UInt64)
    /// Completes once when another thread has left a command in the shard's mailbox.
    mutating func awaitCommand(userData: UInt64)
    /// Tells another shard something: there it completes as `targetUserData`, with the message as its result. Completes
    /// here, too, with a negative result when it could not be told.
    mutating func tell(
        _ sibling: ShardMailbox, _ message: ShardMessage, as targetUserData: UInt64, userData: UInt64)
}
