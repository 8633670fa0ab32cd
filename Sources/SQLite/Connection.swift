internal import CSQLite

/// An open connection to a database file.
///
/// SQLite's own lock guards it (SQLITE_OPEN_FULLMUTEX), so that its statements may be used on any thread.
@safe
public struct Connection: ~Copyable {
    // INVARIANT: an open connection that this value alone closes. Statements keep it alive inside SQLite.
    let handle: OpaquePointer

    /// How long a call waits for another connection's lock before it fails as busy.
    public static let busyTimeoutMilliseconds: Int32 = 5_000

    /// Opens an existing file, with foreign keys, and without trust in functions that its schema names.
    ///
    /// - Throws: `SQLiteError` when it can't be opened. Whether it is a database shows at its first use.
    public static func open(_ path: String) throws(SQLiteError) -> Connection {
        let connection = try Connection(path)
        // SAFETY: the connection is open.
        unsafe sqlite3_extended_result_codes(connection.handle, 1)
        unsafe sqlite3_busy_timeout(connection.handle, Self.busyTimeoutMilliseconds)
        try connection.execute("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON")
        return connection
    }

    private init(_ path: String) throws(SQLiteError) {
        // Without it, SQLITE_OPEN_FULLMUTEX would be passed over in silence.
        precondition(sqlite3_threadsafe() != 0, "SQLite was built without its lock")
        var opened: OpaquePointer?
        // SAFETY: the path is terminated for the call; `opened` is a local. One that could not be opened is closed here.
        let code = unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, nil)
        guard code == SQLITE_OK, let handle = unsafe opened else {
            let error = unsafe opened.map { unsafe SQLiteError($0) }
            unsafe sqlite3_close_v2(opened)
            throw error ?? SQLiteError(code: code)
        }
        unsafe self.handle = handle
    }

    deinit {
        // SAFETY: the invariant. The second version waits for the last statement to be finalised, in either order.
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs statements that stand in the source, and passes over their rows.
    public func execute(_ sql: StaticString) throws(SQLiteError) {
        // SAFETY: a literal of more than one byte is terminated by a zero, and the connection is open.
        let code = unsafe sqlite3_exec(
            handle, UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self), nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe SQLiteError(handle) }
    }

    /// Whether no transaction is open. Some failures end one by themselves (https://sqlite.org/lang_transaction.html).
    public var isAutocommit: Bool {
        // SAFETY: the connection is open.
        unsafe sqlite3_get_autocommit(handle) != 0
    }

    /// How many rows the last statement changed.
    public var changedRows: Int64 {
        // SAFETY: the connection is open.
        unsafe sqlite3_changes64(handle)
    }

    /// The id that the last inserted row got.
    public var lastInsertedID: Int64 {
        // SAFETY: the connection is open.
        unsafe sqlite3_last_insert_rowid(handle)
    }

    /// The first column of the first row that a query gives, a number; nil when there is none.
    public func integer(_ sql: StaticString) throws(SQLiteError) -> Int64? {
        var statement = try Statement(sql, on: self)
        return try statement.step() ? statement.integer(0) : nil
    }

    /// Sets a pragma of SQLite's to a number.
    public func setPragma(_ name: StaticString, _ value: Int64) throws(SQLiteError) {
        // A pragma takes no parameters; a literal and a number hold no SQL but the programmer's.
        // SAFETY: the text is terminated for the call, and the connection is open.
        let code = unsafe sqlite3_exec(handle, "PRAGMA \(name) = \(value)", nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe SQLiteError(handle) }
    }
}

// SAFETY: a value owns its connection alone, and SQLite's lock (`init` asserts that there is one) orders it with its
// statements.
extension Connection: @unchecked Sendable {}
