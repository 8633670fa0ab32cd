internal import Bytes
internal import COpenSSL
internal import Glibc

/// The content of a file of certificates or of a key, wiped when it is dropped.
struct CredentialFile: ~Copyable {
    let path: String
    private let content: WipedBytes

    /// More than any chain of certificates has.
    static let mostBytes = 1024 * 1024

    /// Who may have access to a file.
    enum Secrecy {
        /// Anybody may read it.
        case open
        /// It is ours or root's, and group and others have no access.
        case secret
    }

    /// Reads a file. It is judged by the descriptor that is read, whatever happens to its name meanwhile.
    ///
    /// - Throws: `TLSConfigurationError.file` when it can't be read, or when others have access to a secret.
    init(_ path: String, _ secrecy: Secrecy) throws(TLSConfigurationError) {
        self.path = path
        // Without O_NONBLOCK, opening a pipe would wait for its writer.
        // SAFETY: the path is a string's, which ends in a zero and is read during the call only.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .file(path: path, fault: .failed("open")) }
        defer { close(file) }
        var status = stat()
        // SAFETY: the kernel fills in `status` during the call only.
        guard unsafe fstat(file, &status) == 0 else { throw .file(path: path, fault: .failed("fstat")) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: path, fault: .notRegular) }
        if secrecy == .secret {
            guard status.st_uid == geteuid() || status.st_uid == 0 else {
                throw .file(path: path, fault: .ownedByOthers(userID: status.st_uid))
            }
            guard status.st_mode & 0o066 == 0 else {
                throw .file(path: path, fault: .readableByOthers(mode: status.st_mode & 0o777))
            }
        }
        guard status.st_size <= Self.mostBytes else { throw .file(path: path, fault: .tooLong) }
        content = try WipedBytes(capacity: Int(status.st_size) + 1) {
            (target: inout MutableRawSpan) throws(TLSConfigurationError) in try Self.readAll(file, path, into: &target)
        }
    }

    /// Reads the file to its end, which must come before that of `target`.
    private static func readAll(
        _ file: Int32, _ path: String, into target: inout MutableRawSpan
    ) throws(TLSConfigurationError) -> Int {
        var total = 0
        while total < target.byteCount {
            // SAFETY: the kernel writes into what is left of the span, during the call only.
            let count = unsafe target.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(file, bytes.baseAddress.map { unsafe $0 + total }, bytes.count - total)
            }
            guard count >= 0 else { throw .file(path: path, fault: .failed("read")) }
            if count == 0 { return total }
            total += count
        }
        // It has grown since its size was asked for: somebody is writing it.
        throw .file(path: path, fault: .tooLong)
    }

    /// The bytes.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { content.bytes }
    }

    /// Calls `body` with a BIO that reads the content.
    func withBIO<Result>(
        _ body: (OpaquePointer) throws(TLSConfigurationError) -> Result
    ) throws(TLSConfigurationError) -> Result {
        // What OpenSSL noted about its failures would turn up at somebody else's.
        defer { ERR_clear_error() }
        // SAFETY: the BIO reads the content in place, and is freed before the content is.
        let bio = unsafe content.bytes.withUnsafeBytes { unsafe BIO_new_mem_buf($0.baseAddress, Int32($0.count)) }
        guard let bio = unsafe bio else { throw .unavailable }
        defer { unsafe BIO_free(bio) }
        return try unsafe body(bio)
    }
}

extension TLSConfigurationError.FileFault {
    /// The failure of the system call that was made last.
    static func failed(_ call: String) -> Self { .system(call: call, errno: errno) }
}
