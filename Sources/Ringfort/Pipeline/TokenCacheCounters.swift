import Synchronization
import TokenCache

/// What one shard has asked of the token cache. The shard alone writes; anyone may read.
final class TokenCacheCounters: Sendable {
    private let hitsWord = Atomic<UInt64>(0)
    private let missesWord = Atomic<UInt64>(0)
    private let storesWord = Atomic<UInt64>(0)
    private let evictionsWord = Atomic<UInt64>(0)

    var hits: UInt64 { hitsWord.load(ordering: .relaxed) }
    var misses: UInt64 { missesWord.load(ordering: .relaxed) }
    var stores: UInt64 { storesWord.load(ordering: .relaxed) }
    var evictions: UInt64 { evictionsWord.load(ordering: .relaxed) }

    /// Counts a token that was looked for.
    func count(isHit: Bool) {
        if isHit { Self.add(1, to: hitsWord) } else { Self.add(1, to: missesWord) }
    }

    /// Counts a token that was to be stored.
    func count(_ outcome: TokenCache.StoreOutcome) {
        guard case .stored(let evicted) = outcome else { return }
        Self.add(1, to: storesWord)
        if evicted > 0 { Self.add(UInt64(evicted), to: evictionsWord) }
    }

    /// With one writer, a load and a store do; they cost no locked instruction.
    private static func add(_ amount: UInt64, to counter: borrowing Atomic<UInt64>) {
        counter.store(counter.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
}

extension [TokenCacheCounters] {
    /// The sum over all shards, as the log has it.
    func sum(_ counter: KeyPath<TokenCacheCounters, UInt64>) -> Int64 {
        Int64(clamping: reduce(0) { $0 &+ $1[keyPath: counter] })
    }
}
