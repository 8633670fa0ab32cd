internal import Bytes
internal import Ring

extension Shard where Source: ~Copyable {
    /// Moves a connection on after an event: the one place where phases follow from what has completed.
    mutating func settle(_ slot: Int) {
        if connections[slot].phase == .open {
            // The peer sends no more; what it asked for is answered, then the connection ends.
            if connections[slot].takesInput {
                if connections[slot].hasEnded { connections[slot].phase = .flushing } else { armReceive(slot) }
            }
        }
        if connections[slot].phase == .flushing && !connections[slot].hasOutput { linger(slot) }
        if connections[slot].phase == .lingering {
            if connections[slot].hasEnded { abandon(slot) } else { armReceive(slot) }
        }
        if connections[slot].phase == .closing && connections[slot].outstanding == 0 { free(slot) }
    }

    /// Everything is sent: tells the peer, and waits a moment for its side to close.
    private mutating func linger(_ slot: Int) {
        connections[slot].phase = .lingering
        guard !connections[slot].hasEnded else { return }
        connections[slot].outstanding += 1
        source.shutdownWriting(
            socket: connections[slot].socket, userData: connections[slot].userData(.shutdown, slot: slot))
        connections[slot].deadlineNanoseconds = source.nowNanoseconds + limits.lingerNanoseconds
        timers.schedule(slot, noLaterThan: connections[slot].deadlineNanoseconds)
    }

    /// A deadline has passed.
    mutating func expire(_ slot: Int) {
        guard connections[slot].phase == .open, !connections[slot].hasOutput else {
            // It doesn't read, or doesn't close: there is nothing left to tell it.
            abandon(slot)
            return settle(slot)
        }
        var output = takeOutput(slot)
        service.expired(ConnectionID(slot: slot, generation: connections[slot].generation), &output)
        putOutput(slot, output)
        closeAfterOutput(slot)
    }

    /// Ends an open connection once what is in its output has been sent.
    mutating func closeAfterOutput(_ slot: Int) {
        connections[slot].phase = .flushing
        connections[slot].deadlineNanoseconds = source.nowNanoseconds + limits.lingerNanoseconds
        timers.schedule(slot, noLaterThan: connections[slot].deadlineNanoseconds)
        startSending(slot)
        settle(slot)
    }

    /// Ends a connection now: pending operations are cancelled, and what is unsent is lost.
    mutating func abandon(_ slot: Int) {
        guard connections[slot].phase != .closing else { return }
        connections[slot].phase = .closing
        backlog.bytes -= connections[slot].unsentBytes
        guard connections[slot].outstanding > 0 else { return }
        connections[slot].outstanding += 1
        source.cancelAll(socket: connections[slot].socket, userData: connections[slot].userData(.cancel, slot: slot))
    }

    mutating func cancel(_ slot: Int, _ operation: UserData.Operation) {
        let target = connections[slot].userData(operation, slot: slot)
        connections[slot].outstanding += 1
        source.cancel(target: target, userData: connections[slot].userData(.cancel, slot: slot))
    }

    private mutating func free(_ slot: Int) {
        timers.cancel(slot)
        if connections[slot].isDeferred { deferredCount -= 1 }
        if let output = connections[slot].output.take() { outputs.give(back: output) }
        if let input = connections[slot].input.take() { outputs.give(back: input) }
        source.close(socket: connections[slot].socket, userData: UserData(.close).rawValue)
        service.closed(ConnectionID(slot: slot, generation: connections[slot].generation))
        connections.free(slot)
        counters.closed += 1
    }
}
