internal import Bytes
internal import Glibc

extension DirectoryHandle {
    /// Makes the directory at `path`, for its owner only, unless it is there already. Its parent must exist.
    static func make(_ path: String) throws(KeyError) {
        // SAFETY: the path is a string's, which ends in a zero and is read during the call only.
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .file(path: path, fault: .failed("mkdir"))
        }
    }

    /// Writes a file for its owner only, in such a way that after a crash the whole file is there or none of it.
    ///
    /// - Parameter replaces: whether a file of this name makes way; without, it is an error, whoever made that file when.
    func write(_ name: String, content: RawSpan, replaces: Bool = false) throws(KeyError) {
        // Hidden, so that a leftover of a crash is never read as a key.
        let temporaryName = ".\(name).\(String(Random.word(), radix: 16))"
        do throws(KeyError) {
            try writeNew(temporaryName, content: content)
            try rename(temporaryName, name, replaces: replaces)
            guard fsync(descriptor) == 0 else { throw failure("fsync", name) }
        } catch {
            // SAFETY: the name is a string's, which ends in a zero and is read during the call only.
            unsafe unlinkat(descriptor, temporaryName, 0)
            throw error
        }
    }

    private func rename(_ old: String, _ new: String, replaces: Bool) throws(KeyError) {
        // SAFETY: both names are strings', which end in a zero and are read during the calls only.
        if replaces {
            guard unsafe renameat(descriptor, old, descriptor, new) == 0 else { throw failure("rename", new) }
        } else {
            // A second name is never given to a file where another has it; renaming would put that file away.
            guard unsafe linkat(descriptor, old, descriptor, new, 0) == 0 else { throw failure("link", new) }
            guard unsafe unlinkat(descriptor, old, 0) == 0 else { throw failure("unlink", old) }
        }
    }

    private func writeNew(_ name: String, content: RawSpan) throws(KeyError) {
        // SAFETY: the name is a string's, which ends in a zero and is read during the call only.
        let file = unsafe openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("open", name) }
        defer { close(file) }
        // The process's umask may have taken permissions away.
        guard fchmod(file, 0o600) == 0 else { throw failure("fchmod", name) }
        var written = 0
        while written < content.byteCount {
            let rest = content.extracting(written..<content.byteCount)
            // SAFETY: the kernel reads the span's bytes during the call only.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure("write", name) }
            written += count
        }
        guard fsync(file) == 0 else { throw failure("fsync", name) }
    }

    private func failure(_ call: String, _ name: String) -> KeyError {
        .file(path: "\(path)/\(name)", fault: .failed(call))
    }
}
