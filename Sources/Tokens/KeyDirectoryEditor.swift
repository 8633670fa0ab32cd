/// A directory of keys that this process alone changes, as long as the value lives.
///
/// A change is a few steps, each of which is on disk as a whole before the next begins; between any two of them, the
/// directory can be read and used.
struct KeyDirectoryEditor: ~Copyable {
    private let directory: DirectoryHandle
    private let keys: KeyDirectory
    /// Called before each step, with what it does: a test stops there, as a crash would.
    private let willTake: (Step) throws(KeyChangeError) -> Void

    /// One step of a change.
    enum Step: Equatable {
        case makeActive(KeyID)
        case write(KeyID)
        case removeMarker(Algorithm)
        case move(fileName: String)
    }

    init(
        _ path: String, makingDirectory: Bool = false,
        willTake: @escaping (Step) throws(KeyChangeError) -> Void = { _ in }
    ) throws(KeyChangeError) {
        let directory = try Self.asChange { () throws(KeyError) in
            if makingDirectory { try DirectoryHandle.make(path) }
            return try DirectoryHandle(path)
        }
        keys = try Self.asChange { () throws(KeyError) in
            try directory.lock()
            return try KeyDirectory(directory)
        }
        self.directory = directory
        self.willTake = willTake
    }

    func generate(_ algorithm: Algorithm, id: KeyID?) throws(KeyChangeError) -> KeyID {
        let id = try checkedName(id, algorithm)
        // With a second key, being the only one would no longer make the first the active one.
        if let active = active(algorithm) { try mark(active, algorithm) }
        try take(.write(id)) { () throws(KeyError) in try algorithm.keyRecipe.write(id, in: directory) }
        return id
    }

    func rotate(_ algorithm: Algorithm, id: KeyID?) throws(KeyChangeError) -> KeyDirectory.Rotation {
        let previous = active(algorithm)
        let id = try generate(algorithm, id: id)
        try mark(id, algorithm)
        return KeyDirectory.Rotation(previous: previous, active: id)
    }

    func rotate(_ algorithm: Algorithm, toExisting id: KeyID) throws(KeyChangeError) -> KeyDirectory.Rotation {
        let entries = keys.entries.filter { $0.key.id == id && $0.key.algorithm == algorithm }
        guard !entries.isEmpty else { throw .unknownKey(id, algorithm) }
        guard entries.contains(where: \.signs) else { throw .verifiesOnly(id) }
        let previous = active(algorithm)
        try mark(id, algorithm)
        return KeyDirectory.Rotation(previous: previous, active: id)
    }

    func retire(_ id: KeyID, algorithm: Algorithm?, force: Bool) throws(KeyChangeError) -> [String] {
        let entries = keys.entries.filter {
            $0.key.id == id && (algorithm == nil || $0.key.algorithm == algorithm)
        }
        guard let algorithm = entries.first?.key.algorithm else { throw .unknownKey(id, algorithm) }
        guard entries.allSatisfy({ $0.key.algorithm == algorithm }) else { throw .severalAlgorithms(id) }
        try checkOwnFiles(entries)
        if !force && entries.contains(where: \.signs) { try checkOthersSign(id, algorithm) }
        let target = try retiredDirectory(for: entries)
        if keys.keyring.activeKeyIDs[algorithm] == id {
            try take(.removeMarker(algorithm)) { () throws(KeyError) in
                try directory.remove(ActiveMarker(algorithm).fileName)
            }
        }
        // What signs goes first: a key that is half retired makes no tokens.
        let fileNames = entries.filter(\.signs).map(\.fileName) + entries.filter { !$0.signs }.map(\.fileName)
        for fileName in fileNames {
            try take(.move(fileName: fileName)) { () throws(KeyError) in try directory.move(fileName, to: target) }
        }
        return fileNames
    }
}

// MARK: - Steps

extension KeyDirectoryEditor {
    private func take(_ step: Step, _ body: () throws(KeyError) -> Void) throws(KeyChangeError) {
        try willTake(step)
        try Self.asChange(body)
    }

    /// Writes down that `id` makes the algorithm's tokens, unless that is written already.
    private func mark(_ id: KeyID, _ algorithm: Algorithm) throws(KeyChangeError) {
        guard keys.keyring.activeKeyIDs[algorithm] != id else { return }
        try take(.makeActive(id)) { () throws(KeyError) in try ActiveMarker(algorithm).write(id, in: directory) }
    }

    private static func asChange<Result: ~Copyable>(
        _ body: () throws(KeyError) -> Result
    ) throws(KeyChangeError) -> Result {
        do throws(KeyError) {
            return try body()
        } catch {
            throw .key(error)
        }
    }
}

// MARK: - Checks

extension KeyDirectoryEditor {
    private func active(_ algorithm: Algorithm) -> KeyID? { keys.keyring.activeSigningKey(for: algorithm)?.id }

    /// The name for a new key: one that no key has or had, and that its file's name gives back.
    private func checkedName(_ given: KeyID?, _ algorithm: Algorithm) throws(KeyChangeError) -> KeyID {
        let id = try Self.asChange { () throws(KeyError) -> KeyID in
            if let given { given } else { try KeyGenerator.newID(for: algorithm) }
        }
        let fileName = "\(id)\(algorithm.keyRecipe.suffix)"
        guard !id.text.contains("/"), KeyFileName(fileName)?.id == id.text else {
            throw .unusableName(id, fileName: fileName)
        }
        let isTaken = try Self.asChange { () throws(KeyError) in try directory.contains(fileName) }
        guard !isTaken, !keys.entries.contains(where: { $0.key.id == id && $0.key.isAlike(algorithm) }) else {
            throw .nameTaken(id)
        }
        guard try !retiredFileNames().contains(where: { KeyFileName($0)?.id == id.text }) else {
            throw .nameRetired(id)
        }
        return id
    }

    private func retiredFileNames() throws(KeyChangeError) -> [String] {
        try Self.asChange { () throws(KeyError) in
            guard try directory.contains(DirectoryHandle.retired) else { return [] }
            return try DirectoryHandle("\(directory.path)/\(DirectoryHandle.retired)").fileNames()
        }
    }

    /// A file moves as a whole, and so must hold nothing that is to stay.
    private func checkOwnFiles(_ entries: [KeyDirectory.Entry]) throws(KeyChangeError) {
        for entry in entries {
            let isShared = keys.entries.contains { other in
                other.fileName == entry.fileName
                    && (other.key.id != entry.key.id || other.key.algorithm != entry.key.algorithm)
            }
            guard !isShared else { throw .sharedFile(entry.key.id, fileName: entry.fileName) }
        }
    }

    private func checkOthersSign(_ id: KeyID, _ algorithm: Algorithm) throws(KeyChangeError) {
        guard keys.keyring.signingKeys.contains(where: { $0.algorithm == algorithm && $0.id != id }) else {
            throw .lastSigner(id, algorithm)
        }
        guard active(algorithm) != id else { throw .activeSigner(id, algorithm) }
    }

    /// The directory for retired keys, for its owner only, with no file of these names in it yet.
    private func retiredDirectory(for entries: [KeyDirectory.Entry]) throws(KeyChangeError) -> DirectoryHandle {
        let taken = try retiredFileNames()
        for entry in entries where taken.contains(entry.fileName) { throw .alreadyRetired(fileName: entry.fileName) }
        return try Self.asChange { () throws(KeyError) in
            let path = "\(directory.path)/\(DirectoryHandle.retired)"
            try DirectoryHandle.make(path)
            return try DirectoryHandle(path)
        }
    }
}

extension VerificationKey {
    /// Whether tokens of both algorithms choose among the same names.
    fileprivate func isAlike(_ other: Algorithm) -> Bool { algorithm.format == other.format }
}
