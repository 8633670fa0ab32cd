internal import Glibc

extension DirectoryHandle {
    /// The subdirectory of keys that are not used any more.
    static let retired = "retired"

    /// Waits until no other process changes the directory, and keeps others from it while this handle lives.
    func lock() throws(KeyError) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .file(path: path, fault: .failed("flock")) }
        }
    }

    /// Whether there is anything under this name.
    func contains(_ name: String) throws(KeyError) -> Bool {
        var status = stat()
        // SAFETY: the name is a string's, which ends in a zero; the kernel fills in `status` during the call only.
        if unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return true }
        guard errno == ENOENT else { throw .file(path: "\(path)/\(name)", fault: .failed("fstatat")) }
        return false
    }

    /// When a file was written last, in Unix seconds.
    func writtenUnixSeconds(_ name: String) throws(KeyError) -> Int64 {
        var status = stat()
        // SAFETY: the name is a string's, which ends in a zero; the kernel fills in `status` during the call only.
        guard unsafe fstatat(descriptor, name, &status, 0) == 0 else {
            throw .file(path: "\(path)/\(name)", fault: .failed("fstatat"))
        }
        return Int64(status.st_mtim.tv_sec)
    }

    /// Removes a file.
    func remove(_ name: String) throws(KeyError) {
        // SAFETY: the name is a string's, which ends in a zero and is read during the call only.
        guard unsafe unlinkat(descriptor, name, 0) == 0 else {
            throw .file(path: "\(path)/\(name)", fault: .failed("unlink"))
        }
        try flush()
    }

    /// Moves a file into another directory of the same file system, where nothing of its name may be.
    func move(_ name: String, to other: borrowing DirectoryHandle) throws(KeyError) {
        // SAFETY: the name is a string's, which ends in a zero and is read during the call only.
        guard unsafe renameat(descriptor, name, other.descriptor, name) == 0 else {
            throw .file(path: "\(path)/\(name)", fault: .failed("rename"))
        }
        try other.flush()
        try flush()
    }

    /// Waits until the names in the directory are on disk.
    private func flush() throws(KeyError) {
        guard fsync(descriptor) == 0 else { throw .file(path: path, fault: .failed("fsync")) }
    }
}
