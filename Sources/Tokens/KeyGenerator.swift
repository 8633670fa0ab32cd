internal import Bytes

/// Makes new keys in a directory.
public enum KeyGenerator {
    /// The algorithms that `makeDevelopmentKeys` makes keys of.
    public static let developmentAlgorithms: [Algorithm] = [.edDSA, .hs256, .v4Public, .v4Local]

    /// Makes one key of each usual algorithm in the directory at `path`, which is made too if its parent is there, and
    /// returns their names: `eddsa-…`, `hs256-…`, `v4public-…` and `v4local-…`, each with a random number.
    ///
    /// The files are for their owner only. Each is there as a whole or not at all, whatever happens meanwhile.
    public static func makeDevelopmentKeys(in path: String) throws(KeyError) -> [KeyID] {
        try DirectoryHandle.make(path)
        let directory = try DirectoryHandle(path)
        var made: [KeyID] = []
        for algorithm in developmentAlgorithms {
            let id = try newID(for: algorithm)
            try algorithm.keyRecipe.write(id, in: directory)
            made.append(id)
        }
        return made
    }

    /// A name that no other key has: the algorithm's in lower-case letters and digits, and sixteen hexadecimal digits.
    static func newID(for algorithm: Algorithm) throws(KeyError) -> KeyID {
        var number = ByteBuffer(capacity: 16)
        number.append(hex: Random.word())
        return try KeyID("\(algorithm.description.lowercased().filter { $0 != "." })-\(String(number.bytes))")
    }
}
