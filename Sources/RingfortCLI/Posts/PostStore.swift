import Bytes
import Reactor
import SQLite
import Synchronization

/// The posts, in an SQLite database. Every method may be called from any thread, and waits: for the disk when it changes
/// something, and for a connection when it reads.
final class PostStore: Sendable {
    private let writer: PostWriter
    private let readers: FixedArray<Mutex<PostReader>>
    private let nextReader = Atomic(0)

    /// Reads that go on at once. One more waits its turn, some microseconds.
    private static let readerCount = 4
    /// How large the database may grow, unless told otherwise: 16 GiB.
    static let mostBytes: Int64 = 16 << 30

    /// Opens the database at `path`, which is made when it is not there.
    ///
    /// - Parameters:
    ///   - mostBytes: how large it may grow; what would exceed it fails as if the disk were full.
    ///   - mostWaiting: how many changes may wait for the one that is being made.
    /// - Throws: `PostStoreError` that says what is wrong with the file.
    init(
        opening path: String, mostBytes: Int64 = PostStore.mostBytes, mostWaiting: Int = 256
    ) throws(PostStoreError) {
        let committer = try Self.committer(path, mostBytes)
        do throws(SQLiteError) {
            readers = try FixedArray(count: Self.readerCount) { _ throws(SQLiteError) in Mutex(try PostReader(path)) }
        } catch {
            throw .database(.sqlite(path: path, error))
        }
        do throws(ReactorError) {
            writer = try PostWriter(committer, capacity: mostWaiting)
        } catch {
            throw .thread(error)
        }
    }

    private static func committer(_ path: String, _ mostBytes: Int64) throws(PostStoreError) -> PostCommitter {
        do throws(DatabaseError) {
            return try committer(DatabaseFile.open(path, migrations: PostTables.migrations), path, mostBytes)
        } catch {
            throw .database(error)
        }
    }

    private static func committer(
        _ connection: consuming Connection, _ path: String, _ mostBytes: Int64
    ) throws(DatabaseError) -> PostCommitter {
        do throws(SQLiteError) {
            let pageBytes = try connection.integer("PRAGMA page_size") ?? 4096
            try connection.setPragma("max_page_count", max(mostBytes / pageBytes, 1))
            return try PostCommitter(connection)
        } catch {
            throw .sqlite(path: path, error)
        }
    }

    /// Appends an array of the newest posts, newest first, all older than the post `after`: at most `limit` of them, and no
    /// further one once they have `mostBytes`. Returns the id of the last one when there are more behind it.
    func writeList(
        after: Int64?, limit: Int64, mostBytes: Int, into buffer: inout ByteBuffer
    ) throws(PostError) -> Int64? {
        try read { reader throws(SQLiteError) in
            try reader.writeList(after: after, limit: limit, mostBytes: mostBytes, into: &buffer)
        }
    }

    /// Appends the post called `id`, and returns its version; nil when there is none.
    func write(_ id: Int64, into buffer: inout ByteBuffer) throws(PostError) -> Int64? {
        try read { reader throws(SQLiteError) in try reader.write(id, into: &buffer) }
    }

    /// What is known of the post called `id`; nil when there is none.
    func head(of id: Int64) throws(PostError) -> PostHead? {
        try read { reader throws(SQLiteError) in try reader.head(of: id) }
    }

    /// Keeps a new post, and returns its id, which no other post has had.
    func create(_ draft: PostDraft, by author: PostAuthor, unixSeconds: Int64) throws(PostError) -> Int64 {
        try writer.make(.create(draft, author, unixSeconds: unixSeconds))
    }

    /// Replaces the texts of a post, which counts its version up; false when it has another version meanwhile, or has gone.
    func replace(_ head: PostHead, with draft: PostDraft, unixSeconds: Int64) throws(PostError) -> Bool {
        try writer.make(.replace(id: head.id, version: head.version, draft, unixSeconds: unixSeconds)) > 0
    }

    /// Removes a post; false when it has another version meanwhile, or has gone.
    func delete(_ head: PostHead) throws(PostError) -> Bool {
        try writer.make(.delete(id: head.id, version: head.version)) > 0
    }

    /// How many changes were handed over, and how many transactions they took.
    var counts: (changes: Int, commits: Int) { writer.counts }

    /// Reads with a connection that is free, or waits for one.
    private func read<Value>(
        _ body: (inout sending PostReader) throws(SQLiteError) -> sending Value
    ) throws(PostError) -> Value {
        do throws(SQLiteError) {
            let first = nextReader.wrappingAdd(1, ordering: .relaxed).oldValue
            for offset in 0..<Self.readerCount {
                let index = Int(UInt(bitPattern: first &+ offset) % UInt(Self.readerCount))
                if let value = try readers[index].withLockIfAvailable(body) { return value }
            }
            return try readers[Int(UInt(bitPattern: first) % UInt(Self.readerCount))].withLock(body)
        } catch {
            throw .database(error)
        }
    }
}

/// Why there are no posts to serve.
enum PostStoreError: Error, CustomStringConvertible {
    case database(DatabaseError)
    case thread(ReactorError)

    var description: String {
        switch self {
        case .database(let error): "\(error)"
        case .thread(let error): "\(error)"
        }
    }
}
