internal import Bytes
internal import Glibc

extension DirectoryHandle {
    /// The bytes of a file that is no secret, but that only we may write.
    func readAll(_ name: String, mostBytes: Int) throws(KeyError) -> [UInt8] {
        let (file, status) = try openOwn(name, O_RDONLY)
        defer { close(file) }
        let filePath = "\(path)/\(name)"
        guard status.st_size <= mostBytes else { throw .file(path: filePath, fault: .unexpectedSize) }
        // A writer may append meanwhile: what came later is read the next time.
        var bytes = [UInt8](repeating: 0, count: status.st_size)
        var total = 0
        while total < bytes.count {
            // SAFETY: the kernel writes into the array from `total` on, to its end at most.
            let count = unsafe bytes.withUnsafeMutableBytes { target in
                unsafe Glibc.read(file, target.baseAddress.map { unsafe $0 + total }, target.count - total)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .file(path: filePath, fault: .failed("read")) }
            guard count > 0 else { break }
            total += count
        }
        return Array(bytes.prefix(total))
    }

    /// Appends to a file behind its first `start` bytes, cutting off what else there is; makes it when it is not there.
    /// When this returns, it is on disk.
    func append(_ content: RawSpan, to name: String, from start: Int) throws(KeyError) {
        let filePath = "\(path)/\(name)"
        let (file, status) = try openOwn(name, O_WRONLY | O_CREAT)
        defer { close(file) }
        guard status.st_size == start || ftruncate(file, off_t(start)) == 0 else {
            throw .file(path: filePath, fault: .failed("ftruncate"))
        }
        var written = 0
        while written < content.byteCount {
            let rest = content.extracting(written..<content.byteCount)
            // SAFETY: the kernel reads the span's bytes during the call only.
            let count = unsafe rest.withUnsafeBytes {
                unsafe pwrite(file, $0.baseAddress, $0.count, off_t(start + written))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .file(path: filePath, fault: .failed("write")) }
            written += count
        }
        guard fsync(file) == 0 else { throw .file(path: filePath, fault: .failed("fsync")) }
        // The file may be new: its name has to be on disk as well.
        guard fsync(descriptor) == 0 else { throw .file(path: path, fault: .failed("fsync")) }
    }

    /// Opens a regular file that belongs to us and is nobody else's to read or write.
    func openOwn(_ name: String, _ flags: Int32) throws(KeyError) -> (descriptor: Int32, status: stat) {
        let filePath = "\(path)/\(name)"
        // SAFETY: the name is a string's, which ends in a zero and is read during the call only.
        let file = unsafe openat(descriptor, name, flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .file(path: filePath, fault: .failed("open")) }
        do throws(KeyError) {
            let status = try Self.status(file, path: filePath)
            guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: filePath, fault: .notRegular) }
            guard Self.isOurs(status) else { throw .file(path: filePath, fault: .ownedByOthers(userID: status.st_uid)) }
            guard status.st_mode & 0o066 == 0 else {
                throw .file(path: filePath, fault: .readableByOthers(mode: status.st_mode & 0o777))
            }
            return (file, status)
        } catch {
            close(file)
            throw error
        }
    }
}
