internal import Bytes

/// A directory with the keys of a server, one a file.
///
/// Whoever may write there decides who gets in: so neither the directory nor a file is taken that others could change,
/// and no file that others could read. Keys in its subdirectory `retired` are not used any more.
public struct KeyDirectory: Sendable {
    /// All keys of the directory.
    public let keyring: Keyring
    /// The keys with the files that they are in, in the order of the files' names.
    public let entries: [Entry]
    /// The names of the files that are none of ours, for a warning.
    public let ignoredFiles: [String]

    /// A key in a file.
    public struct Entry: Sendable {
        /// The key that checks tokens.
        public let key: VerificationKey
        /// Whether the file holds what makes tokens, too.
        public let signs: Bool
        /// The name of the file.
        public let fileName: String
        /// When the file was written last, in Unix seconds: no key changes, so this is when the key was put here.
        public let writtenUnixSeconds: Int64
    }

    /// Reads every key file in the directory at `path`, following symbolic links.
    ///
    /// - Throws: `KeyError.file` for the first file that is ours by its name and can't be used, or for the directory itself;
    ///   `KeyError.duplicateKeyID` when two different keys for the same kind of token have one name.
    public init(reading path: String) throws(KeyError) {
        try self.init(DirectoryHandle(path))
    }

    init(_ directory: borrowing DirectoryHandle) throws(KeyError) {
        var found = FoundKeys()
        var ignored: [String] = []
        for name in try directory.fileNames() where name != DirectoryHandle.retired {
            if let marker = ActiveMarker(fileName: name) {
                found.active[marker.algorithm] = try marker.keyID(in: directory)
            } else if let file = KeyFileName(name) {
                try found.read(file, name: name, in: directory)
            } else {
                ignored.append(name)
            }
        }
        keyring = try Keyring(verification: found.verification, signing: found.signing, active: found.active)
        entries = found.entries
        ignoredFiles = ignored
    }
}

/// What was found in the files so far.
private struct FoundKeys {
    var signing: [SigningKey] = []
    var verification: [VerificationKey] = []
    var active: [Algorithm: KeyID] = [:]
    var entries: [KeyDirectory.Entry] = []

    mutating func read(
        _ file: KeyFileName, name: String, in directory: borrowing DirectoryHandle
    ) throws(KeyError) {
        let content = try directory.read(name)
        let written = try directory.writtenUnixSeconds(name)
        do throws(KeyError.FileFault) {
            switch try KeyFile.key(file, content: content.bytes) {
            case .signing(let key): insert(key, name, written)
            case .verification(let key): insert(key, name, written)
            }
        } catch {
            throw .file(path: "\(directory.path)/\(name)", fault: error)
        }
    }

    private mutating func insert(_ key: SigningKey, _ name: String, _ written: Int64) {
        signing.append(key)
        entries.append(
            KeyDirectory.Entry(key: key.verificationKey, signs: true, fileName: name, writtenUnixSeconds: written))
    }

    private mutating func insert(_ key: VerificationKey, _ name: String, _ written: Int64) {
        verification.append(key)
        entries.append(KeyDirectory.Entry(key: key, signs: false, fileName: name, writtenUnixSeconds: written))
    }
}
