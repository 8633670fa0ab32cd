import NotesAPI
import Ringfort
import RingfortTesting
import Testing

@Suite("Notes")
struct NotesAPITests {
    let server: InMemoryServer

    init() throws { server = try InMemoryServer(notesAPI(NoteStore())) }

    @Test("are kept for their authors")
    func written() async throws {
        let alice = try await server.token(subject: "alice", scopes: [.writeNotes, .readNotes])
        let created = try await server.post("/notes", json: #"{"title": "Milk"}"#, token: alice)
        #expect(created.status == 201)
        let note = try created.decode(Note.self)
        #expect(note.title == "Milk" && note.author.subject == "alice")
        #expect(try await server.get("/notes/1", token: alice).decode(Note.self) == note)
        #expect(try await server.get("/notes", token: alice).decode([Note].self) == [note])
    }

    @Test("can't be written by readers, or without a token")
    func unauthorized() async throws {
        let reader = try await server.token(scopes: .readNotes)
        #expect(try await server.post("/notes", json: #"{"title": "Milk"}"#, token: reader).status == 403)
        #expect(try await server.post("/notes", json: #"{"title": "Milk"}"#).status == 401)
    }

    @Test("have titles", arguments: [#"{}"#, #"{"title": ""}"#, #"{"title": "Milk", "colour": "white"}"#])
    func refused(body: String) async throws {
        let writer = try await server.token(scopes: .writeNotes)
        #expect(try await server.post("/notes", json: body, token: writer).status == 400)
    }

    @Test("are deleted by their authors, and by who may delete anyone's")
    func deleted() async throws {
        let alice = try await server.token(subject: "alice", scopes: .writeNotes)
        let bob = try await server.token(subject: "bob", scopes: .writeNotes)
        let admin = try await server.token(subject: "carol", scopes: .deleteNotes)
        for _ in 0..<2 { _ = try await server.post("/notes", json: #"{"title": "Milk"}"#, token: alice) }
        #expect(try await server.delete("/notes/1", token: bob).status == 403)
        #expect(try await server.delete("/notes/1", token: alice).status == 204)
        #expect(try await server.delete("/notes/1", token: alice).status == 404)
        #expect(try await server.delete("/notes/2", token: admin).status == 204)
        #expect(try await server.delete("/notes/x", token: admin).status == 400)
    }

    @Test("of one caller are limited")
    func limited() async throws {
        let reader = try await server.token(scopes: .readNotes)
        for _ in 0..<20 { #expect(try await server.get("/notes", token: reader).status == 200) }
        #expect(try await server.get("/notes", token: reader).status == 429)
        try await server.advanceClock(by: .seconds(1))
        #expect(try await server.get("/notes", token: reader).status == 200)
    }

    @Test("are closed to expired tokens")
    func expired() async throws {
        let reader = try await server.token(scopes: .readNotes, lifetimeSeconds: 60, ageSeconds: 600)
        #expect(try await server.get("/notes", token: reader).status == 401)
    }
}
