internal import Bytes

/// A directory with the keys of a server, one or, in a set, several a file.
///
/// Whoever may write there decides who gets in: so neither the directory nor a file is taken that others could change,
/// and no file that others could read.
public struct KeyDirectory: Sendable {
    /// All keys of the directory.
    public let keyring: Keyring
    /// The names of the files that are none of ours, for a warning.
    public let ignoredFiles: [String]
    /// The keys in sets that are not used, each as a sentence with its file, for a warning.
    public let ignoredKeys: [String]

    /// Reads every key file in the directory at `path`, following symbolic links.
    ///
    /// - Throws: `KeyError.file` for the first file that is ours by its name and can't be used, or for the directory itself;
    ///   `KeyError.duplicateKeyID` when two different keys for the same kind of token have one name.
    public init(reading path: String) throws(KeyError) {
        let directory = try DirectoryHandle(path)
        var found = FoundKeys()
        var ignored: [String] = []
        for name in try directory.fileNames() {
            guard let file = KeyFileName(name) else {
                ignored.append(name)
                continue
            }
            let content = try directory.read(name)
            do throws(KeyError.FileFault) {
                try found.read(file, name: name, content: content.bytes)
            } catch {
                throw .file(path: "\(path)/\(name)", fault: error)
            }
        }
        keyring = try Keyring(verification: found.verification, signing: found.signing)
        ignoredFiles = ignored
        ignoredKeys = found.ignored
    }
}

/// What was found in the files so far.
private struct FoundKeys {
    var signing: [SigningKey] = []
    var verification: [VerificationKey] = []
    var ignored: [String] = []

    mutating func read(_ file: KeyFileName, name: String, content: RawSpan) throws(KeyError.FileFault) {
        guard file.kind == .jwkSet else {
            switch try KeyFile.key(file, content: content) {
            case .signing(let key): signing.append(key)
            case .verification(let key): verification.append(key)
            }
            return
        }
        let set: JWKSet
        do throws(KeyError) {
            set = try JWKSet(content, origin: .file)
        } catch {
            throw .key(error)
        }
        signing += set.signingKeys
        verification += set.verificationKeys
        ignored += set.skippedKeys.map { "\(name): \($0)" }
    }
}
