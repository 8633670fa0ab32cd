internal import Bytes
internal import Glibc
internal import JSON

/// The revocations of a server, in a file of its data directory: a line of JSON each, in the order in which they came.
///
/// A revocation is appended as one line, newline last, and on disk before anyone is told of it. What stands behind the last
/// newline was cut off by a crash, and nobody was told of it: readers pass over it, and the next writer cuts it off. A
/// whole line that can't be understood stops a reader. When the file is long and mostly over, the next writer replaces it,
/// as a whole, by what still holds. Only the owner may read or write it.
public struct RevocationJournal: Sendable {
    /// The directory that the journal is in.
    public let directory: String

    /// The most revocations that still hold, and the most bytes of the file.
    public static let mostRevocations = 50_000
    /// The most bytes of the file.
    public static let mostBytes = 16 << 20
    static let fileName = "revocations.jsonl"

    /// The journal of a directory; neither has to be there yet.
    public init(directory: String) { self.directory = directory }

    /// Where the journal is.
    public var path: String { "\(directory)/\(Self.fileName)" }

    /// What is revoked now. O(n).
    ///
    /// - Throws: `RevocationError.file` unless it is a regular file of ours to which others have no access,
    ///   `.malformedLine`, and `.full` when more still hold than may. No journal is an empty one.
    public func list(keyring: Keyring, nowUnixSeconds: Int64) throws(RevocationError) -> RevocationList {
        let living = Self.living(try revocations(), nowUnixSeconds)
        guard living.count <= Self.mostRevocations else { throw .full(path: path) }
        return RevocationList(living, keyring: keyring, nowUnixSeconds: nowUnixSeconds)
    }

    /// All revocations that were written down and not been compacted away.
    public func revocations() throws(RevocationError) -> [Revocation] {
        // No directory, no journal.
        // SAFETY: the path is a string's, which ends in a zero and is read during the call only.
        guard unsafe access(directory, F_OK) == 0 || errno != ENOENT else { return [] }
        return try Self.asRevocation { () throws(KeyError) in try DirectoryHandle(directory) }.journal(path).revocations
    }

    /// Writes a revocation down; when this returns, it is on disk.
    ///
    /// - Throws: `RevocationError.full` when there is no room, and nothing was written then; `.invalidText`.
    public func append(_ revocation: Revocation, nowUnixSeconds: Int64) throws(RevocationError) {
        guard revocation.isWritable else { throw .invalidText }
        let handle = try Self.asRevocation { () throws(KeyError) in
            let handle = try DirectoryHandle(directory)
            try handle.lock()
            return handle
        }
        let journal = try handle.journal(path)
        let living = Self.living(journal.revocations, nowUnixSeconds)
        let isNew = !living.contains { $0.target == revocation.target }
        guard living.count + (isNew ? 1 : 0) <= Self.mostRevocations else { throw .full(path: path) }
        var line = ByteBuffer(capacity: 256)
        revocation.append(to: &line)
        let dead = journal.revocations.count - living.count
        if dead > max(Self.leastDeadLines, living.count) || journal.byteCount + line.count > Self.mostBytes {
            try Self.replace(living + [revocation], handle, path)
        } else {
            try Self.asRevocation { () throws(KeyError) in
                try handle.append(line.bytes, to: Self.fileName, from: journal.byteCount)
            }
        }
    }

    /// Writes the file anew, with what still holds.
    private static func replace(
        _ revocations: [Revocation], _ handle: borrowing DirectoryHandle, _ path: String
    ) throws(RevocationError) {
        var content = ByteBuffer(capacity: 4_096)
        for revocation in living(revocations, .min) { revocation.append(to: &content) }
        guard content.count <= mostBytes else { throw .full(path: path) }
        do throws(KeyError) {
            try handle.write(fileName, content: content.bytes, replaces: true)
        } catch {
            throw .file(error)
        }
    }

    /// Those that hold at a time, one for each target, in the order in which they came.
    private static func living(_ revocations: [Revocation], _ nowUnixSeconds: Int64) -> [Revocation] {
        var places: [Revocation.Target: Int] = [:]
        var living: [Revocation] = []
        for revocation in revocations where revocation.isLive(nowUnixSeconds: nowUnixSeconds) {
            if let place = places[revocation.target] {
                living[place] = living[place].union(revocation)
            } else {
                places[revocation.target] = living.count
                living.append(revocation)
            }
        }
        return living
    }

    static func asRevocation<Result: ~Copyable>(
        _ body: () throws(KeyError) -> Result
    ) throws(RevocationError) -> Result {
        do throws(KeyError) {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    /// A shorter journal is not worth writing anew.
    private static let leastDeadLines = 1_000
}

extension Revocation {
    /// Whether a reader will take its texts.
    var isWritable: Bool {
        switch self {
        case .token(let id, _): Self.isText(id)
        case .subject(let subject, let issuer, _, _): Self.isText(subject) && issuer.map(Self.isText) ?? true
        case .key, .issuedBefore: true
        }
    }

    private static func isText(_ text: String) -> Bool {
        (1...mostTextBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

/// What a journal holds.
private struct JournalContent {
    var revocations: [Revocation] = []
    /// Where its last whole line ends.
    var byteCount = 0
}

extension DirectoryHandle {
    /// Reads the journal; `path` names it in errors.
    fileprivate func journal(_ path: String) throws(RevocationError) -> JournalContent {
        let bytes = try RevocationJournal.asRevocation { () throws(KeyError) in
            try contains(RevocationJournal.fileName)
                ? try readAll(RevocationJournal.fileName, mostBytes: RevocationJournal.mostBytes * 2) : []
        }
        var content = JournalContent()
        var tape = JSONTape(nodes: 16)
        var number = 0
        while let newline = bytes[content.byteCount...].firstIndex(of: 0x0A) {
            number += 1
            let line = Array(bytes[content.byteCount..<newline])
            guard let revocation = Revocation.read(line.span.raw, with: &tape), revocation.isWritable else {
                throw .malformedLine(path: path, number: number)
            }
            content.revocations.append(revocation)
            content.byteCount = newline + 1
        }
        return content
    }
}
