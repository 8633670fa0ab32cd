import Bytes
import JSON
import SQLite

/// One connection that reads posts, with its statements prepared.
struct PostReader: ~Copyable, Sendable {
    private let connection: Connection
    private var list: Statement
    private var post: Statement
    private var head: Statement

    init(_ path: String) throws(SQLiteError) {
        let connection = try Connection.open(path)
        try connection.execute("PRAGMA query_only = ON")
        let list = try Statement(
            """
            SELECT id, version, author_subject, author_issuer, created, updated, title, body, tags FROM posts
            WHERE id < ?1 ORDER BY id DESC LIMIT ?2
            """, on: connection)
        let post = try Statement(
            """
            SELECT id, version, author_subject, author_issuer, created, updated, title, body, tags FROM posts
            WHERE id = ?1
            """, on: connection)
        let head = try Statement(
            "SELECT id, version, author_subject, author_issuer, created FROM posts WHERE id = ?1", on: connection)
        self.connection = connection
        self.list = list
        self.post = post
        self.head = head
    }

    /// Appends an array of the newest posts, newest first, all older than the post `after`: at most `limit` of them, and no
    /// further one once they have `mostBytes`. Returns the id of the last one when there are more behind it.
    mutating func writeList(
        after: Int64?, limit: Int64, mostBytes: Int, into buffer: inout ByteBuffer
    ) throws(SQLiteError) -> Int64? {
        try list.bind(after ?? .max, at: 1)
        try list.bind(limit + 1, at: 2)
        defer { list.reset() }
        let start = buffer.count
        var array = JSONArrayWriter(into: &buffer)
        var (count, last) = (Int64(0), Int64?.none)
        var hasMore = false
        while try list.step() {
            hasMore = count == limit || buffer.count - start >= mostBytes
            if hasMore { break }
            array.beginElement(into: &buffer)
            list.write(into: &buffer)
            (count, last) = (count + 1, list.integer(0))
        }
        array.finish(into: &buffer)
        return hasMore ? last : nil
    }

    /// Appends the post called `id`, and returns its version; nil when there is none.
    mutating func write(_ id: Int64, into buffer: inout ByteBuffer) throws(SQLiteError) -> Int64? {
        try post.bind(id, at: 1)
        defer { post.reset() }
        guard try post.step() else { return nil }
        post.write(into: &buffer)
        return post.integer(1)
    }

    /// What is known of the post called `id`; nil when there is none.
    mutating func head(of id: Int64) throws(SQLiteError) -> PostHead? {
        try head.bind(id, at: 1)
        defer { head.reset() }
        guard try head.step() else { return nil }
        return PostHead(
            id: head.integer(0), version: head.integer(1),
            author: PostAuthor(subject: [UInt8](head.text(2)), issuer: [UInt8](head.text(3))),
            createdUnixSeconds: head.integer(4))
    }
}

extension Statement {
    /// Appends the row at hand, which has the columns that a reader asks for.
    fileprivate func write(into buffer: inout ByteBuffer) {
        PostObject(
            id: integer(0), title: text(6), body: text(7), tags: text(8), authorSubject: text(2), authorIssuer: text(3),
            createdUnixSeconds: integer(4), updatedUnixSeconds: integer(5)
        ).write(into: &buffer)
    }
}
