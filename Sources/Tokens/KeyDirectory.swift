internal import Bytes

/// A directory with the keys of a server, one a file.
///
/// Whoever may write there decides who gets in: so neither the directory nor a file is taken that others could change,
/// and no file that others could read.
public struct KeyDirectory: Sendable {
    /// All keys of the directory.
    public let keyring: Keyring
    /// The names of the files that are none of ours, for a warning.
    public let ignoredFiles: [String]

    /// Reads every key file in the directory at `path`, following symbolic links.
    ///
    /// - Throws: `KeyError.file` for the first file that is ours by its name and can't be used, or for the directory itself;
    ///   `KeyError.duplicateKeyID` when two different keys for the same kind of token have one name.
    public init(reading path: String) throws(KeyError) {
        let directory = try DirectoryHandle(path)
        var signing: [SigningKey] = []
        var verification: [VerificationKey] = []
        var ignored: [String] = []
        for name in try directory.fileNames() {
            guard let file = KeyFileName(name) else {
                ignored.append(name)
                continue
            }
            let content = try directory.read(name)
            do throws(KeyError.FileFault) {
                switch try KeyFile.key(file, content: content.bytes) {
                case .signing(let key): signing.append(key)
                case .verification(let key): verification.append(key)
                }
            } catch {
                throw .file(path: "\(path)/\(name)", fault: error)
            }
        }
        keyring = try Keyring(verification: verification, signing: signing)
        ignoredFiles = ignored
    }
}
