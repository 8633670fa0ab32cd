import Ringfort
import Synchronization

/// A note, as clients get it.
public struct Note: Codable, Sendable, Equatable {
    /// Its number, from 1.
    public let id: Int
    /// What it is called.
    public let title: String
    /// What it says.
    public let text: String
    /// Whose it is.
    public let author: PrincipalID
}

/// Notes in memory: nothing here waits, so that handlers can run on their shard.
public final class NoteStore: Sendable {
    private let notes = Mutex<[Int: Note]>([:])

    /// No notes.
    public init() {}

    func all() -> [Note] { notes.withLock { $0.values.sorted { $0.id < $1.id } } }
    func note(_ id: Int) -> Note? { notes.withLock { $0[id] } }
    func remove(_ id: Int) { notes.withLock { $0[id] = nil } }

    func add(title: String, text: String, author: PrincipalID) -> Note {
        notes.withLock { notes in
            let note = Note(id: (notes.keys.max() ?? 0) + 1, title: title, text: text, author: author)
            notes[note.id] = note
            return note
        }
    }
}
