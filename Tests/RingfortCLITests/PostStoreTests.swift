import Bytes
import SQLite
import TestSupport
import Testing

@testable import RingfortCLI

@Suite("Posts in a database")
struct PostStoreTests {
    private let database: TemporaryDatabase
    private let store: PostStore

    init() throws {
        database = try TemporaryDatabase()
        store = try PostStore(opening: database.path)
    }

    private func create(_ title: String, body: String = "", at seconds: Int64 = 0) throws -> Int64 {
        try store.create(PostDraft(title, body: body), by: .alice, unixSeconds: seconds)
    }

    @Test("are written as JSON, with what was in them escaped")
    func written() throws {
        let id = try create("A \"title\"\n\u{0}", body: "é", at: 1_795_506_750)
        #expect(id == 124)
        let time = "2026-11-24T07:52:30Z"
        let expected =
            #"{"id":124,"title":"A \"title\"\n\u0000","body":"é","tags":[],"author":"alice","created":"\#(time)","#
            + #""updated":"\#(time)"}"#
        #expect(try store.text(id) == expected)
    }

    @Test("name the issuer of their author, where he has one")
    func issuer() throws {
        let author = PostAuthor(subject: Array("alice".utf8), issuer: Array("https://id.example".utf8))
        let id = try store.create(PostDraft("t"), by: author, unixSeconds: 0)
        #expect(try store.text(id)?.contains(#""author":"alice","author_issuer":"https://id.example""#) == true)
        let head = try #require(try store.head(of: id))
        #expect(head.author.issuer == author.issuer && head.author.subject == author.subject)
    }

    @Test("are served all the same when somebody has put numbers into the database that no clock has shown")
    func wildNumbers() throws {
        let other = try Connection.open(database.path)
        try other.execute(
            "UPDATE posts SET version = -1, created = -9223372036854775808, updated = 9223372036854775807 WHERE id = 121"
        )
        let text = try #require(try store.text(121))
        #expect(text.contains("\"1970-01-01T00:00:00Z\"") && text.contains("\"9999-12-31T23:59:59Z\""))
        #expect(try store.head(of: 121)?.version == -1)
    }

    @Test("are changed in the version that was seen, and in no other")
    func versions() throws {
        let id = try create("old", at: 1)
        let first = try #require(try store.head(of: id))
        #expect(first.version == 1)
        #expect(try store.replace(first, with: PostDraft("new"), unixSeconds: 2))
        #expect(try !store.replace(first, with: PostDraft("late"), unixSeconds: 3))
        #expect(try !store.delete(first))
        let second = try #require(try store.head(of: id))
        #expect(second.version == 2 && second.createdUnixSeconds == 1)
        let text = try #require(try store.text(id))
        #expect(text.contains(#""title":"new""#) && text.contains(#""updated":"1970-01-01T00:00:02Z""#))
        #expect(try store.delete(second))
        #expect(try !store.replace(second, with: PostDraft("gone"), unixSeconds: 4))
        #expect(try store.text(id) == nil && store.head(of: id) == nil)
    }

    @Test("are gone once deleted, and their ids never come back, not after a restart either")
    func deleted() throws {
        let last = try create("last")
        #expect(try store.delete(try #require(try store.head(of: last))))
        #expect(try create("new") == last + 1)
        #expect(try store.delete(try #require(try store.head(of: last + 1))))
        let again = try PostStore(opening: database.path)
        #expect(try again.create(PostDraft("new"), by: .alice, unixSeconds: 0) == last + 2)
        #expect(try again.page().ids == [126, 123, 122, 121])
    }

    @Test(
        "are listed from the newest, in pages that say where the next one begins",
        arguments: [
            (nil, 2, [123, 122], 122), (122, 2, [121], nil), (122, 1, [121], nil), (121, 1, [], nil),
            (1000, 3, [123, 122, 121], nil), (123, 1, [122], 122), (1, 5, [], nil),
        ] as [(Int64?, Int64, [Int], Int64?)]
    )
    func listed(after: Int64?, limit: Int64, ids: [Int], next: Int64?) throws {
        let page = try store.page(after: after, limit: limit)
        #expect(page.ids == ids && page.next == next)
    }

    @Test("end in a list once it has so many bytes, and the next page goes on there")
    func longList() throws {
        for _ in 0..<4 { _ = try create("x", body: String(repeating: "\u{1}", count: 1_000)) }
        let first = try store.page(mostBytes: 13_000)
        #expect(first.ids == [127, 126, 125] && first.next == 125)
        let second = try store.page(after: first.next, mostBytes: 2)
        #expect(second.ids == [124] && second.next == 124)
        #expect(try store.page(after: 124).ids == [123, 122, 121])
    }

    @Test("stay whole when several threads create, change and delete at once")
    func concurrent() throws {
        let store = store
        let kept = onThreads(8) { thread -> [Int64] in
            var kept: [Int64] = []
            for number in 0..<25 {
                guard let id = try? store.create(PostDraft("\(thread).\(number)"), by: .alice, unixSeconds: 0),
                    let head = try? store.head(of: id)
                else { continue }
                if number % 2 == 0 { _ = try? store.delete(head) } else { kept.append(id) }
            }
            return kept
        }
        let ids = try store.page(limit: 1000).ids
        #expect(ids == (kept.joined().sorted(by: >) + [123, 122, 121]).map { Int($0) })
        #expect(kept.allSatisfy { $0.count == 12 })
    }

    @Test(
        "have ids that are plain numbers",
        arguments: [("1", 1), ("123", 123), ("999999999999999999", 999_999_999_999_999_999)]
    )
    func parsesID(text: String, id: Int64) { #expect(PostID.parse(text.utf8.span.raw) == id) }

    @Test(
        "have no other ids",
        arguments: ["", "0", "01", "-1", "+1", "1a", " 1", "1 ", "0x1", "1234567890123456789", "٣"]
    )
    func refusesID(text: String) { #expect(PostID.parse(text.utf8.span.raw) == nil) }
}
