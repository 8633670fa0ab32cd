internal import Bytes
internal import Ring

/// The listening side of a shard.
struct Acceptance {
    /// A multishot accept, or its cancellation, is still to complete.
    var isPending = false
    var isCancelling = false
    /// When to try again after the process ran out of something.
    var retryAtNanoseconds: UInt64?
}

extension Shard where Source: ~Copyable {
    mutating func armAccept() {
        guard !acceptance.isPending, state == .running else { return }
        acceptance.isPending = true
        acceptance.retryAtNanoseconds = nil
        source.accept(userData: UserData(.accept).rawValue)
    }

    mutating func cancelAccept() {
        guard acceptance.isPending, !acceptance.isCancelling else { return }
        acceptance.isCancelling = true
        // The completion of the cancellation itself says nothing: the accept's own last completion is what counts.
        source.cancel(target: UserData(.accept).rawValue, userData: UserData(.close).rawValue)
    }

    mutating func accepted(_ completion: Completion) {
        if !completion.hasMore {
            acceptance.isPending = false
            acceptance.isCancelling = false
        }
        if completion.result >= 0 {
            open(completion.result)
        } else if completion.result != -ErrorNumber.cancelled {
            counters.failedAccepts += 1
            // Out of descriptors or memory: the next accept would fail the same way at once.
            acceptance.retryAtNanoseconds = source.nowNanoseconds + limits.acceptRetryNanoseconds
        }
        if !acceptance.isPending && state != .running { source.stopListening() }
    }

    /// Accepts again once there is room: not at the first free slot, or the shard would go to and fro at the brink.
    mutating func resumeAccepting() {
        guard !acceptance.isPending, state == .running else {
            if state != .running { acceptance.retryAtNanoseconds = nil }
            return
        }
        if let retry = acceptance.retryAtNanoseconds, retry > source.nowNanoseconds { return }
        // The time has come. Where there is no room, connections that close are waited for, and no clock.
        acceptance.retryAtNanoseconds = nil
        guard connections.openCount <= connections.capacity - max(1, connections.capacity / 16) else { return }
        armAccept()
    }

    /// Closes a connection that gets no slot: one of those that the kernel had accepted when the table was full.
    private mutating func refuse(_ socket: Int32) {
        counters.refused += 1
        if state == .running && connections.isFull {
            var answer = outputs.take()
            service.refuse(into: &answer)
            source.sendAtOnce(socket: socket, answer.bytes)
            outputs.give(back: answer)
        }
        source.close(socket: socket, userData: UserData(.close).rawValue)
    }

    private mutating func open(_ socket: Int32) {
        // Who has gone before he was seen may have left a request: nobody could be charged for it, or be named in the log.
        guard state == .running, let peer = source.peer(of: socket), let slot = connections.open(socket: socket) else {
            return refuse(socket)
        }
        if connections.isFull { cancelAccept() }
        counters.accepted += 1
        let identity = ConnectionID(slot: slot, generation: connections[slot].generation)
        let deadline = service.opened(identity, peer: peer)
        connections[slot].deadlineNanoseconds = deadline
        timers.schedule(slot, noLaterThan: deadline)
        armReceive(slot)
    }
}
