/// What a shard is told: one word, the same whether it comes through the shard's mailbox or from another shard's ring.
///
/// Saying something twice changes nothing, so that messages which meet can become one, and their order doesn't matter.
public struct ShardMessage: OptionSet, Sendable {
    /// The word.
    public let rawValue: UInt32

    /// What a word says.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Stop accepting, answer what is in flight, and end.
    public static let drain = ShardMessage(rawValue: 1)
    /// Cut every connection, and end.
    public static let stop = ShardMessage(rawValue: 2)
    /// Have the service look at what it shares with those of other shards (`ConnectionService.refresh`).
    public static let refresh = ShardMessage(rawValue: 4)
    /// Tell the other shards all the rest of this, too.
    public static let passOn = ShardMessage(rawValue: 8)
}
