internal import Bytes
internal import Synchronization
internal import Tokens

extension CacheMemory {
    /// What a reader found.
    enum Reading {
        /// A writer was at the set.
        case torn
        case missing
        case found(ClaimsTable)
    }

    /// Looks for a token, and copies its claims to `claims`: what these are counts only when it was found.
    @inline(__always)
    func read(_ token: RawSpan, _ tail: TailHash, seconds: UInt32, into claims: inout ByteBuffer) -> Reading {
        let set = set(tail)
        let sequence = set[Self.sequenceOffset].load(ordering: .acquiring)
        guard sequence & 1 == 0 else { return .torn }
        guard let way = way(tail.tag, in: set),
            TokenCache.age(of: identity(way, in: set).storedSeconds, at: seconds) < lifeSeconds
        else { return .missing }
        var header = EntryHeader()
        let isSame = copy(way, of: set, ifOf: token, &header, &claims)
        // Whoever sees the same even number before and after has read none of a writer's words in between.
        atomicMemoryFence(ordering: .acquiring)
        guard set[Self.sequenceOffset].load(ordering: .relaxed) == sequence else { return .torn }
        guard isSame else { return .missing }
        noteHit(way, in: set, seconds: seconds)
        return .found(header.table)
    }

    /// The way with this tag.
    @inline(__always)
    func way(_ tag: UInt32, in set: borrowing CacheSet) -> Int? {
        for way in 0..<Self.waysInSet where identity(way, in: set).tag == tag { return way }
        return nil
    }

    @inline(__always)
    func identity(_ way: Int, in set: borrowing CacheSet) -> EntryIdentity {
        EntryIdentity(word: set[Self.identityOffset &+ way].load(ordering: .relaxed))
    }

    /// Copies an entry, if it is of this token. Bounded whatever a writer does meanwhile.
    @inline(__always)
    private func copy(
        _ way: Int, of set: borrowing CacheSet, ifOf token: RawSpan, _ header: inout EntryHeader,
        _ claims: inout ByteBuffer
    ) -> Bool {
        let blocks = set[Self.blocksOffset &+ way].load(ordering: .relaxed)
        let room = blocks.nonzeroBitCount &* Self.wordsInBlock
        var cursor = WordCursor(blocks)
        guard room >= EntryHeader.wordCount else { return false }
        let first = cursor.run(EntryHeader.wordCount)
        for index in first { header.words[index &- first.lowerBound] = set[index].load(ordering: .relaxed) }
        let claimsByteCount = header.claimsByteCount
        let claimsWordCount = (claimsByteCount &+ 7) / 8
        guard header.tokenByteCount == token.byteCount,
            EntryHeader.wordCount &+ token.wordCount &+ claimsWordCount <= room,
            equals(token, at: &cursor, of: set)
        else { return false }
        claims.removeAll()
        claims.append(count: claimsWordCount &* 8) { target in
            // SAFETY: exactly the target's words are written, one after the other.
            unsafe target.withUnsafeMutableBytes { target in
                guard var place = target.baseAddress else { return }
                var rest = claimsWordCount
                while rest > 0 {
                    let run = cursor.run(rest)
                    for index in run {
                        unsafe place.storeBytes(of: set[index].load(ordering: .relaxed), as: UInt64.self)
                        unsafe place += 8
                    }
                    rest &-= run.count
                }
            }
        }
        claims.truncate(to: claimsByteCount)
        return true
    }

    @inline(__always)
    private func equals(_ token: RawSpan, at cursor: inout WordCursor, of set: borrowing CacheSet) -> Bool {
        var difference: UInt64 = 0
        var rest = token.byteCount / 8
        // SAFETY: only words that lie wholly in the token are read, one after the other.
        unsafe token.withUnsafeBytes { bytes in
            guard var place = bytes.baseAddress else { return }
            while rest > 0 {
                let run = cursor.run(rest)
                for index in run {
                    difference |= unsafe set[index].load(ordering: .relaxed) ^ place.loadUnaligned(as: UInt64.self)
                    unsafe place += 8
                }
                rest &-= run.count
            }
        }
        let end = token.byteCount & ~7
        guard end < token.byteCount else { return difference == 0 }
        for index in cursor.run(1) { difference |= set[index].load(ordering: .relaxed) ^ token.paddedWord(at: end) }
        return difference == 0
    }

    /// Writes down that an entry is of use; once a second at most, so that readers leave its line to one another.
    @inline(__always)
    private func noteHit(_ way: Int, in set: borrowing CacheSet, seconds: UInt32) {
        let second = UInt64(max(seconds, 1))
        if set[Self.hitOffset &+ way].load(ordering: .relaxed) != second {
            set[Self.hitOffset &+ way].store(second, ordering: .relaxed)
        }
    }
}

/// What tells an entry from the others of its set, and when it was stored.
struct EntryIdentity {
    let word: UInt64

    init(word: UInt64) { self.word = word }

    init(tag: UInt32, storedSeconds: UInt32) { word = UInt64(storedSeconds) << 32 | UInt64(tag) }

    /// Zero where there is no entry.
    var tag: UInt32 { UInt32(truncatingIfNeeded: word) }
    var storedSeconds: UInt32 { UInt32(truncatingIfNeeded: word &>> 32) }
}
