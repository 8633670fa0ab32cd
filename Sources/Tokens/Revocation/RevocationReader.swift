internal import Glibc

/// The one server that reads a directory's journal, for as long as this lives: what `RevocationJournal.notifyReader` finds.
///
/// It holds a lock on the file `server.lock`, in which it says who it is and how much of the journal is in force:
/// the lock ends with the process, so that no file of a dead server deceives anyone.
public final class RevocationReader: Sendable {
    private let journal: RevocationJournal
    private let descriptor: Int32

    static let fileName = "server.lock"

    /// Takes the directory for this process.
    ///
    /// - Throws: `RevocationError.inUse` when another server has it.
    public init(_ journal: RevocationJournal) throws(RevocationError) {
        self.journal = journal
        let directory = journal.directory
        descriptor = try RevocationJournal.asRevocation { () throws(KeyError) in
            try DirectoryHandle(directory).openOwn(Self.fileName, O_RDWR | O_CREAT).descriptor
        }
        // The lock belongs to the descriptor, and ends with it.
        var lock = flock.whole
        // SAFETY: the kernel reads the structure during the call only.
        guard unsafe fcntl(descriptor, flock.set, &lock) == 0 else {
            guard errno == EAGAIN || errno == EACCES else {
                let path = "\(directory)/\(Self.fileName)"
                let error = KeyError.file(path: path, fault: .failed("fcntl"))
                close(descriptor)
                throw .file(error)
            }
            let processID = Self.note(descriptor)?.processID ?? 0
            close(descriptor)
            throw .inUse(path: directory, processID: processID)
        }
        // What a server that has gone said of itself is of no use to anyone any more.
        ftruncate(descriptor, 0)
    }

    deinit { close(descriptor) }

    /// What is revoked now; `apply` puts it into force and says whether it is, and then who waits for that is told.
    public func reload(
        keyring: Keyring, nowUnixSeconds: Int64, apply: (RevocationList) -> Bool
    ) throws(RevocationError) {
        // The mark is taken first: what comes meanwhile may be read, but is not yet vouched for.
        let mark = JournalMark(path: journal.path)
        guard apply(try journal.list(keyring: keyring, nowUnixSeconds: nowUnixSeconds)) else { return }
        let text = Array("\(getpid()) \(mark.text)\n".utf8)
        // Who waits in vain for this gives up, and says so.
        // SAFETY: the kernel reads the array's bytes during the call only.
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        ftruncate(descriptor, off_t(text.count))
    }

    /// What the file says; nil when it says nothing yet.
    static func note(_ descriptor: Int32) -> (processID: Int32, mark: JournalMark)? {
        var bytes = [UInt8](repeating: 0, count: 128)
        // SAFETY: the kernel writes into the array, to its end at most.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        let words = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let processID = Int32(words[0]) else { return nil }
        return (processID, JournalMark(text: String(words[1])))
    }
}

/// Which state of a journal is meant: its file, how long that is, and when it was changed, since a line may have taken the
/// place of one that was cut off.
struct JournalMark: Equatable {
    /// Without spaces.
    let text: String

    init(text: String) { self.text = text }

    /// That of the file at `path`; zeros where there is none.
    init(path: String) {
        var status = stat()
        // SAFETY: the path is a string's, which ends in a zero; the kernel fills in `status` during the call only.
        let isThere = unsafe stat(path, &status) == 0
        text = isThere ? "\(status.st_ino):\(status.st_size):\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)" : "0"
    }
}

extension RevocationJournal {
    /// Whether the journal is in force.
    public enum Notification: Equatable, Sendable {
        /// No server runs on the directory; the next one reads it when it starts.
        case noServer
        /// The server with this process id has it in force.
        case inForce(processID: Int32)
        /// The server with this process id was told, but has not said within the time that it has read it.
        case unconfirmed(processID: Int32)
    }

    /// Tells the server that there is something new in the journal (SIGHUP), and waits until it is in force.
    ///
    /// - Throws: `RevocationError.file` when the server belongs to somebody else.
    public func notifyReader(timeoutMilliseconds: Int) throws(RevocationError) -> Notification {
        let directory = directory
        let descriptor = try Self.asRevocation { () throws(KeyError) in
            try DirectoryHandle(directory).openOwn(RevocationReader.fileName, O_RDWR | O_CREAT).descriptor
        }
        defer { close(descriptor) }
        let path = "\(directory)/\(RevocationReader.fileName)"
        var isTold = false
        for _ in 0...max(timeoutMilliseconds, 1) {
            guard try Self.isHeld(descriptor, path) else { return .noServer }
            let note = RevocationReader.note(descriptor)
            if let note, note.mark == JournalMark(path: self.path) { return .inForce(processID: note.processID) }
            // A server that has not said who it is yet is about to read the journal.
            if let note, !isTold {
                guard kill(note.processID, SIGHUP) == 0 else {
                    throw .file(.file(path: path, fault: .failed("kill")))
                }
                isTold = true
            }
            usleep(1_000)
        }
        return .unconfirmed(processID: RevocationReader.note(descriptor)?.processID ?? 0)
    }

    private static func isHeld(_ descriptor: Int32, _ path: String) throws(RevocationError) -> Bool {
        var lock = flock.whole
        // SAFETY: the kernel reads and writes the structure during the call only.
        guard unsafe fcntl(descriptor, flock.get, &lock) == 0 else {
            throw .file(.file(path: path, fault: .failed("fcntl")))
        }
        return lock.l_type != Int16(F_UNLCK)
    }
}

extension flock {
    /// `F_OFD_GETLK` and `F_OFD_SETLK`: locks of an open file, which Glibc declares for GNU programs only.
    fileprivate static let get: Int32 = 36
    fileprivate static let set: Int32 = 37

    /// A lock on all of a file, against every other.
    fileprivate static var whole: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }
}
