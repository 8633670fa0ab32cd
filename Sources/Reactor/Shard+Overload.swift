internal import Bytes

/// What the answers of a shard take that wait to be sent.
struct OutputBacklog {
    /// Bytes in the outputs of all connections that are not closing.
    var bytes = 0
    /// When slow readers were looked for last.
    var searchedNanoseconds: UInt64 = 0
}

/// The bound on all output that waits.
///
/// Memory fills up with answers when clients ask and don't read. So those pay first who hold most of what the kernel could
/// not take: an honest client's answer fits its socket, and is gone in the next pass. Only what one pass alone has made
/// too much is met by refusing newcomers.
extension Shard where Source: ~Copyable {
    /// A connection's output, to be written to and put back.
    mutating func takeOutput(_ slot: Int) -> ByteBuffer {
        guard let output = connections[slot].output.take() else { return outputs.take() }
        backlog.bytes -= output.count
        return output
    }

    /// Gives a connection its output back.
    mutating func putOutput(_ slot: Int, _ output: consuming ByteBuffer) {
        guard !output.isEmpty else { return outputs.give(back: output) }
        backlog.bytes += output.count
        connections[slot].output = consume output
    }

    /// Whether a connection's next answer may be made. Where there is no room, slow readers are cut to make some; when
    /// that is not enough, the connection is shed.
    mutating func makeRoom(_ slot: Int) -> Bool {
        if backlog.bytes < limits.totalOutputBytes { return true }
        cutSlowReadersIfFull()
        // It may have been one of them.
        guard connections[slot].takesInput else { return false }
        if backlog.bytes < limits.totalOutputBytes { return true }
        shed(slot)
        return false
    }

    /// Makes room where there is none, at the cost of those who don't read. An answer that was made elsewhere is always
    /// taken: what it tells of has been done.
    mutating func cutSlowReadersIfFull() {
        guard backlog.bytes >= limits.totalOutputBytes, backlog.searchedNanoseconds < source.nowNanoseconds else {
            return
        }
        cutSlowReaders()
    }

    /// Tells a client that there is no room for its answer, and closes.
    private mutating func shed(_ slot: Int) {
        counters.shed += 1
        var output = takeOutput(slot)
        service.refuse(into: &output)
        putOutput(slot, output)
        closeAfterOutput(slot)
    }

    /// Cuts connections that hold at least half of the mean, until a quarter of the bound is free. O(connections), once a
    /// pass at most.
    ///
    /// Those below half of the mean hold less than half of all, so that one round is enough, and frees enough to pay for it.
    private mutating func cutSlowReaders() {
        backlog.searchedNanoseconds = source.nowNanoseconds
        var (slow, bytes) = (0, 0)
        for slot in 0..<connections.capacity where isSlow(slot) {
            slow += 1
            bytes += connections[slot].unsentBytes
        }
        let goal = limits.totalOutputBytes - limits.totalOutputBytes / 4
        for slot in 0..<connections.capacity where isSlow(slot) && connections[slot].unsentBytes >= bytes / slow / 2 {
            guard backlog.bytes > goal else { return }
            counters.slowReaders += 1
            abandon(slot)
            settle(slot)
        }
    }

    /// Whether the kernel has not taken, in a pass before this one, all that it was given.
    private func isSlow(_ slot: Int) -> Bool {
        switch connections[slot].phase {
        case .open, .flushing:
            connections[slot].isSending && connections[slot].sendingSinceNanoseconds < source.nowNanoseconds
        case .free, .lingering, .closing: false
        }
    }
}
