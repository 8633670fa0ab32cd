internal import Glibc

/// Reads files that an operator names, as far as a limit.
package enum BoundedFile {
    /// The bytes of the file at `path`, or of the pipe there.
    ///
    /// - Throws: `FileError`, when it can't be read or has more than `mostBytes`.
    package static func read(_ path: String, mostBytes: Int) throws(FileError) -> [UInt8] {
        // SAFETY: the path is a terminated string for as long as the call takes.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
        var filled = 0
        while filled < bytes.count {
            // SAFETY: at most the array's rest is written, behind what was read before.
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress.map { unsafe $0 + filled }, $0.count - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
            guard count > 0 else { break }
            filled += count
        }
        guard filled <= mostBytes else { throw .tooLarge(path: path, mostBytes: mostBytes) }
        return Array(bytes.prefix(filled))
    }
}

/// Why a file or a directory can't be used.
public enum FileError: Error, Equatable, CustomStringConvertible {
    /// It can't be read.
    case unreadable(path: String, errno: Int32)
    /// It is longer than it may be.
    case tooLarge(path: String, mostBytes: Int)

    /// The error as a sentence for an operator.
    public var description: String {
        switch self {
        case .unreadable(let path, _), .tooLarge(let path, _): "'\(path)' \(reason)"
        }
    }

    /// The sentence without its subject, for whoever has named the file.
    package var reason: String {
        switch self {
        case .unreadable(_, let errno):
            // SAFETY: strerror returns a terminated string that is copied at once.
            "can't be read: \(unsafe String(cString: strerror(errno)))"
        case .tooLarge(_, let most): "has more than \(most) bytes"
        }
    }
}
