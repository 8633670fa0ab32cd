internal import Bytes

/// The file that says which key makes an algorithm's tokens when none is named: `ALGORITHM.active`, such as
/// `EdDSA.active`, with the key's name in it and nothing else but a newline.
///
/// It is replaced as a whole by one rename, so that there is an active key at every moment of a change. Each algorithm has
/// its own, so that two changes never overwrite each other's.
struct ActiveMarker: Equatable {
    let algorithm: Algorithm

    init(_ algorithm: Algorithm) { self.algorithm = algorithm }

    /// Nil for a file that is no marker.
    init?(fileName: String) {
        guard let algorithm = Algorithm.allCases.first(where: { Self($0).fileName == fileName }) else { return nil }
        self.algorithm = algorithm
    }

    var fileName: String { "\(algorithm).active" }

    /// The name of the key that the marker in `directory` chooses.
    ///
    /// - Throws: `KeyError.file` when the file can't be read or trusted, or holds no name that a key can have.
    func keyID(in directory: borrowing DirectoryHandle) throws(KeyError) -> KeyID {
        let content = try directory.read(fileName)
        let text = String(content.bytes)
        do throws(KeyError) {
            return try KeyID(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        } catch {
            throw .file(path: "\(directory.path)/\(fileName)", fault: .key(error))
        }
    }

    /// Makes `id` the active key, in such a way that after a crash either the old or the new one is.
    func write(_ id: KeyID, in directory: borrowing DirectoryHandle) throws(KeyError) {
        var text = ByteBuffer(capacity: KeyID.mostBytes + 1)
        text.append(id.text)
        text.append(0x0A)
        try directory.write(fileName, content: text.bytes, replaces: true)
    }
}
