internal import Bytes
internal import Synchronization
internal import Tokens

extension CacheMemory {
    /// Stores an entry, unless another thread is at its set or there is no place for it.
    func write(
        _ token: RawSpan, _ claims: VerifiedClaims, _ tail: TailHash, seconds: UInt32
    ) -> TokenCache.StoreOutcome {
        let set = set(tail)
        let sequence = set[Self.sequenceOffset].load(ordering: .relaxed)
        guard sequence & 1 == 0,
            set[Self.sequenceOffset].compareExchange(
                expected: sequence, desired: sequence &+ 1, successOrdering: .acquiring, failureOrdering: .relaxed
            ).exchanged
        else { return .refused }
        // Whoever reads one of the words that follow finds the number odd, or changed, when it reads that again.
        atomicMemoryFence(ordering: .releasing)
        let outcome = replace(token, claims, tail.tag, in: set, seconds: seconds)
        set[Self.sequenceOffset].store(sequence &+ 2, ordering: .releasing)
        return outcome
    }

    /// Finds a place and fills it. The set is this thread's.
    private func replace(
        _ token: RawSpan, _ claims: VerifiedClaims, _ tag: UInt32, in set: borrowing CacheSet, seconds: UInt32
    ) -> TokenCache.StoreOutcome {
        let words = EntryHeader.wordCount(token: token, claims: claims.bytes)
        let wanted = (words &+ Self.wordsInBlock &- 1) / Self.wordsInBlock
        var search = RoomSearch(lifeSeconds: lifeSeconds)
        for way in 0..<Self.waysInSet { search.add(way, state(way, in: set), tag: tag, seconds: seconds) }
        guard let room = search.room(blocks: wanted) else { return .refused }
        for way in 0..<Self.waysInSet where room.cleared & 1 << UInt32(way) != 0 { clear(way, in: set) }
        // A token that is stored anew keeps what it has earned.
        let hit = room.isSameTag ? set[Self.hitOffset + room.way].load(ordering: .relaxed) : 0
        set[Self.identityOffset + room.way].store(
            EntryIdentity(tag: tag, storedSeconds: seconds).word, ordering: .relaxed)
        set[Self.blocksOffset + room.way].store(room.blocks, ordering: .relaxed)
        set[Self.hitOffset + room.way].store(hit, ordering: .relaxed)
        var cursor = WordCursor(room.blocks)
        let header = EntryHeader(tokenByteCount: token.byteCount, claims.table)
        // SAFETY: integers have no padding.
        append(unsafe header.words.span.bytes, at: &cursor, of: set)
        append(token, at: &cursor, of: set)
        append(claims.bytes, at: &cursor, of: set)
        return .stored(evicted: room.evicted)
    }

    private func state(_ way: Int, in set: borrowing CacheSet) -> EntryState {
        EntryState(
            identity: identity(way, in: set),
            blocks: set[Self.blocksOffset + way].load(ordering: .relaxed),
            hitSeconds: UInt32(truncatingIfNeeded: set[Self.hitOffset + way].load(ordering: .relaxed)))
    }

    private func clear(_ way: Int, in set: borrowing CacheSet) {
        set[Self.identityOffset + way].store(0, ordering: .relaxed)
        set[Self.blocksOffset + way].store(0, ordering: .relaxed)
    }

    private func append(_ bytes: RawSpan, at cursor: inout WordCursor, of set: borrowing CacheSet) {
        var rest = bytes.byteCount / 8
        // SAFETY: only words that lie wholly in the span are read, one after the other.
        unsafe bytes.withUnsafeBytes { bytes in
            guard var place = bytes.baseAddress else { return }
            while rest > 0 {
                let run = cursor.run(rest)
                for index in run {
                    unsafe set[index].store(place.loadUnaligned(as: UInt64.self), ordering: .relaxed)
                    unsafe place += 8
                }
                rest -= run.count
            }
        }
        let end = bytes.byteCount & ~7
        guard end < bytes.byteCount else { return }
        for index in cursor.run(1) { set[index].store(bytes.paddedWord(at: end), ordering: .relaxed) }
    }
}
