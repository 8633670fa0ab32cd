import Bytes
import Foundation
import Testing

@testable import RingfortCLI

@Suite("Posts in memory")
struct MemoryPostStoreTests {
    @Test("are written as JSON, with what was in them escaped")
    func written() throws {
        let store = MemoryPostStore(firstID: 7)
        let id = try create(store, title: "A \"title\"\n", body: "é", author: "alice", at: 1_795_506_750)
        #expect(id == 7)
        let expected =
            #"{"id":7,"title":"A \"title\"\n","body":"é","tags":[],"author":"alice","created":"2026-11-24T07:52:30Z"}"#
        #expect(read(store, 7) == expected)
    }

    @Test("are gone once deleted, and their ids never come back")
    func deleted() throws {
        let store = MemoryPostStore()
        let ids = try (0..<5).map { try create(store, title: "\($0)") }
        #expect(ids == [1, 2, 3, 4, 5])
        #expect(store.delete(5))
        #expect(!store.delete(5))
        #expect(store.delete(2))
        #expect(read(store, 2) == nil && read(store, 5) == nil)
        #expect(read(store, 3)?.contains(#""title":"2""#) == true)
        #expect(try create(store, title: "new") == 6)
        #expect(listedIDs(store, before: nil, limit: 10) == [6, 4, 3, 1])
    }

    @Test(
        "are listed from the newest, in pages",
        arguments: [
            (nil, 3, [10, 9, 8]), (8, 3, [7, 6, 5]), (2, 3, [1]), (1, 3, []), (1000, 2, [10, 9]),
            (nil, 100, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), (nil, 0, []),
        ] as [(UInt64?, Int, [Int])]
    )
    func listed(before: UInt64?, limit: Int, ids: [Int]) throws {
        let store = MemoryPostStore()
        for number in 0..<10 { _ = try create(store, title: "\(number)") }
        #expect(listedIDs(store, before: before, limit: limit) == ids)
    }

    @Test("end in a list once it has so many bytes")
    func longList() throws {
        let store = MemoryPostStore()
        for _ in 0..<10 { _ = try create(store, title: "x", body: String(repeating: "\u{1}", count: 1_000)) }
        #expect(listedIDs(store, before: nil, limit: 10, mostBytes: 13_000) == [10, 9, 8])
        #expect(listedIDs(store, before: 8, limit: 10, mostBytes: 2) == [7])
    }

    @Test("are refused when there are as many as there may be, until one goes")
    func boundedCount() throws {
        let store = MemoryPostStore(mostPosts: 2)
        _ = try create(store, title: "1")
        _ = try create(store, title: "2")
        #expect(throws: PostError.full) { try create(store, title: "3") }
        #expect(store.delete(1))
        #expect(try create(store, title: "3") == 3)
    }

    @Test("are refused when they would take more bytes than they may, until some are given back")
    func boundedBytes() throws {
        let store = MemoryPostStore(mostBytes: 3000)
        let body = String(repeating: "x", count: 1300)
        _ = try create(store, title: "1", body: body)
        _ = try create(store, title: "2", body: body)
        #expect(throws: PostError.full) { try create(store, title: "3", body: body) }
        #expect(store.delete(2))
        #expect(try create(store, title: "3", body: body) == 3)
    }

    @Test(
        "are refused when a text is out of bounds",
        arguments: [
            ("", "", PostError.emptyTitle), (String(repeating: "t", count: 481), "", .titleTooLong),
            ("t", String(repeating: "b", count: 80_001), .bodyTooLong),
        ]
    )
    func refusedTexts(title: String, body: String, error: PostError) {
        #expect(throws: error) { try create(MemoryPostStore(), title: title, body: body) }
    }

    @Test("come with samples, 123 among them")
    func samples() throws {
        let store = try MemoryPostStore.withSamples()
        #expect(listedIDs(store, before: nil, limit: 10) == [123, 122, 121])
        #expect(store.delete(123))
        #expect(!store.delete(123))
        #expect(try create(store, title: "next") == 124)
    }

    @Test("stay whole when several threads create and delete at once")
    func concurrent() {
        let store = MemoryPostStore()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for number in 0..<200 {
                guard let id = try? create(store, title: "\(number)") else { continue }
                if number % 2 == 0 { _ = store.delete(id) }
            }
        }
        let ids = listedIDs(store, before: nil, limit: 10_000)
        #expect(ids.count == 800)
        #expect(ids == Set(ids).sorted(by: >))
    }

    @Test(
        "have ids that are plain numbers",
        arguments: [("1", 1), ("123", 123), ("9999999999999999999", 9_999_999_999_999_999_999)]
    )
    func parsesID(text: String, id: UInt64) { #expect(PostID.parse(text.utf8.span.raw) == id) }

    @Test(
        "have no other ids",
        arguments: ["", "0", "01", "-1", "+1", "1a", " 1", "1 ", "0x1", "12345678901234567890", "٣"]
    )
    func refusesID(text: String) { #expect(PostID.parse(text.utf8.span.raw) == nil) }

    private func create(
        _ store: MemoryPostStore, title: String, body: String = "", author: String = "a", at seconds: UInt64 = 0
    ) throws(PostError) -> UInt64 {
        let draft = try PostDraft(
            title: title.utf8.span.raw, body: body.utf8.span.raw, author: author.utf8.span.raw,
            tags: "[]".utf8.span.raw, createdUnixSeconds: seconds
        )
        return try store.create(draft)
    }

    private func read(_ store: MemoryPostStore, _ id: UInt64) -> String? {
        var buffer = ByteBuffer(capacity: 64)
        return store.write(id, into: &buffer) ? String(buffer.bytes) : nil
    }

    private func listedIDs(
        _ store: MemoryPostStore, before: UInt64?, limit: Int, mostBytes: Int = .max
    ) -> [Int] {
        var buffer = ByteBuffer(capacity: 64)
        store.writeList(before: before, limit: limit, mostBytes: mostBytes, into: &buffer)
        let list = try? JSONSerialization.jsonObject(with: Data(String(buffer.bytes).utf8))
        return (list as? [[String: Any]])?.compactMap { $0["id"] as? Int } ?? []
    }
}
