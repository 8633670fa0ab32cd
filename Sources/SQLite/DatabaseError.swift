internal import Glibc

/// Why a database file can't be used; as a sentence that says what to do.
public enum DatabaseError: Error, Equatable, Sendable {
    /// It can't be made or opened.
    case file(path: String, errno: Int32)
    /// It is a directory, a device or the like.
    case notRegular(path: String)
    /// Group or others may read or write it.
    case openToOthers(path: String, mode: UInt32)
    /// SQLite can't use it: it is no database, it is damaged, or its disk is full.
    case sqlite(path: String, SQLiteError)
    /// Its file system can't have a write-ahead log: it has no shared memory, as some network file systems.
    case noLog(path: String)
    /// Another program's tables are in it.
    case foreign(path: String)
    /// A newer version of the program has written it.
    case newer(path: String, version: Int64, known: Int64)
}

extension DatabaseError: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .file(let path, let errno):
            // SAFETY: strerror returns a terminated string that is copied at once.
            "the database '\(path)' can't be opened for writing: \(unsafe String(cString: strerror(errno)))"
        case .notRegular(let path): "the database '\(path)' is no regular file"
        case .openToOthers(let path, let mode):
            "the database '\(path)' is open to others (mode \(String(mode, radix: 8))): chmod 600 it"
        case .sqlite(let path, let error): "the database '\(path)' can't be used. \(error)"
        case .noLog(let path): "the database '\(path)' can't have a write-ahead log: put it on a local file system"
        case .foreign(let path): "the database '\(path)' belongs to another program; name another place"
        case .newer(let path, let version, let known):
            "the database '\(path)' has version \(version), and this program knows up to \(known): use a newer program"
        }
    }
}
