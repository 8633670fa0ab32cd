internal import Bytes
internal import Ring

extension Shard where Source: ~Copyable {
    /// Sends what is in the output, unless a send is under way: then it goes with the next one.
    mutating func startSending(_ slot: Int) {
        guard !connections[slot].isSending, let output = connections[slot].output.take() else { return }
        connections[slot].sending = consume output
        connections[slot].sendingSinceNanoseconds = source.nowNanoseconds
        connections[slot].sentBytes = 0
        connections[slot].isSending = true
        submitSend(slot)
    }

    private mutating func submitSend(_ slot: Int) {
        let sent = connections[slot].sentBytes
        guard let address = unsafe connections[slot].sending?.address, let count = connections[slot].sending?.count
        else {
            return
        }
        connections[slot].outstanding += 1
        // SAFETY: `sending` is neither changed nor freed while `isSending`, which only the send's completion clears;
        // `Connection.verifyInvariants` checks that it is there as long.
        unsafe source.send(
            socket: connections[slot].socket, from: address + sent, byteCount: count - sent,
            userData: connections[slot].userData(.send, slot: slot))
    }

    mutating func sent(_ slot: Int, _ completion: Completion) {
        guard completion.result > 0 else {
            finishSend(slot)
            abandon(slot)
            return settle(slot)
        }
        connections[slot].sentBytes += Int(completion.result)
        if connections[slot].sentBytes < connections[slot].sending?.count ?? 0 && connections[slot].phase != .closing {
            return submitSend(slot)
        }
        finishSend(slot)
        if connections[slot].phase != .closing { startSending(slot) }
        if connections[slot].isPaused && !connections[slot].isSending && connections[slot].phase == .open {
            resume(slot)
        }
        settle(slot)
    }

    private mutating func finishSend(_ slot: Int) {
        connections[slot].isSending = false
        guard let buffer = connections[slot].sending.take() else { return }
        // What a closing connection holds was counted out when it was given up.
        if connections[slot].phase != .closing { backlog.bytes -= buffer.count }
        outputs.give(back: buffer)
    }
}
