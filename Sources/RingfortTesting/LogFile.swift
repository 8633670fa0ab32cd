internal import Glibc
internal import Ringfort

/// A file without a name, for the log of one server.
final class LogFile {
    /// What a log writes to. It stays open as long as this object lives.
    let descriptor: Int32
    /// Whose log it is. Its thread may have lines to write until it is told to end.
    var application: ShardApplication?

    init() throws(ServerError) {
        var path = Array("/tmp/ringfort-log-XXXXXX".utf8CString)
        // SAFETY: the path is terminated, lives through both calls, and is written to within its length only.
        let descriptor = unsafe path.withUnsafeMutableBufferPointer { path -> Int32 in
            guard let start = path.baseAddress else { return -1 }
            let descriptor = unsafe mkstemp(start)
            if descriptor >= 0 { unsafe unlink(start) }
            return descriptor
        }
        guard descriptor >= 0 else { throw .log(reason: "a temporary file for the log can't be made (errno \(errno))") }
        self.descriptor = descriptor
    }

    deinit {
        application?.endLog()
        close(descriptor)
    }

    /// All lines that were written.
    func lines() -> [String] {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        lseek(descriptor, 0, SEEK_SET)
        while true {
            // SAFETY: at most the array's bytes are written, during the call.
            let count = unsafe read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            text += chunk.prefix(count)
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
