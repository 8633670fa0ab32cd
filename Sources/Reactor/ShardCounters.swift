/// What one shard has done. Plain words in the shard's own memory; they are read when the shard has ended.
public struct ShardCounters: Equatable, Sendable {
    /// Connections accepted.
    public var accepted: UInt64 = 0
    /// Connections refused because the table was full.
    public var refused: UInt64 = 0
    /// Connections closed.
    public var closed: UInt64 = 0
    /// Connections cut because a deadline passed.
    public var expired: UInt64 = 0
    /// Connections cut because too much input was waiting.
    public var inputOverflows: UInt64 = 0
    /// Times that the pool of receive buffers was empty.
    public var starvedReceives: UInt64 = 0
    /// Times that a connection's input was left alone because its output was full.
    public var pauses: UInt64 = 0
    /// Accepts that failed.
    public var failedAccepts: UInt64 = 0

    /// All zero.
    public init() {}

    /// Adds what another shard has done.
    public mutating func add(_ other: ShardCounters) {
        accepted += other.accepted
        refused += other.refused
        closed += other.closed
        expired += other.expired
        inputOverflows += other.inputOverflows
        starvedReceives += other.starvedReceives
        pauses += other.pauses
        failedAccepts += other.failedAccepts
    }
}
