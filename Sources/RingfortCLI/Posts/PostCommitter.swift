import Bytes
import SQLite

/// The one connection that changes posts.
struct PostCommitter: ~Copyable, Sendable {
    private let connection: Connection
    private var insert: Statement
    private var update: Statement
    private var remove: Statement

    init(_ connection: consuming Connection) throws(SQLiteError) {
        let insert = try Statement(
            """
            INSERT INTO posts (version, author_subject, author_issuer, title, body, tags, created, updated)
            VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?6)
            """, on: connection)
        let update = try Statement(
            """
            UPDATE posts SET version = version + 1, title = ?3, body = ?4, tags = ?5, updated = ?6
            WHERE id = ?1 AND version = ?2
            """, on: connection)
        let remove = try Statement("DELETE FROM posts WHERE id = ?1 AND version = ?2", on: connection)
        self.connection = connection
        self.insert = insert
        self.update = update
        self.remove = remove
    }

    /// Makes all changes in one transaction, and says of each what became of it: the id of a new post, or how many posts a
    /// change has met. A change that fails is undone alone. On the disk when this returns.
    ///
    /// Where the transaction as a whole fails, each change gets one of its own: what can be kept is kept.
    mutating func commit(_ changes: [PostChange]) -> (results: [Result<Int64, SQLiteError>], commits: Int) {
        do throws(SQLiteError) {
            // What a failed ROLLBACK may have left behind.
            if !connection.isAutocommit { try connection.execute("ROLLBACK") }
            try connection.execute("BEGIN IMMEDIATE")
        } catch {
            return (changes.map { _ in .failure(error) }, 0)
        }
        do throws(SQLiteError) {
            var results: [Result<Int64, SQLiteError>] = []
            for change in changes { results.append(try tryToMake(change)) }
            try connection.execute("COMMIT")
            return (results, 1)
        } catch {
            undo()
            guard changes.count > 1 else { return ([.failure(error)], 0) }
            let alone = changes.map { commit([$0]) }
            return (alone.flatMap(\.results), alone.map(\.commits).reduce(0, +))
        }
    }

    /// Makes one change, or leaves everything as it was before.
    ///
    /// - Throws: the failure, when the transaction has gone with it.
    private mutating func tryToMake(_ change: PostChange) throws(SQLiteError) -> Result<Int64, SQLiteError> {
        try connection.execute("SAVEPOINT change")
        do throws(SQLiteError) {
            let result = try make(change)
            try connection.execute("RELEASE change")
            return .success(result)
        } catch {
            guard !connection.isAutocommit else { throw error }
            try connection.execute("ROLLBACK TO change; RELEASE change")
            return .failure(error)
        }
    }

    private mutating func make(_ change: PostChange) throws(SQLiteError) -> Int64 {
        switch change {
        case .create(let draft, let author, let unixSeconds):
            try insert.bind(author.subject.span.raw, at: 1)
            try insert.bind(author.issuer.span.raw, at: 2)
            try insert.bind(draft, unixSeconds: unixSeconds)
            try insert.run()
            return connection.lastInsertedID
        case .replace(let id, let version, let draft, let unixSeconds):
            try update.bind(id, at: 1)
            try update.bind(version, at: 2)
            try update.bind(draft, unixSeconds: unixSeconds)
            try update.run()
        case .delete(let id, let version):
            try remove.bind(id, at: 1)
            try remove.bind(version, at: 2)
            try remove.run()
        }
        return connection.changedRows
    }

    /// Ends a transaction that can't be kept. Should that fail too, the next one tries again.
    private func undo() {
        guard !connection.isAutocommit else { return }
        do throws(SQLiteError) { try connection.execute("ROLLBACK") } catch {}
    }
}

extension Statement {
    fileprivate mutating func bind(_ draft: PostDraft, unixSeconds: Int64) throws(SQLiteError) {
        try bind(draft.title.span.raw, at: 3)
        try bind(draft.body.span.raw, at: 4)
        try bind(draft.tags.span.raw, at: 5)
        try bind(unixSeconds, at: 6)
    }
}
