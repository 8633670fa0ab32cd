internal import Bytes
internal import Ring

extension Shard where Source: ~Copyable {
    /// Stops accepting, closes what is idle; the rest ends with its next answer.
    mutating func drain() {
        guard state == .running else { return }
        state = .draining(untilNanoseconds: source.nowNanoseconds + limits.drainNanoseconds)
        if isAccepting { cancelAccept() } else { source.stopListening() }
        service.drainBegan()
        for slot in 0..<connections.capacity
        where connections[slot].phase == .open && connections[slot].isIdle && !connections[slot].hasOutput {
            var output = takeOutput(slot)
            service.drained(ConnectionID(slot: slot, generation: connections[slot].generation), &output)
            putOutput(slot, output)
            closeAfterOutput(slot)
        }
    }

    /// Cuts every connection.
    mutating func stop() {
        guard state != .stopping else { return }
        state = .stopping
        if isAccepting { cancelAccept() } else { source.stopListening() }
        for slot in 0..<connections.capacity where connections[slot].phase != .free {
            abandon(slot)
            settle(slot)
        }
        guard isAwaitingCommand else { return }
        source.cancel(target: UserData(.command).rawValue, userData: UserData(.close).rawValue)
    }

    /// Ends the drain when all connections have gone, or when its time is over.
    mutating func finishDrain() {
        guard case .draining(let until) = state else { return }
        if connections.openCount == 0 || source.nowNanoseconds >= until { stop() }
    }
}
