extension KeyDirectory {
    /// Makes a key in the directory at `path`, which is made too if its parent is there, and returns its name.
    ///
    /// The key that made the algorithm's tokens before still does; a first key does from now on.
    /// - Parameter id: its name; nil for a new one.
    public static func generate(
        _ algorithm: Algorithm, id: KeyID? = nil, in path: String
    ) throws(KeyChangeError) -> KeyID {
        try KeyDirectoryEditor(path, makingDirectory: true).generate(algorithm, id: id)
    }

    /// What a rotation did.
    public struct Rotation: Equatable, Sendable {
        /// The key that made the algorithm's tokens before, if it was clear which. It still checks them.
        public let previous: KeyID?
        /// The key that makes them from now on.
        public let active: KeyID
    }

    /// Makes a new key, and makes it the one that makes the algorithm's tokens. Others stay to check tokens.
    ///
    /// After a crash at any moment the active key is the old one or the new one.
    /// - Parameter id: the new key's name; nil for a new one.
    public static func rotate(
        _ algorithm: Algorithm, id: KeyID? = nil, in path: String
    ) throws(KeyChangeError) -> Rotation {
        try KeyDirectoryEditor(path).rotate(algorithm, id: id)
    }

    /// Makes a key that is there the one that makes the algorithm's tokens: for a key that was generated earlier, so that
    /// every server knows it before the first token is signed with it.
    public static func rotate(
        _ algorithm: Algorithm, toExisting id: KeyID, in path: String
    ) throws(KeyChangeError) -> Rotation {
        try KeyDirectoryEditor(path).rotate(algorithm, toExisting: id)
    }

    /// Moves a key's files into the subdirectory `retired`: it neither makes nor checks tokens any more. Returns their
    /// names.
    ///
    /// - Parameters:
    ///   - algorithm: which key is meant, where keys of two kinds have the name.
    ///   - force: also when it is the active or the last key that makes tokens of its algorithm.
    public static func retire(
        _ id: KeyID, algorithm: Algorithm? = nil, force: Bool = false, in path: String
    ) throws(KeyChangeError) -> [String] {
        try KeyDirectoryEditor(path).retire(id, algorithm: algorithm, force: force)
    }
}
