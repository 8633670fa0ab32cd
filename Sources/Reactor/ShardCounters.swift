/// What one shard has done. Plain words in the shard's own memory; they are read when the shard has ended.
public struct ShardCounters: Equatable, Sendable {
    /// Requests that the service has begun to answer.
    public var requests: UInt64 = 0
    /// Answers with a status from 200 to 299.
    public var answers2xx: UInt64 = 0
    /// Answers with a status from 300 to 399.
    public var answers3xx: UInt64 = 0
    /// Answers with a status from 400 to 499.
    public var answers4xx: UInt64 = 0
    /// Answers with a status from 500.
    public var answers5xx: UInt64 = 0
    /// Requests that a rate limit has refused.
    public var limitedRequests: UInt64 = 0
    /// Tokens that were verified, and not only found again.
    public var verifications: UInt64 = 0
    /// Requests that found no worker, and nowhere to wait for one.
    public var shedRequests: UInt64 = 0
    /// Tokens that the cache of verified tokens knew.
    public var tokenCacheHits: UInt64 = 0
    /// Tokens that the cache did not know.
    public var tokenCacheMisses: UInt64 = 0
    /// Tokens that the cache has taken in.
    public var tokenCacheStores: UInt64 = 0
    /// Tokens that had to go for them.
    public var tokenCacheEvictions: UInt64 = 0
    /// TLS handshakes that came to their end.
    public var handshakes: UInt64 = 0
    /// Those of them that resumed an earlier session.
    public var resumedHandshakes: UInt64 = 0
    /// TLS sessions that failed, or were not begun because their address had used up its limit.
    public var failedSessions: UInt64 = 0
    /// Connections accepted.
    public var accepted: UInt64 = 0
    /// Connections refused because the table was full, or because nobody could say whose they were.
    public var refused: UInt64 = 0
    /// Connections shed because too many answers waited to be sent.
    public var shed: UInt64 = 0
    /// Connections cut because they held most of the answers that waited, and did not read.
    public var slowReaders: UInt64 = 0
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
        requests += other.requests
        answers2xx += other.answers2xx
        answers3xx += other.answers3xx
        answers4xx += other.answers4xx
        answers5xx += other.answers5xx
        limitedRequests += other.limitedRequests
        verifications += other.verifications
        shedRequests += other.shedRequests
        tokenCacheHits += other.tokenCacheHits
        tokenCacheMisses += other.tokenCacheMisses
        tokenCacheStores += other.tokenCacheStores
        tokenCacheEvictions += other.tokenCacheEvictions
        handshakes += other.handshakes
        resumedHandshakes += other.resumedHandshakes
        failedSessions += other.failedSessions
        accepted += other.accepted
        refused += other.refused
        shed += other.shed
        slowReaders += other.slowReaders
        closed += other.closed
        expired += other.expired
        inputOverflows += other.inputOverflows
        starvedReceives += other.starvedReceives
        pauses += other.pauses
        failedAccepts += other.failedAccepts
    }
}
