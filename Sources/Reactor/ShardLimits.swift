/// The bounds of one shard.
public struct ShardLimits: Sendable {
    /// Connections open at the same time; at most 16,777,215.
    public var connections: Int = 8192
    /// Bytes of input that a connection may have waiting; one that sends more is cut.
    public var inputBytes: Int = 512 * 1024
    /// Bytes of answers that a connection may have waiting before its input is left alone.
    public var outputBytes: Int = 256 * 1024
    /// Bytes of answers that all connections together may have waiting, before those who don't read pay for it.
    public var totalOutputBytes: Int = 64 * 1024 * 1024
    /// How many receive buffers the kernel may fill before they are worked off; a power of two, at most 32,768.
    public var receiveBuffers: UInt16 = 256
    /// How long a receive buffer is, in bytes.
    public var receiveBufferBytes: Int = 4096
    /// How long a closing connection may take to acknowledge it, in nanoseconds.
    public var lingerNanoseconds: UInt64 = 2_000_000_000
    /// How long a drain may take before the remaining connections are cut, in nanoseconds.
    public var drainNanoseconds: UInt64 = 10_000_000_000
    /// How long to leave accepting alone after the process ran out of descriptors or memory, in nanoseconds.
    public var acceptRetryNanoseconds: UInt64 = 100_000_000

    /// The defaults.
    public init() {}
}
