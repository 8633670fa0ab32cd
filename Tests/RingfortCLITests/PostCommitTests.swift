import Bytes
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import RingfortCLI

@Suite("A change of posts")
struct PostCommitTests {
    private let database: TemporaryDatabase

    init() throws { database = try TemporaryDatabase() }

    /// A committer whose connection was prepared by `setup`.
    private func committer(_ setup: StaticString) throws -> PostCommitter {
        let connection = try DatabaseFile.open(database.path, migrations: PostTables.migrations)
        try connection.execute(setup)
        return try PostCommitter(connection)
    }

    private func create(_ title: String, body: String = "") -> PostChange {
        .create(PostDraft(title, body: body), .alice, unixSeconds: 0)
    }

    @Test("shares a transaction with all that wait beside it")
    func sharedCommit() throws {
        let store = try PostStore(opening: database.path)
        // While somebody else writes, the first group waits for him, and all the others for the first.
        let other = try Connection.open(database.path)
        try other.execute("BEGIN IMMEDIATE")
        let count = 20
        let ids = onThreads(count + 1) { thread -> Int64? in
            if thread < count { return try? store.create(PostDraft("\(thread)"), by: .alice, unixSeconds: 0) }
            while store.counts.changes < count { sched_yield() }
            try? other.execute("ROLLBACK")
            return nil
        }
        #expect(Set(ids.compactMap { $0 }).count == count)
        #expect((1...2).contains(store.counts.commits))
        #expect(try store.page().ids.count == count + 3)
    }

    @Test("is refused at once when too many wait")
    func overloaded() throws {
        let store = try PostStore(opening: database.path, mostWaiting: 1)
        let other = try Connection.open(database.path)
        try other.execute("BEGIN IMMEDIATE")
        let refused = Atomic(0)
        let count = 5
        let ids = onThreads(count + 1) { thread -> Int64? in
            if thread < count {
                do throws(PostError) {
                    return try store.create(PostDraft("\(thread)"), by: .alice, unixSeconds: 0)
                } catch {
                    #expect(error == .overloaded)
                    refused.wrappingAdd(1, ordering: .relaxed)
                    return nil
                }
            }
            while store.counts.changes + refused.load(ordering: .relaxed) < count { sched_yield() }
            try? other.execute("ROLLBACK")
            return nil
        }
        // One may have been taken while the other waits; for more there is no room.
        #expect((3...4).contains(refused.load(ordering: .relaxed)))
        #expect(ids.compactMap { $0 }.count == count - refused.load(ordering: .relaxed))
    }

    @Test("that fails is undone alone, in the transaction that it shares")
    func undoneAlone() throws {
        var committer = try committer(Self.trap)
        let (results, commits) = committer.commit([create("1"), create("trap"), create("3")])
        #expect(commits == 1)
        try expectOthersKept(results, .fault)
    }

    @Test("that takes the whole transaction with it does no harm to the others")
    func lostTransaction() throws {
        var committer = try committer(Self.fatalTrap)
        let (results, commits) = committer.commit([create("1"), create("trap"), create("3")])
        #expect(commits == 2)
        try expectOthersKept(results, .fault)
    }

    @Test("that finds no room does no harm to those that do")
    func fullAlone() throws {
        var committer = try committer("PRAGMA max_page_count = 12")
        let huge = String(repeating: "x", count: 80_000)
        try expectOthersKept(committer.commit([create("1"), create("2", body: huge), create("3")]).results, .full)
    }

    /// Fails for one title, and ends the transaction.
    private static let fatalTrap: StaticString = """
        CREATE TEMP TRIGGER trap BEFORE INSERT ON posts WHEN new.title = 'trap'
        BEGIN SELECT RAISE(ROLLBACK, 'trap'); END
        """
    /// Fails for one title, and undoes that change alone.
    private static let trap: StaticString = """
        CREATE TEMP TRIGGER trap BEFORE INSERT ON posts WHEN new.title = 'trap'
        BEGIN SELECT RAISE(ABORT, 'trap'); END
        """

    /// The second of three changes has failed, and the others are there.
    private func expectOthersKept(
        _ results: [Result<Int64, SQLiteError>], _ failure: SQLiteError.Condition
    ) throws {
        #expect(try results[0].get() == 124 && results[2].get() == 125)
        #expect(condition(of: results[1]) == failure)
        #expect(try PostStore(opening: database.path).page().ids == [125, 124, 123, 122, 121])
    }

    @Test("is refused as busy while another program writes for too long, and made afterwards")
    func busy() throws {
        var committer = try committer("PRAGMA busy_timeout = 0")
        let other = try Connection.open(database.path)
        try other.execute("BEGIN IMMEDIATE")
        let (results, commits) = committer.commit([create("1"), create("2")])
        #expect(commits == 0)
        #expect(results.allSatisfy { condition(of: $0) == .busy })
        try other.execute("ROLLBACK")
        #expect(try committer.commit([create("1")]).results[0].get() == 124)
    }

    @Test("is refused when the database may not grow; nothing is lost, and what is removed makes room")
    func full() throws {
        let store = try PostStore(opening: database.path, mostBytes: 256 * 1024)
        let body = String(repeating: "x", count: 5_000)
        var kept: [Int64] = []
        let limit = 100
        while kept.count < limit {
            do throws(PostError) {
                kept.append(try store.create(PostDraft("t", body: body), by: .alice, unixSeconds: 0))
            } catch {
                guard case .database(let error) = error else { throw error }
                #expect(error.condition == .full)
                break
            }
        }
        #expect((1..<limit).contains(kept.count))
        #expect(try store.page(limit: 1000).ids == kept.reversed().map { Int($0) } + [123, 122, 121])
        for id in kept.prefix(2) { #expect(try store.delete(try #require(try store.head(of: id)))) }
        _ = try store.create(PostDraft("t", body: body), by: .alice, unixSeconds: 0)
        #expect(try PostStore(opening: database.path).page(limit: 1000).ids.count == kept.count + 2)
    }

    @Test("fails with SQLite's code when the file is damaged, and says no more")
    func damaged() throws {
        do {
            let store = try PostStore(opening: database.path)
            for number in 0..<200 { _ = try store.create(PostDraft("\(number)"), by: .alice, unixSeconds: 0) }
        }
        // The file's first page stays: only what is behind it is garbage.
        let file = try #require(FileHandle(forUpdatingAtPath: database.path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096))
        try file.close()
        let store = try PostStore(opening: database.path)
        do throws(PostError) {
            _ = try store.create(PostDraft("t"), by: .alice, unixSeconds: 0)
            Issue.record("a damaged table took a post")
        } catch {
            guard case .database(let error) = error else { throw error }
            #expect(error.code & 0xFF == 11 && error.condition == .fault)
        }
        #expect(throws: PostError.self) { _ = try store.page() }
    }

    private func condition(of result: Result<Int64, SQLiteError>) -> SQLiteError.Condition? {
        guard case .failure(let error) = result else { return nil }
        return error.condition
    }
}
