internal import Bytes
package import Ring

/// One shard: an event loop over one source, with its own connections, timers, buffers and counters.
///
/// It knows bytes and time; what they mean is its service's business. Nothing in it is shared with another shard but
/// the mailbox, through which other threads tell it things; other shards do by ring messages.
package struct Shard<Source: EventSource & ~Copyable>: ~Copyable {
    enum State: Equatable {
        case running
        case draining(untilNanoseconds: UInt64)
        case stopping
    }

    var source: Source
    let service: any ConnectionService
    let mailbox: ShardMailbox
    /// Those of the other shards.
    let siblings: [ShardMailbox]
    let limits: ShardLimits
    var connections: ConnectionSlab
    var timers: TimerWheel
    var outputs: OutputPool
    var backlog = OutputBacklog()
    package internal(set) var counters = ShardCounters()
    var state = State.running
    var acceptances: FixedArray<Acceptance>
    /// When to try again to accept, after the process ran out of something.
    var acceptRetryNanoseconds: UInt64?
    var isAwaitingCommand = false
    /// Messages to siblings of which it isn't known yet whether they have arrived.
    var messagesUnderway = 0
    /// How many connections wait for their turn at the end of a pass.
    var deferredCount = 0

    /// A shard over `source`; it does nothing before `run`.
    package init(
        source: consuming Source, service: any ConnectionService, mailbox: ShardMailbox, siblings: [ShardMailbox] = [],
        limits: ShardLimits
    ) {
        precondition(siblings.count < UserData.slotLimit, "siblings out of range")
        precondition(limits.connections > 0 && limits.connections < UserData.slotLimit, "connections out of range")
        let now = source.nowNanoseconds
        acceptances = FixedArray(count: source.listenerCount) { _ in Acceptance() }
        self.source = source
        self.service = service
        self.mailbox = mailbox
        self.siblings = siblings
        self.limits = limits
        connections = ConnectionSlab(capacity: limits.connections)
        timers = TimerWheel(capacity: limits.connections, nowNanoseconds: now)
        outputs = OutputPool(capacity: min(limits.connections, 256))
    }

    /// Serves until the shard has drained or was stopped, and no operation is pending any more.
    package mutating func run() throws(RingError) {
        start()
        while !hasEnded { try runPass() }
        // The last sockets are closed by operations that only a wait hands over.
        try source.wait(timeoutNanoseconds: 0)
    }

    /// Begins to accept and to listen to the mailbox.
    package mutating func start() {
        armAccept()
        armCommand()
    }

    /// Whether nothing is open and nothing is pending.
    package var hasEnded: Bool {
        state != .running && connections.openCount == 0 && !isAccepting && !isAwaitingCommand
            && messagesUnderway == 0
    }

    /// How many connections hold a slot.
    package var openConnections: Int { connections.openCount }

    /// One turn of the loop: submit and wait, work off all completions, then all deadlines that have passed, then what was
    /// put off, then what was answered elsewhere.
    package mutating func runPass() throws(RingError) {
        try source.wait(timeoutNanoseconds: waitNanoseconds())
        service.passBegan(
            PassTime(
                monotonicNanoseconds: source.nowNanoseconds, wallClockNanoseconds: source.wallClockNanoseconds))
        let ready = source.readyCount
        for index in 0..<ready { handle(source.completion(at: index)) }
        source.release(ready)
        expireDeadlines()
        resumeDeferred()
        // After all that may start a task or end one on this thread: nothing else would wake the shard for it.
        deliverAnswers()
        resumeAccepting()
        finishDrain()
    }

    private mutating func handle(_ completion: Completion) {
        guard let origin = UserData(rawValue: completion.userData) else { return }
        switch origin.operation {
        case .accept: accepted(origin.slot, completion)
        case .command: commandArrived()
        case .message: messageArrived(origin, completion)
        case .tell: told(origin, completion)
        case .close: return
        case .receive, .send, .cancel, .shutdown:
            guard origin.slot < connections.capacity, connections[origin.slot].generation == origin.generation else {
                // The connection has gone; only the buffer still matters.
                if let buffer = completion.buffer { source.recycle(buffer) }
                return
            }
            if !completion.hasMore { connections[origin.slot].outstanding -= 1 }
            switch origin.operation {
            case .receive: received(origin.slot, completion)
            case .send: sent(origin.slot, completion)
            default: settle(origin.slot)
            }
            assert(connections[origin.slot].verifyInvariants(), "connection invariants")
        }
    }

    private mutating func expireDeadlines() {
        let now = source.nowNanoseconds
        while let slot = timers.popExpired(nowNanoseconds: now) {
            let deadline = connections[slot].deadlineNanoseconds
            guard deadline <= now else {
                timers.schedule(slot, noLaterThan: deadline)
                continue
            }
            counters.expired += 1
            expire(slot)
            assert(connections[slot].verifyInvariants(), "connection invariants")
        }
    }

    private func waitNanoseconds() -> UInt64 {
        if deferredCount > 0 { return 0 }
        let now = source.nowNanoseconds
        var wait = timers.nanosecondsUntilNext(nowNanoseconds: now) ?? Self.longestWaitNanoseconds
        if case .draining(let until) = state { wait = min(wait, until > now ? until - now : 0) }
        if let retry = acceptRetryNanoseconds { wait = min(wait, retry > now ? retry - now : 0) }
        return min(wait, Self.longestWaitNanoseconds)
    }

    private static var longestWaitNanoseconds: UInt64 { 60_000_000_000 }
}
