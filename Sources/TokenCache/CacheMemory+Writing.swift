internal import Bytes
internal import Synchronization
internal import Tokens

extension CacheMemory {
    /// Stores an entry, unless another thread is at its set or there is no place for it.
    func write(
        _ token: RawSpan, _ claims: VerifiedClaims, _ tail: TailHash, seconds: UInt32
    ) -> TokenCache.StoreOutcome {
        let set = set(tail)
        let sequence = self[set, Self.sequenceOffset].load(ordering: .relaxed)
        guard sequence & 1 == 0,
            self[set, Self.sequenceOffset].compareExchange(
                expected: sequence, desired: sequence &+ 1, successOrdering: .acquiring, failureOrdering: .relaxed
            ).exchanged
        else { return .refused }
        // Whoever reads one of the words that follow finds the number odd, or changed, when it reads that again.
        atomicMemoryFence(ordering: .releasing)
        let outcome = replace(token, claims, tail.tag, in: set, seconds: seconds)
        self[set, Self.sequenceOffset].store(sequence &+ 2, ordering: .releasing)
        return outcome
    }

    /// Finds a place and fills it. The set is this thread's.
    private func replace(
        _ token: RawSpan, _ claims: VerifiedClaims, _ tag: UInt32, in set: CacheSet, seconds: UInt32
    ) -> TokenCache.StoreOutcome {
        let words = EntryHeader.wordCount(token: token, claims: claims.bytes)
        let wanted = (words &+ Self.wordsInBlock &- 1) / Self.wordsInBlock
        var search = RoomSearch()
        for way in 0..<Self.waysInSet { search.add(way, state(way, in: set), tag: tag, seconds: seconds) }
        guard let room = search.room(blocks: wanted) else { return .refused }
        for way in 0..<Self.waysInSet where room.cleared & 1 << UInt32(way) != 0 { clear(way, in: set) }
        // A token that is stored anew keeps what it has earned.
        let hit = room.isSameTag ? self[set, Self.hitOffset + room.way].load(ordering: .relaxed) : 0
        self[set, Self.identityOffset + room.way].store(
            EntryIdentity(tag: tag, storedSeconds: seconds).word, ordering: .relaxed)
        self[set, Self.blocksOffset + room.way].store(room.blocks, ordering: .relaxed)
        self[set, Self.hitOffset + room.way].store(hit, ordering: .relaxed)
        var cursor = WordCursor(room.blocks)
        let header = EntryHeader(tokenByteCount: token.byteCount, claims.table)
        // SAFETY: integers have no padding.
        append(unsafe header.words.span.bytes, at: &cursor, of: set)
        append(token, at: &cursor, of: set)
        append(claims.bytes, at: &cursor, of: set)
        return .stored(evicted: room.evicted)
    }

    private func state(_ way: Int, in set: CacheSet) -> EntryState {
        EntryState(
            identity: identity(way, in: set),
            blocks: self[set, Self.blocksOffset + way].load(ordering: .relaxed),
            hitSeconds: UInt32(truncatingIfNeeded: self[set, Self.hitOffset + way].load(ordering: .relaxed)))
    }

    private func clear(_ way: Int, in set: CacheSet) {
        self[set, Self.identityOffset + way].store(0, ordering: .relaxed)
        self[set, Self.blocksOffset + way].store(0, ordering: .relaxed)
    }

    private func append(_ bytes: RawSpan, at cursor: inout WordCursor, of set: CacheSet) {
        var offset = 0
        while offset < bytes.byteCount {
            for index in cursor.run(bytes.wordCount - offset / 8) {
                self[set, index].store(bytes.paddedWord(at: offset), ordering: .relaxed)
                offset += 8
            }
        }
    }
}
