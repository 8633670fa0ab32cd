import CLinux
import Glibc

/// A file that lines are appended to. Its descriptor stays the same when it is opened again, so that whoever writes to it
/// goes on without noticing.
final class LogFile: Sendable {
    let path: String
    let descriptor: Int32

    /// Opens a file, which is made where there is none: nobody but this user may read or write it then.
    ///
    /// - Throws: `LogError.file` when it can't be opened, is no regular file, is another user's, or when others could read or change
    ///   it.
    init(_ path: String) throws(LogError) {
        self.path = path
        descriptor = try Self.open(path)
    }

    deinit { close(descriptor) }

    /// Opens the file anew: after it was renamed, lines go to a new one.
    ///
    /// - Throws: `LogError.file`; lines go where they went then.
    func reopen() throws(LogError) {
        let next = try Self.open(path)
        defer { close(next) }
        // A program that is started from here shall not have it.
        guard ringfort_replace_descriptor(next, descriptor) >= 0 else {
            throw .file(path: path, fault: .system(errno))
        }
    }

    private static func open(_ path: String) throws(LogError) -> Int32 {
        // Without O_NONBLOCK, a pipe would be waited for; a link is not followed, which somebody else may have put there.
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY
        // SAFETY: the path is a terminated string for as long as the call takes.
        let file = unsafe Glibc.open(path, flags, 0o600)
        guard file >= 0 else { throw .file(path: path, fault: .system(errno)) }
        var status = stat()
        // SAFETY: the kernel fills in `status` during the call only.
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw .file(path: path, fault: .notRegular)
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            close(file)
            throw .file(path: path, fault: .ofAnother)
        }
        // Its group may read it, as those who collect logs do; nobody else may, and nobody else may change it.
        guard status.st_mode & 0o027 == 0 else {
            close(file)
            throw .file(path: path, fault: .openToOthers)
        }
        return file
    }
}
