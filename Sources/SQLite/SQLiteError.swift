internal import CSQLite
internal import Glibc

/// What SQLite answered when it could not do what was asked. It holds codes and no value of any row.
public struct SQLiteError: Error, Equatable, Sendable {
    /// The extended result code (https://sqlite.org/rescode.html).
    public let code: Int32
    /// The errno of the system call that failed, where one did; 0 otherwise.
    public let systemError: Int32

    /// What the caller may do about it.
    public enum Condition: Sendable {
        /// Somebody else writes, for longer than we wait. Later it may work.
        case busy
        /// There is no room: on the disk, in the quota, or up to the database's own bound.
        case full
        /// Anything else: the file, the disk or the program is at fault.
        case fault
    }

    init(code: Int32, systemError: Int32 = 0) {
        self.code = code
        self.systemError = systemError
    }

    /// The failure of the last call on a connection.
    init(_ connection: OpaquePointer) {
        // SAFETY: the caller's connection is open. Both calls only read from it.
        let code = unsafe sqlite3_extended_errcode(connection)
        let hasSystemError = code & 0xFF == SQLITE_IOERR || code & 0xFF == SQLITE_CANTOPEN
        self.init(code: code, systemError: hasSystemError ? unsafe sqlite3_system_errno(connection) : 0)
    }

    /// What kind of failure it is.
    public var condition: Condition {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        // SQLite knows ENOSPC only; these say the same of a quota and of a limit on files.
        case SQLITE_IOERR where systemError == EDQUOT || systemError == EFBIG: .full
        default: .fault
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    /// SQLite's own words for the code, and the system's for the errno.
    public var description: String {
        // SAFETY: both functions return terminated strings, which are copied at once.
        let text = unsafe "SQLite says: \(String(cString: sqlite3_errstr(code))) (code \(code))"
        guard systemError != 0 else { return text }
        return unsafe "\(text), the system: \(String(cString: strerror(systemError)))"
    }
}
