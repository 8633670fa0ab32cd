internal import Bytes
internal import Glibc

/// An open directory of key files. Files are opened relative to it, and judged by the descriptor that is read: what was
/// checked is what is used, whatever happens to the names meanwhile.
struct DirectoryHandle: ~Copyable {
    let descriptor: Int32
    let path: String

    /// The longest key file, in bytes.
    static let mostFileBytes = 64 * 1_024

    /// - Throws: `KeyError.file` when it can't be opened, belongs to another user, or when group or others may write to it.
    init(_ path: String) throws(KeyError) {
        // SAFETY: the path is a string's, which ends in a zero and is read during the call only.
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw .file(path: path, fault: .failed("open")) }
        let status = try Self.status(descriptor, path: path)
        guard Self.isOurs(status) else { throw .file(path: path, fault: .ownedByOthers(userID: status.st_uid)) }
        guard status.st_mode & 0o022 == 0 else {
            throw .file(path: path, fault: .directoryWritableByOthers(mode: status.st_mode & 0o777))
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The names of all files, sorted.
    func fileNames() throws(KeyError) -> [String] {
        // SAFETY: `fdopendir` takes the descriptor over, so it gets one of its own.
        guard let stream = unsafe fdopendir(openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
            throw .file(path: path, fault: .failed("fdopendir"))
        }
        // SAFETY: the stream was opened above, and is closed once.
        defer { unsafe closedir(stream) }
        var names: [String] = []
        // SAFETY: the entry is valid until the next call, and its name ends in a zero.
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The content of a file.
    ///
    /// - Throws: `KeyError.file` unless it is a regular file of ours, of at most 64 KiB, to which group and others have no
    ///   access.
    func read(_ name: String) throws(KeyError) -> GuardedBytes {
        let filePath = "\(path)/\(name)"
        // Without O_NONBLOCK, opening a pipe would wait for its writer.
        // SAFETY: the name is a string's, which ends in a zero and is read during the call only.
        let file = unsafe openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .file(path: filePath, fault: .failed("open")) }
        defer { close(file) }
        let status = try Self.status(file, path: filePath)
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: filePath, fault: .notRegular) }
        guard Self.isOurs(status) else { throw .file(path: filePath, fault: .ownedByOthers(userID: status.st_uid)) }
        guard status.st_mode & 0o066 == 0 else {
            throw .file(path: filePath, fault: .readableByOthers(mode: status.st_mode & 0o777))
        }
        guard status.st_size <= Self.mostFileBytes else { throw .file(path: filePath, fault: .unexpectedSize) }
        return try GuardedBytes(count: status.st_size) { (target: inout MutableRawSpan) throws(KeyError) in
            try Self.readAll(file, path: filePath, into: &target)
        }
    }

    /// Fills `target` from the file, which must end there.
    private static func readAll(_ file: Int32, path: String, into target: inout MutableRawSpan) throws(KeyError) {
        var total = 0
        while true {
            var extra: UInt8 = 0
            // SAFETY: the kernel writes into what is left of the span, or into `extra` when nothing is left.
            let count = unsafe target.withUnsafeMutableBytes { bytes in
                total < bytes.count
                    ? unsafe Glibc.read(file, bytes.baseAddress.map { unsafe $0 + total }, bytes.count - total)
                    : unsafe Glibc.read(file, &extra, 1)
            }
            guard count >= 0 else { throw .file(path: path, fault: .failed("read")) }
            guard count > 0 else { break }
            total += count
            guard total <= target.byteCount else { throw .file(path: path, fault: .unexpectedSize) }
        }
        guard total == target.byteCount else { throw .file(path: path, fault: .unexpectedSize) }
    }

    /// Whether it belongs to this process's user, or to root, who may change everything anyway.
    static func isOurs(_ status: stat) -> Bool { status.st_uid == geteuid() || status.st_uid == 0 }

    static func status(_ descriptor: Int32, path: String) throws(KeyError) -> stat {
        var status = stat()
        // SAFETY: the kernel fills in `status` during the call only.
        guard unsafe fstat(descriptor, &status) == 0 else { throw .file(path: path, fault: .failed("fstat")) }
        return status
    }
}

extension KeyError.FileFault {
    /// The failure of the system call that was made last.
    static func failed(_ call: String) -> Self { .system(call: call, errno: errno) }
}
