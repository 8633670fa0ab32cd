internal import CSQLite

/// A prepared statement, to be used again and again.
///
/// ```
/// try statement.bind(id, at: 1)
/// defer { statement.reset() }
/// while try statement.step() { … statement.text(0) … }
/// ```
/// One that has given a row and was not reset holds its view of the database open.
@safe
public struct Statement: ~Copyable {
    // INVARIANT: a prepared statement that this value alone finalises. Its connection is guarded by SQLite's own lock.
    let handle: OpaquePointer

    /// Compiles one statement that stands in the source.
    ///
    /// - Throws: `SQLiteError` when the statement doesn't fit the database's schema.
    public init(_ sql: StaticString, on connection: borrowing Connection) throws(SQLiteError) {
        var prepared: OpaquePointer?
        // SAFETY: the literal is as long as it says, the connection is open, and `prepared` is a local.
        let code = unsafe sqlite3_prepare_v3(
            connection.handle, UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self),
            Int32(sql.utf8CodeUnitCount), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK else { throw unsafe SQLiteError(connection.handle) }
        guard let prepared = unsafe prepared else { preconditionFailure("an empty statement") }
        unsafe handle = prepared
    }

    deinit {
        // SAFETY: the invariant.
        unsafe sqlite3_finalize(handle)
    }

    /// Gives the parameter `?index`, counted from 1, a number. The statement must be fresh or reset.
    public mutating func bind(_ value: Int64, at index: Int32) throws(SQLiteError) {
        // SAFETY: the statement is prepared; SQLite checks the index.
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    /// Gives the parameter `?index`, counted from 1, a copy of this UTF-8. The statement must be fresh or reset.
    public mutating func bind(_ text: RawSpan, at index: Int32) throws(SQLiteError) {
        guard let count = Int32(exactly: text.byteCount) else { throw SQLiteError(code: SQLITE_TOOBIG) }
        // SAFETY: the statement is prepared, and the bytes are copied during the call. SQLite checks the index.
        let code = unsafe text.withUnsafeBytes {
            unsafe ringfort_sqlite_bind_text(handle, index, $0.baseAddress, count)
        }
        try check(code)
    }

    /// Runs until the next row; false when there is none, or no further one. A failure resets the statement, the end too.
    public mutating func step() throws(SQLiteError) -> Bool {
        // SAFETY: the statement is prepared.
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            reset()
            return false
        default:
            // SAFETY: a prepared statement has a connection, which it keeps alive.
            let error = unsafe sqlite3_db_handle(handle).map { unsafe SQLiteError($0) }
            reset()
            throw error ?? SQLiteError(code: SQLITE_MISUSE)
        }
    }

    /// Runs to the end, and passes over the rows.
    public mutating func run() throws(SQLiteError) {
        while try step() {}
    }

    /// Ends the run, and lets its view of the database go. What was bound stays bound.
    public mutating func reset() {
        // SAFETY: the statement is prepared. What a reset returns is what the last step did.
        unsafe sqlite3_reset(handle)
    }

    /// The number in a column of the row at hand, counted from 0. To be called after `step` returned true.
    public func integer(_ column: Int32) -> Int64 {
        // SAFETY: the statement is prepared; a column that is not there reads as 0.
        unsafe sqlite3_column_int64(handle, column)
    }

    /// The text in a column of the row at hand, counted from 0; it lasts until the next step. To be called after `step`
    /// returned true.
    @_lifetime(borrow self)
    public func text(_ column: Int32) -> RawSpan {
        // SAFETY: SQLite's bytes stay in place until the statement is stepped, reset or finalised, each of which needs it
        // exclusively; their address is null where there are none.
        let start = unsafe sqlite3_column_blob(handle, column)
        guard let start = unsafe start else { return RawSpan() }
        let span = unsafe RawSpan(_unsafeStart: start, byteCount: Int(sqlite3_column_bytes(handle, column)))
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw SQLiteError(code: code) }
    }
}

// SAFETY: a value owns its statement alone, and SQLite's lock orders it with others of its connection.
extension Statement: @unchecked Sendable {}
