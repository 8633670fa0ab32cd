/// Why a directory of keys is not changed.
public enum KeyChangeError: Error, Equatable, Sendable {
    /// The directory or a key in it can't be used, or a call of the operating system failed.
    case key(KeyError)
    /// There is no key with this name, for this algorithm if one was given.
    case unknownKey(KeyID, Algorithm?)
    /// The name has a key already.
    case nameTaken(KeyID)
    /// A key of this name was retired; its tokens may still be about.
    case nameRetired(KeyID)
    /// A file of this name would be read as something else than the key of this name.
    case unusableName(KeyID, fileName: String)
    /// Keys of two kinds have this name; the algorithm must say which is meant.
    case severalAlgorithms(KeyID)
    /// The key checks tokens only, and can't make any.
    case verifiesOnly(KeyID)
    /// The key is the one that makes this algorithm's tokens.
    case activeSigner(KeyID, Algorithm)
    /// There would be no key left to make this algorithm's tokens.
    case lastSigner(KeyID, Algorithm)
    /// The key's file holds other keys, too.
    case sharedFile(KeyID, fileName: String)
    /// A file of this name was retired before.
    case alreadyRetired(fileName: String)
}

extension KeyChangeError: CustomStringConvertible {
    /// A sentence that says what is at fault, and what to do where that is clear.
    public var description: String {
        switch self {
        case .key(let error): "\(error)"
        case .unknownKey(let id, let algorithm):
            "there is no key named \(id)" + (algorithm.map { " for \($0)" } ?? "")
        case .nameTaken(let id): "there is a key named \(id) already"
        case .nameRetired(let id): "a key named \(id) was retired; its name is not used again"
        case .unusableName(let id, let fileName): "a key can't be named \(id): its file would be \(fileName)"
        case .severalAlgorithms(let id): "keys of two kinds are named \(id); say which by its algorithm"
        case .verifiesOnly(let id): "\(id) only verifies: the key that makes tokens is not here"
        case .activeSigner(let id, let algorithm):
            "\(id) is the active signer of \(algorithm); rotate to another key first"
        case .lastSigner(let id, let algorithm): "\(id) is the last key that signs with \(algorithm)"
        case .sharedFile(let id, let fileName): "\(id) is in \(fileName) with other keys; take it out of that file"
        case .alreadyRetired(let fileName): "there is a retired file \(fileName) already"
        }
    }
}
