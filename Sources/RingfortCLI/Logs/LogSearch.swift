import Bytes
import Glibc

/// Looks for the lines of one correlation id, ours or the client's own, in a file of lines as the log writes them.
struct LogSearch {
    private let needle: [UInt8]

    /// A search for `id`, whose characters need no escape in JSON.
    init(id: String) { needle = Array("\(Self.member)\":\"\(id)\"".utf8) }

    /// The end of both names, `correlation_id` and `client_correlation_id`. In a text of a line it could not be followed by
    /// a quote without a backslash.
    private static let member = "correlation_id"
    private static let pivot = (character: UInt8(ascii: "_"), offset: 11)
    private static let chunkBytes = 1 << 20

    /// The lines, in their order. O(bytes of the file), in memory for the longest line.
    ///
    /// - Throws: `LogSearchFailure` when the file can't be read.
    func lines(in path: String) throws(LogSearchFailure) -> [String] {
        // Without O_NONBLOCK, opening a pipe would wait for its writer.
        // SAFETY: the path is a terminated string for as long as the call takes.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw LogSearchFailure(path: path, errno: errno) }
        defer { close(file) }
        var found: [String] = []
        var buffer = ByteBuffer(capacity: Self.chunkBytes)
        while true {
            var count = 0
            let kept = buffer.count
            buffer.append(count: Self.chunkBytes) { target in
                // SAFETY: the kernel writes at most as many bytes as the span has, during the call only.
                count = unsafe target.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
            }
            buffer.truncate(to: kept + max(count, 0))
            guard count >= 0 else { throw LogSearchFailure(path: path, errno: errno) }
            // A last line without an end is a line, and one without an end in sight is looked at as far as it has come.
            let isLast = count == 0 || buffer.count > 2 * Self.chunkBytes
            buffer.removeFirst(take(from: buffer.bytes, isLast: isLast, &found))
            if count == 0 { return found }
        }
    }

    /// Adds the lines that `bytes` has, and gives how many of the bytes are done with.
    private func take(from bytes: RawSpan, isLast: Bool, _ found: inout [String]) -> Int {
        var start = 0
        while start < bytes.byteCount {
            guard let end = bytes.firstOffset(of: 0x0A, from: start) ?? (isLast ? bytes.byteCount : nil) else { break }
            let line = bytes.extracting(start..<end)
            if has(line) { found.append(String(line)) }
            start = min(end + 1, bytes.byteCount)
        }
        return start
    }

    private func has(_ line: RawSpan) -> Bool {
        var offset = 0
        while let place = line.firstOffset(of: Self.pivot.character, from: offset) {
            let start = place - Self.pivot.offset
            if start >= 0, start + needle.count <= line.byteCount,
                line.extracting(start..<start + needle.count).equals(needle.span.raw)
            {
                return true
            }
            offset = place + 1
        }
        return false
    }
}

/// Why a file can't be searched.
struct LogSearchFailure: Error, Equatable, CustomStringConvertible {
    let path: String
    let errno: Int32

    var description: String {
        // SAFETY: the text is the C library's, ends in a zero, and is copied at once.
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        return "'\(path)' can't be read: \(reason)"
    }
}
