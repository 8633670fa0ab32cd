internal import Bytes

/// A directory with the keys of a server, one or, in a set, several a file.
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
    /// The keys in sets that are not used, each as a sentence with its file, for a warning.
    public let ignoredKeys: [String]

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
        for name in try directory.fileNames() where name != DirectoryHandle.retired {
            if let marker = ActiveMarker(fileName: name) {
                found.active[marker.algorithm] = try marker.keyID(in: directory)
            } else if let file = KeyFileName(name) {
                try found.read(file, name: name, in: directory)
            } else {
                found.ignoredFiles.append(name)
            }
        }
        keyring = try Keyring(verification: found.verification, signing: found.signing, active: found.active)
        entries = found.entries
        ignoredFiles = found.ignoredFiles
        ignoredKeys = found.ignoredKeys
    }
}

/// What was found in the files so far.
private struct FoundKeys {
    var signing: [SigningKey] = []
    var verification: [VerificationKey] = []
    var active: [Algorithm: KeyID] = [:]
    var entries: [KeyDirectory.Entry] = []
    var ignoredFiles: [String] = []
    var ignoredKeys: [String] = []

    mutating func read(
        _ file: KeyFileName, name: String, in directory: borrowing DirectoryHandle
    ) throws(KeyError) {
        let content = try directory.read(name)
        let written = try directory.writtenUnixSeconds(name)
        do throws(KeyError.FileFault) {
            for key in try keys(file, name: name, content: content.bytes) { insert(key, name, written) }
        } catch {
            throw .file(path: "\(directory.path)/\(name)", fault: error)
        }
    }

    /// The keys in a file.
    private mutating func keys(
        _ file: KeyFileName, name: String, content: RawSpan
    ) throws(KeyError.FileFault) -> [KeyFile] {
        guard file.kind == .jwkSet else { return [try KeyFile.key(file, content: content)] }
        let set: JWKSet
        do throws(KeyError) {
            set = try JWKSet(content, origin: .file)
        } catch {
            throw .key(error)
        }
        ignoredKeys += set.skippedKeys.map { "\(name): \($0)" }
        return set.signingKeys.map { .signing($0) } + set.verificationKeys.map { .verification($0) }
    }

    private mutating func insert(_ file: KeyFile, _ name: String, _ written: Int64) {
        let signs: Bool
        switch file {
        case .signing(let key):
            signing.append(key)
            signs = true
        case .verification(let key):
            verification.append(key)
            signs = false
        }
        entries.append(
            KeyDirectory.Entry(key: file.verificationKey, signs: signs, fileName: name, writtenUnixSeconds: written))
    }
}
