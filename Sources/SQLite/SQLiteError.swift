internal import CSQLite

/// What SQLite answered when it could not do what was asked. It holds a code and no value of any row.
public struct SQLiteError: Error, Equatable, Sendable {
    /// The extended result code (https://sqlite.org/rescode.html).
    public let code: Int32
    /// What the caller may do about it.
    public enum Condition: Sendable {
        /// Somebody else writes, for longer than we wait. Later it may work.
        case busy
        /// There is no room: on the disk, or up to the database's own bound.
        case full
        /// Anything else: the file, the disk or the program is at fault.
        case fault
    }

    init(code: Int32) { self.code = code }

    /// The failure of the last call on a connection.
    init(_ connection: OpaquePointer) {
        // SAFETY: the caller's connection is open, and only read from.
        code = unsafe sqlite3_extended_errcode(connection)
    }

    /// What kind of failure it is.
    public var condition: Condition {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        default: .fault
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    /// SQLite's own words for the code.
    public var description: String {
        // SAFETY: the function returns a terminated string, which is copied at once.
        unsafe "SQLite says: \(String(cString: sqlite3_errstr(code))) (code \(code))"
    }
}
