import Bytes
import Synchronization

/// The log's end of a shard's ring.
struct LogConsumer: ~Copyable {
    private let ring: LogRing
    /// Behind the record that was given out last.
    private var position = 0
    private var written = 0
    private var reportedDrops: UInt64 = 0

    /// The consumer of `ring`, which must not have one yet.
    init(_ ring: LogRing) {
        ring.claimConsumer()
        self.ring = ring
    }

    /// Moves what is there now to the outputs; false when there was nothing.
    ///
    /// Only what is there at the first look, so that a busy shard does not hold up the others.
    mutating func drain(into outputs: inout FixedArray<LogOutput>) -> Bool {
        var hasWorked = false
        look()
        while moveNext(to: &outputs) {
            hasWorked = true
            for index in 0..<outputs.count where outputs[index].isBatch {
                // The records are in the lines: the producer may have their room while the kernel takes those.
                release()
                outputs[index].flush()
            }
        }
        release()
        return hasWorked
    }

    private mutating func moveNext(to outputs: inout FixedArray<LogOutput>) -> Bool {
        guard let entry = next() else { return false }
        for index in 0..<outputs.count { outputs[index].append(entry) }
        return true
    }

    /// Looks how far the producer has come; `next` gives out the records up to there.
    mutating func look() { written = ring.written.load(ordering: .acquiring) }

    /// The oldest record that was not given out yet and was there at the last look, or nil. Its bytes stay where they
    /// are until `release`.
    @_lifetime(&self)
    mutating func next() -> LogEntry? {
        guard position != written else { return nil }
        var offset = position & (ring.capacity - 1)
        if ring.readableBytes(at: offset, count: 8).word(at: 0, as: UInt32.self) == 0 {
            position += ring.capacity - offset
            offset = 0
        }
        let byteCount = Int(ring.readableBytes(at: offset, count: 8).word(at: 0, as: UInt32.self))
        position += byteCount
        precondition(position <= written, "a record reaches beyond what was written")
        return LogEntry(ring.readableBytes(at: offset, count: byteCount))
    }

    /// Gives the bytes of all records that were given out back to the producer.
    mutating func release() { ring.read.store(position, ordering: .releasing) }

    /// How many records were dropped since this was last asked.
    mutating func takeDrops() -> UInt64 {
        let dropped = ring.dropped.load(ordering: .relaxed)
        defer { reportedDrops = dropped }
        return dropped - reportedDrops
    }
}
