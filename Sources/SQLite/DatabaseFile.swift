internal import Bytes
internal import Glibc

/// A database file of ours: it is made, checked, and brought to the version that the program knows.
public enum DatabaseFile {
    /// Opens the file for writing, and makes it, for its owner only, when it is not there.
    ///
    /// Every commit is on the disk before it returns: a write-ahead log, and `synchronous = FULL`. SQLite gives the log and
    /// its index the permissions of the file.
    ///
    /// - Parameter migrations: the statements that bring version n to n + 1, from an empty database on. They run in one
    ///   transaction, so that the database has the last version or stays what it was.
    /// - Throws: `DatabaseError`, which names the file and what is wrong with it.
    public static func open(_ path: String, migrations: [StaticString]) throws(DatabaseError) -> Connection {
        try makeIfMissing(path)
        let connection = try sqlite(path) { () throws(SQLiteError) in try Connection.open(path) }
        guard try sqlite(path, { () throws(SQLiteError) in try setLog(connection) }) else { throw .noLog(path: path) }
        switch try sqlite(path, { () throws(SQLiteError) in try migrate(connection, migrations) }) {
        case .done: return connection
        case .foreign: throw .foreign(path: path)
        case .newer(let version): throw .newer(path: path, version: version, known: Int64(migrations.count))
        }
    }

    /// Whether every commit will be in a write-ahead log, on the disk.
    private static func setLog(_ connection: borrowing Connection) throws(SQLiteError) -> Bool {
        var journal = try Statement("PRAGMA journal_mode = WAL", on: connection)
        // The answer is the mode that the database has afterwards, which may be another than was asked for.
        let isLogged = try journal.step() && journal.text(0).equals("wal")
        journal.reset()
        try connection.execute("PRAGMA synchronous = FULL")
        return isLogged
    }

    private enum Migration {
        case done
        case foreign
        case newer(version: Int64)
    }

    private static func migrate(
        _ connection: borrowing Connection, _ migrations: [StaticString]
    ) throws(SQLiteError) -> Migration {
        // At once, so that of two programs that start together one waits for the other.
        try connection.execute("BEGIN IMMEDIATE")
        let version = try connection.integer("PRAGMA user_version") ?? 0
        // Whoever gets neither drops the connection, and the transaction with it.
        guard version <= migrations.count else { return .newer(version: version) }
        guard version >= 0 else { return .foreign }
        if version == 0, try connection.integer("SELECT count(*) FROM sqlite_schema") != 0 { return .foreign }
        for migration in migrations[Int(version)...] { try connection.execute(migration) }
        try connection.setPragma("user_version", Int64(migrations.count))
        try connection.execute("COMMIT")
        return .done
    }

    /// Makes an empty file that is its owner's only, or checks the one that is there.
    private static func makeIfMissing(_ path: String) throws(DatabaseError) {
        // One that is there is not opened here: closing it would drop the locks that SQLite has on it in this process.
        // SAFETY: the path is terminated for the call.
        let file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            close(file)
            return try flushDirectory(of: path)
        }
        guard errno == EEXIST else { throw .file(path: path, errno: errno) }
        var status = stat()
        // SAFETY: the path is terminated, and the kernel fills in `status`, during the call only.
        guard unsafe stat(path, &status) == 0 else { throw .file(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
        guard status.st_mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: status.st_mode & 0o777) }
    }

    /// Waits until the name of a new file is on the disk: SQLite sees to its content only.
    private static func flushDirectory(of path: String) throws(DatabaseError) {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        // SAFETY: the path is terminated for the call.
        let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: directory, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: directory, errno: errno) }
    }

    private static func sqlite<Result: ~Copyable>(
        _ path: String, _ body: () throws(SQLiteError) -> Result
    ) throws(DatabaseError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw .sqlite(path: path, error)
        }
    }
}
