import Ringfort

extension ScopeSet {
    /// Who may see notes.
    public static let readNotes = ScopeSet("read:notes")
    /// Who may write notes, and change those of his own.
    public static let writeNotes = ScopeSet("write:notes")
    /// Who may delete anyone's notes.
    public static let deleteNotes = ScopeSet("delete:notes")
}

/// What a client sends.
struct NoteText: Decodable {
    let title: String
    let text: String?

    static let schema = SchemaDefinition.object(
        ["title": .string(minLength: 1, maxLength: 120), "text": .string(maxLength: 10_000)], required: ["title"])
}

/// The routes: notes that their authors write, and that whoever may delete notes can delete.
public func notesAPI(_ store: NoteStore) -> Router {
    var api = Router(title: "Notes")
    api.get("/health") { _, response in response.text("healthy\n") }
    api.group("/notes", auth: .bearer, limit: .perPrincipal(rate: 10, burst: 20)) { notes in
        let id = SchemaDefinition.object(["id": .string(pattern: "^[0-9]{1,9}$")], required: ["id"])

        notes.get("", scopes: .readNotes) { _, response throws(Problem) in
            try response.json(store.all())
        }
        notes.get("/:id", scopes: .readNotes, parameters: id) { request, response throws(Problem) in
            try response.json(note(request, in: store))
        }
        notes.post("", scopes: .writeNotes, body: .json(schema: NoteText.schema)) { request, response throws(Problem) in
            let new = try request.decode(NoteText.self)
            response.status = .created
            try response.json(store.add(title: new.title, text: new.text ?? "", author: request.principal.id))
        }
        notes.delete(
            "/:id", access: .owner(with: .writeNotes, orAnyoneWith: .deleteNotes), parameters: id
        ) { request, response throws(Problem) in
            let note = try note(request, in: store)
            try request.authorize(owner: note.author)
            store.remove(note.id)
            response.status = .noContent
        }
    }
    return api
}

/// The note that the path names.
private func note(_ request: borrowing Request, in store: NoteStore) throws(Problem) -> Note {
    guard let id = Int(String(request.parameters.id)), let note = store.note(id) else { throw .notFound }
    return note
}
