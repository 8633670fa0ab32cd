internal import Bytes
internal import Ring

/// One listener of a shard.
struct Acceptance {
    /// A multishot accept, or its cancellation, is still to complete.
    var isPending = false
    var isCancelling = false
}

extension Shard where Source: ~Copyable {
    /// Whether an accept is pending at any listener.
    var isAccepting: Bool {
        for listener in 0..<acceptances.count where acceptances[listener].isPending { return true }
        return false
    }

    mutating func armAccept() {
        guard state == .running else { return }
        acceptRetryNanoseconds = nil
        for listener in 0..<acceptances.count where !acceptances[listener].isPending {
            acceptances[listener].isPending = true
            source.accept(listener: listener, userData: UserData(.accept, slot: listener).rawValue)
        }
    }

    mutating func cancelAccept() {
        for listener in 0..<acceptances.count
        where acceptances[listener].isPending && !acceptances[listener].isCancelling {
            acceptances[listener].isCancelling = true
            // The completion of the cancellation itself says nothing: the accept's own last completion is what counts.
            source.cancel(
                target: UserData(.accept, slot: listener).rawValue, userData: UserData(.close).rawValue)
        }
    }

    mutating func accepted(_ listener: Int, _ completion: Completion) {
        if !completion.hasMore { acceptances[listener] = Acceptance() }
        if completion.result >= 0 {
            open(completion.result, from: listener)
        } else if completion.result != -ErrorNumber.cancelled {
            counters.failedAccepts += 1
            // Out of descriptors or memory: the next accept would fail the same way at once.
            acceptRetryNanoseconds = source.nowNanoseconds + limits.acceptRetryNanoseconds
        }
        if state != .running && !isAccepting { source.stopListening() }
    }

    /// Accepts again once there is room: not at the first free slot, or the shard would go to and fro at the brink.
    mutating func resumeAccepting() {
        guard state == .running else {
            acceptRetryNanoseconds = nil
            return
        }
        if let retry = acceptRetryNanoseconds, retry > source.nowNanoseconds { return }
        // The time has come. Where there is no room, connections that close are waited for, and no clock.
        acceptRetryNanoseconds = nil
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

    private mutating func open(_ socket: Int32, from listener: Int) {
        // Who has gone before he was seen may have left a request: nobody could be charged for it, or be named in the log.
        guard state == .running, let peer = source.peer(of: socket), let slot = connections.open(socket: socket) else {
            return refuse(socket)
        }
        if connections.isFull { cancelAccept() }
        counters.accepted += 1
        let identity = ConnectionID(slot: slot, generation: connections[slot].generation)
        let deadline = service.opened(identity, peer: peer, listener: listener)
        connections[slot].deadlineNanoseconds = deadline
        timers.schedule(slot, noLaterThan: deadline)
        armReceive(slot)
    }
}
