/// What a writer sees of an entry.
struct EntryState {
    let identity: EntryIdentity
    let blocks: UInt64
    /// When it was hit last; 0 when never.
    let hitSeconds: UInt32
}

/// Decides which entries of a set make room for a newcomer: a pure value, so that it can be tested without memory.
///
/// In this order: an entry of the newcomer's tag, what is empty or too old, what was never hit (the oldest first), what was
/// not hit for long (the longest first). What is in use stays, and the newcomer goes without.
struct RoomSearch {
    private var entries = InlineArray<16, Candidate>(repeating: Candidate())
    private var sameTag: Int?
    private let lifeSeconds: UInt32

    /// - Parameter lifeSeconds: how long an entry is good.
    init(lifeSeconds: UInt32) { self.lifeSeconds = lifeSeconds }

    private struct Candidate {
        var blocks: UInt64 = 0
        /// The smaller, the sooner it goes; `Rank.kept` never.
        var rank = Rank.kept
    }

    private enum Rank {
        /// It holds nothing that can be found.
        static let free: UInt64 = 0
        static let neverHit: UInt64 = 1 << 32
        static let idle: UInt64 = 2 << 32
        static let kept = UInt64.max
    }

    /// Where the newcomer goes.
    struct Room: Equatable {
        let way: Int
        let blocks: UInt64
        /// A bit for each way whose entry has to go.
        let cleared: UInt32
        /// How many of them could still have been found.
        let evicted: Int
        let isSameTag: Bool
    }

    /// Takes in an entry of the set.
    mutating func add(_ way: Int, _ state: EntryState, tag: UInt32, seconds: UInt32) {
        let age = TokenCache.age(of: state.identity.storedSeconds, at: seconds)
        let idle = TokenCache.age(of: state.hitSeconds, at: seconds)
        let rank: UInt64
        if state.identity.tag == tag {
            sameTag = way
            rank = Rank.free
        } else if state.identity.tag == 0 || age >= lifeSeconds {
            rank = Rank.free
        } else if state.hitSeconds == 0 {
            rank = Rank.neverHit + UInt64(UInt32.max - age)
        } else if idle >= TokenCache.protectedSeconds {
            rank = Rank.idle + UInt64(UInt32.max - idle)
        } else {
            rank = Rank.kept
        }
        entries[way] = Candidate(blocks: state.blocks, rank: rank)
    }

    /// Room of so many blocks, or nil when what is in use leaves none.
    consuming func room(blocks wanted: Int) -> Room? {
        var free = CacheMemory.allBlocks
        var cleared: UInt32 = 0
        var evicted = 0
        var place = sameTag
        for way in 0..<CacheMemory.waysInSet {
            guard entries[way].rank == Rank.free else {
                free &= ~entries[way].blocks
                continue
            }
            cleared |= 1 << UInt32(way)
            if place == nil { place = way }
        }
        while place == nil || free.nonzeroBitCount < wanted {
            guard let victim = first() else { return nil }
            free |= entries[victim].blocks
            entries[victim].rank = Rank.kept
            cleared |= 1 << UInt32(victim)
            evicted += 1
            if place == nil { place = victim }
        }
        guard let place else { return nil }
        return Room(
            way: place, blocks: Self.lowest(wanted, of: free), cleared: cleared, evicted: evicted,
            isSameTag: place == sameTag)
    }

    /// The entry that goes next.
    private func first() -> Int? {
        var found: Int?
        var lowest = Rank.kept
        for way in 0..<CacheMemory.waysInSet where entries[way].rank != Rank.free && entries[way].rank < lowest {
            found = way
            lowest = entries[way].rank
        }
        return found
    }

    private static func lowest(_ count: Int, of blocks: UInt64) -> UInt64 {
        var rest = blocks
        for _ in 0..<count { rest &= rest &- 1 }
        return blocks & ~rest
    }
}
