import Testing

@testable import TokenCache

@Suite("Making room for a token")
struct RoomSearchTests {
    private static let now: UInt32 = 1_000

    /// Four blocks an entry, which leaves none of the first sixty-two to the others of a full set.
    private static func blocks(_ way: Int) -> UInt64 { way < 15 ? 0b1111 << UInt64(way * 4) : 0b11 << 60 }

    private static func search(
        _ tag: UInt32 = 99, _ state: (Int) -> (tag: UInt32, stored: UInt32, hit: UInt32)
    ) -> RoomSearch {
        var search = RoomSearch(lifeSeconds: 300)
        for way in 0..<16 {
            let (other, stored, hit) = state(way)
            search.add(
                way,
                EntryState(
                    identity: EntryIdentity(tag: other, storedSeconds: stored),
                    blocks: other == 0 ? 0 : blocks(way), hitSeconds: hit), tag: tag, seconds: now)
        }
        return search
    }

    @Test("takes what is empty")
    func empty() throws {
        let room = try #require(Self.search { _ in (0, 0, 0) }.room(blocks: 3))
        #expect(room.blocks == 0b111)
        #expect(room.evicted == 0)
    }

    @Test("takes the oldest that was never hit, before anything that was")
    func neverHit() throws {
        let room = try #require(
            Self.search { ($0 < 8 ? ($0 == 3 ? 7 : 8) : 9, $0 == 3 ? 900 : 950, $0 == 3 || $0 == 4 ? 0 : 900) }
                .room(blocks: 4))
        #expect(room.way == 3)
        #expect(room.blocks == Self.blocks(3))
        #expect(room.evicted == 1)
    }

    @Test("takes the longest idle when all were hit")
    func idle() throws {
        let room = try #require(Self.search { (7, 900, $0 == 5 ? 980 : 985) }.room(blocks: 1))
        #expect(room.way == 5)
    }

    @Test("gives no room when all are in use", arguments: [1, 15])
    func inUse(blocks: Int) {
        let room = Self.search { _ in (7, 900, 991) }.room(blocks: blocks)
        #expect(room == nil)
    }

    @Test("takes several when one has too few blocks, and none when even all have")
    func several() throws {
        let room = try #require(Self.search { (7, 900, $0 < 4 ? 0 : 995) }.room(blocks: 15))
        #expect(room.evicted == 4)
        #expect(room.blocks == 0x7FFF)
        #expect(room.cleared == 0b1111)
        let none = Self.search { (7, 900, $0 < 3 ? 0 : 995) }.room(blocks: 15)
        #expect(none == nil)
    }

    @Test("takes what is too old, though it was hit just now, and what comes from a time that lies ahead")
    func tooOld() throws {
        let old = try #require(Self.search { (7, $0 == 9 ? 700 : 900, 1_000) }.room(blocks: 1))
        #expect(old.way == 9)
        #expect(old.evicted == 0)
        let ahead = try #require(Self.search { (7, $0 == 2 ? 2_000 : 900, 1_000) }.room(blocks: 1))
        #expect(ahead.way == 2)
        let hitAhead = try #require(Self.search { (7, 900, $0 == 4 ? 2_000 : 1_000) }.room(blocks: 1))
        #expect(hitAhead.way == 4)
    }

    @Test("takes what a thread whose pass began a moment later has stored or hit for what it is: just used")
    func momentAhead() throws {
        let hit = Self.search { _ in (7, 900, 1_001) }.room(blocks: 1)
        #expect(hit == nil)
        let room = try #require(Self.search { (7, 1_001, $0 == 5 ? 980 : 1_001) }.room(blocks: 1))
        #expect(room.way == 5 && room.evicted == 1)
    }

    @Test("replaces the entry of its own tag, in use or not")
    func sameTag() throws {
        let room = try #require(Self.search { ($0 == 6 ? 99 : 7, 900, 1_000) }.room(blocks: 4))
        #expect(room.way == 6)
        #expect(room.isSameTag)
        #expect(room.evicted == 0)
    }
}
