public import SQLite
internal import Synchronization

/// Users, roles, clients, API keys and sessions, in an SQLite database of their own.
///
/// Every method may be called from any thread, and waits: for its turn, and for the disk when it changes something. Several
/// processes may have the same file open: what the command line changes, a running server sees at its next question.
public final class IdentityStore: Sendable {
    private let connection: Mutex<Connection>

    /// Opens the database at `path`, which is made, for its owner only, when it is not there.
    ///
    /// - Throws: `DatabaseError` that names the file and says what is wrong with it.
    public init(opening path: String) throws(DatabaseError) {
        connection = Mutex(try DatabaseFile.open(path, migrations: IdentityTables.migrations))
    }

    /// Asks the database alone. Statements are prepared for the one question: some microseconds, beside a disk or a hash.
    func ask<Answer>(
        _ body: (borrowing Connection) throws(SQLiteError) -> sending Answer
    ) throws(SQLiteError) -> sending Answer {
        try connection.withLock { connection throws(SQLiteError) in try body(connection) }
    }

    /// Changes the database in one transaction: all of it is on the disk when this returns, or nothing has changed.
    func change<Answer>(
        _ body: (borrowing Connection) throws(SQLiteError) -> sending Answer
    ) throws(SQLiteError) -> sending Answer {
        try connection.withLock { connection throws(SQLiteError) in
            // What a failed ROLLBACK may have left behind.
            if !connection.isAutocommit { try connection.execute("ROLLBACK") }
            try connection.execute("BEGIN IMMEDIATE")
            do throws(SQLiteError) {
                let answer = try body(connection)
                try connection.execute("COMMIT")
                return answer
            } catch {
                // Should that fail too, the next change tries again.
                do throws(SQLiteError) { try connection.execute("ROLLBACK") } catch {}
                throw error
            }
        }
    }
}
