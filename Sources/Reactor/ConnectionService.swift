public import Bytes

/// What a shard serves: it turns the bytes of connections into bytes to send.
///
/// One instance belongs to one shard and is only called on its thread. It is a class behind a protocol, and the calls
/// are coarse (one for all the bytes of a receive), because a generic shard could not be specialised across modules;
/// the call costs about a nanosecond.
public protocol ConnectionService: AnyObject {
    /// A pass of the event loop begins; all calls until the next one happen at this time.
    func passBegan(_ time: PassTime)

    /// There is no room for a client or for its answer: writes what it is told, whatever it has asked, before its
    /// connection is closed. Must be cheap: it is called when the shard has more to do than it can.
    func refuse(into output: inout ByteBuffer)

    /// A client has connected to the listener with this number.
    ///
    /// - Returns: When the connection is cut unless bytes change that, on the monotonic clock in nanoseconds.
    func opened(_ connection: ConnectionID, peer: PeerAddress, listener: Int) -> UInt64

    /// Who has connected has shown a certificate with this SHA-256 hash, and proven that it is his. Said once, after
    /// `opened`, by a service in front.
    func identified(_ connection: ConnectionID, certificate: InlineArray<32, UInt8>)

    /// Bytes are there: those that an earlier call left, then new ones. What is appended to `output` is sent, in order.
    func received(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Reception

    /// Whether bytes wait in the service itself. Then `received` is called also where none wait in the shard, once the
    /// connection goes on after `outputFull` or `waiting`.
    func holdsInput(_ connection: ConnectionID) -> Bool

    /// Which connection has an answer now that was made elsewhere; nil when none has.
    ///
    /// Asked until nil at the end of each pass; `ShardMailbox.wake` makes one begin. The service may forget the answer
    /// when it isn't fetched by the call of `answered` that follows at once: then the connection is no longer there.
    func nextAnswered() -> ConnectionID?

    /// Writes the answer that `nextAnswered` has announced. No bytes are given: those that wait come with `received`.
    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception

    /// Which connection's bytes, that `received` has put off, are handed over again.
    ///
    /// Asked at the end of each pass, when everybody else was served, until it is nil: none is left, or no more of them
    /// fit into this pass. While there are any, passes do not wait for events.
    func nextDeferred() -> ConnectionID?

    /// The connection's deadline has passed. What is appended to `output` is sent before the connection is closed.
    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer)

    /// The connection is gone; its id will not be used again.
    func closed(_ connection: ConnectionID)

    /// No new connection will come, and those that are open shall end with their next answer.
    func drainBegan()

    /// The shard was told to look at what is shared with others (`ShardMessage.refresh`), between two calls of other kinds.
    ///
    /// - Parameter counters: what the shard has counted until now, without what the service itself has.
    func refresh(_ counters: ShardCounters)

    /// An idle connection is closed, since the server drains. What is appended to `output` is sent before that.
    func drained(_ connection: ConnectionID, _ output: inout ByteBuffer)

    /// The shard has ended, or can't go on, and calls no more. Adds what the service itself has counted.
    func ended(_ counters: inout ShardCounters)
}

extension ConnectionService {
    /// Nobody is known by certificates, unless the service says otherwise.
    public func identified(_ connection: ConnectionID, certificate: InlineArray<32, UInt8>) {}

    /// A service leaves its bytes in the shard, unless it says otherwise.
    public func holdsInput(_ connection: ConnectionID) -> Bool { false }

    /// A service that shares nothing has nothing to look at.
    public func refresh(_ counters: ShardCounters) {}

    /// Nothing is said to whoever waits for nothing, unless the service says otherwise.
    public func drained(_ connection: ConnectionID, _ output: inout ByteBuffer) {}
}

/// The times of one pass.
public struct PassTime: Sendable {
    /// The monotonic clock, in nanoseconds.
    public let monotonicNanoseconds: UInt64
    /// The wall clock, in nanoseconds since 1970 (UTC).
    public let wallClockNanoseconds: UInt64
    /// The time of day in whole seconds since 1970, as tokens give theirs.
    public var unixSeconds: Int64 { Int64(wallClockNanoseconds / 1_000_000_000) }

    /// A pair of clock readings.
    public init(monotonicNanoseconds: UInt64, wallClockNanoseconds: UInt64) {
        self.monotonicNanoseconds = monotonicNanoseconds
        self.wallClockNanoseconds = wallClockNanoseconds
    }
}

/// Names a connection of one shard.
public struct ConnectionID: Equatable, Sendable {
    /// The connection's place in the shard's tables, below `ShardLimits.connections`.
    public let slot: Int
    /// Tells the connections that have had this slot apart.
    public let generation: UInt32

    /// Names the connection that has `slot` in its `generation`.
    public init(slot: Int, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}

/// What a service made of the bytes it was given.
public struct Reception: Sendable {
    /// What the connection does next.
    public enum Next: Sendable {
        /// Waits for a new request; may be closed when the server drains.
        case idle
        /// Waits for the rest of a request.
        case reading
        /// Has more to work off, once output has been sent.
        case outputFull
        /// An answer is being made elsewhere; until it is there, no bytes are wanted.
        case waiting
        /// Has bytes to work off when everybody else was served; until `nextDeferred` says so, none are wanted.
        case deferred
        /// Sends its output, then closes.
        case close
    }

    /// How many of the bytes are used up; the rest comes again in front of the next bytes.
    public let consumed: Int
    /// What the connection does next.
    public let next: Next
    /// When the connection is cut, on the monotonic clock in nanoseconds.
    public let deadlineNanoseconds: UInt64

    /// The outcome of a call.
    public init(consumed: Int, next: Next, deadlineNanoseconds: UInt64) {
        self.consumed = consumed
        self.next = next
        self.deadlineNanoseconds = deadlineNanoseconds
    }
}
