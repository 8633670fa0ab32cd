import Foundation
import Ringfort
import RingfortTesting
import Synchronization
import Testing

extension ScopeSet {
    fileprivate static let readNotes = ScopeSet("read:notes")
}

@Suite("A server in memory")
struct InMemoryServerTests {
    private struct Note: Codable, Equatable {
        let text: String
    }

    private static let api: Router = {
        var api = Router()
        api.get("/notes/:id", scopes: .readNotes) { request, response in
            response.text("\(request.parameters.id) of \(request.principal.subject)")
        }
        api.get("/claims", scopes: .readNotes) { request, response in response.text(String(request.principal.claims)) }
        let note = SchemaDefinition.object(["text": .string(maxLength: 10_000)], required: ["text"])
        api.post("/notes", body: .json(schema: note), runs: .onWorker) { request, response throws(Problem) in
            response.status = .created
            response.mediaType = .json
            response.body.append(request.body)
        }
        api.post("/typed") { request, response throws(Problem) in try response.json(request.decode(Note.self)) }
        api.get("/unencodable") { _, response throws(Problem) in try response.json([Double.nan]) }
        api.onAsync(.get, "/slow") { _, response in
            await Task.yield()
            await Task.detached {}.value
            response.text("done")
        }
        api.group("/keys", auth: .bearerOrAPIKey) { group in
            group.get("", scopes: .readNotes) { request, response in response.text("\(request.principal.subject)") }
        }
        api.group("/often", limit: .perAddress(rate: 1, burst: 2, everySeconds: 60)) { group in
            group.get("") { _, response in response.text("often") }
        }
        return api
    }()

    @Test("knows its tokens, of every algorithm", arguments: Algorithm.allCases)
    func token(algorithm: Algorithm) async throws {
        let server = try InMemoryServer(Self.api, mint: TokenMint([algorithm]))
        let token = try await server.token(subject: "bob", scopes: .readNotes, algorithm)
        let response = try await server.get("/notes/7", token: token)
        #expect(response.status == 200)
        #expect(response.body == "7 of bob")
    }

    @Test("knows its API keys, until they expire, and limits those that have a limit")
    func apiKeys() async throws {
        let server = try InMemoryServer(Self.api)
        func status(_ key: String) async throws -> Int {
            try await server.get("/keys", headers: ["X-API-Key": key]).status
        }
        let key = try await server.apiKey(scopes: .readNotes, lifetimeSeconds: 60)
        let other = try await server.apiKey()
        let limited = try await server.apiKey(
            scopes: .readNotes, limit: .perPrincipal(rate: 1, burst: 2, everySeconds: 60))
        #expect(try await server.get("/keys", headers: ["X-API-Key": key]).body == key.prefix(16))
        #expect(try await status(other) == 403)
        #expect(try await status(limited) == 200)
        #expect(try await status(limited) == 200)
        #expect(try await status(limited) == 429)
        try await server.advanceClock(by: .seconds(59))
        await server.revoke(.issuedBefore(unixSeconds: server.unixSeconds + 1))
        #expect(try await status(key) == 200)
        try await server.advanceClock(by: .seconds(1))
        #expect(try await status(key) == 401)
        #expect(try await status(InMemoryServer(Self.api).apiKey(scopes: .readNotes)) == 401)
    }

    @Test("names its issuer and its audience in its tokens, unless told otherwise")
    func issuerAndAudience() async throws {
        let server = try InMemoryServer(Self.api) {
            $0.issuer = "https://id.example"
            $0.audience = "notes"
        }
        func status(_ token: String) async throws -> Int { try await server.get("/notes/7", token: token).status }
        #expect(try await status(server.token(scopes: .readNotes)) == 200)
        #expect(try await status(server.token(scopes: .readNotes, issuer: "https://other.example")) == 401)
        #expect(try await status(server.token(scopes: .readNotes, issuer: .some(nil))) == 401)
        #expect(try await status(server.token(scopes: .readNotes, audience: "posts")) == 401)
        #expect(try await status(server.token()) == 403)
    }

    @Test("takes no token of another mint")
    func forged() async throws {
        let server = try InMemoryServer(Self.api)
        let forged = try TokenMint().token(
            TokenContent(subject: "alice", scope: "read:notes"), atUnixSeconds: await server.unixSeconds)
        #expect(try await server.get("/notes/7", token: forged).status == 401)
        let log = await server.finishLog()
        #expect(log.contains { $0.contains("\"reason\":\"signature_mismatch\"") })
    }

    @Test("lets tokens expire, and buckets fill up, when its clock is moved")
    func clock() async throws {
        let server = try InMemoryServer(Self.api)
        let token = try await server.token(scopes: .readNotes, lifetimeSeconds: 60)
        #expect(try await server.get("/notes/7", token: token).status == 200)
        let before = await server.unixSeconds
        try await server.advanceClock(by: .seconds(91))
        #expect(await server.unixSeconds == before + 91)
        #expect(try await server.get("/notes/7", token: token).status == 401)
        let old = try await server.token(scopes: .readNotes, ageSeconds: 931)
        #expect(try await server.get("/notes/7", token: old).status == 401)

        for expected in [200, 200, 429] { #expect(try await server.get("/often").status == expected) }
        try await server.advanceClock(by: .seconds(60))
        for expected in [200, 429] { #expect(try await server.get("/often").status == expected) }
    }

    @Test("revokes a token from the next request on")
    func revoked() async throws {
        let server = try InMemoryServer(Self.api)
        let token = try await server.token(scopes: .readNotes)
        #expect(try await server.get("/notes/7", token: token).status == 200)
        let now = await server.unixSeconds
        await server.revoke(
            .subject("alice", issuer: nil, issuedBeforeUnixSeconds: now + 1, untilUnixSeconds: now + 1_000))
        #expect(try await server.get("/notes/7", token: token).status == 401)
    }

    @Test("gives handlers a token's own claims")
    func otherClaims() async throws {
        let server = try InMemoryServer(Self.api)
        let token = try await server.token(scopes: .readNotes, otherClaims: #"{"tenant": "blue", "rank": 7}"#)
        #expect(try await server.get("/claims", token: token).body.hasSuffix(#","tenant": "blue", "rank": 7}"#))
    }

    @Test("waits for workers and for tasks, and reads answers")
    func elsewhere() async throws {
        let server = try InMemoryServer(Self.api)
        let text = String(repeating: "long ", count: 1_500)
        let response = try await server.post("/notes", json: #"{"text":"\#(text)"}"#)
        #expect(response.status == 201)
        #expect(try response.decode(Note.self) == Note(text: text))
        #expect(try await server.post("/notes", json: #"{"text":7}"#).status == 400)
        #expect(try await server.get("/slow").body == "done")
    }

    @Test("reads bodies as types, and says in the log what is wrong with one")
    func types() async throws {
        let server = try InMemoryServer(Self.api)
        #expect(try await server.post("/typed", json: #"{"text":"a","more":1}"#).body == #"{"text":"a"}"#)
        #expect(try await server.post("/typed", json: #"{"text":7}"#).status == 400)
        #expect(try await server.get("/unencodable").status == 500)
        let log = await server.finishLog()
        #expect(log.contains { $0.contains(#""reason":"undecodable_body","detail":"/text: expected a string"#) })
        #expect(log.contains { $0.contains(#""reason":"unencodable_answer""#) })
    }

    @Test("serves many at a time")
    func concurrent() async throws {
        let server = try InMemoryServer(Self.api)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await server.get("/slow").status } }
            for try await status in group { #expect(status == 200) }
        }
    }

    @Test("has the lines of its own requests in its log, whichever servers come and go beside it")
    func logs() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    for round in 0..<50 {
                        let server = try InMemoryServer(Self.api)
                        let path = "/notes/\(index)-\(round)"
                        #expect(try await server.get(path).status == 401)
                        // Every other one is dropped with what it has not written yet.
                        guard index.isMultiple(of: 2) else { continue }
                        let requests = await server.finishLog().filter { $0.contains(#""event":"request""#) }
                        #expect(requests.count == 1 && requests.allSatisfy { $0.contains("\"path\":\"\(path)\"") })
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private struct Refused: Error {}

    /// What a descriptor of this process is open on.
    private static func file(_ descriptor: Int32) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
    }

    @Test("leaves no file open where it can't be made")
    func neverMade() throws {
        let log = Mutex<(descriptor: Int32, file: String?)>((-1, nil))
        #expect(throws: Refused.self) {
            _ = try InMemoryServer(Self.api) { configuration in
                let descriptor = configuration.logDescriptor
                log.withLock { $0 = (descriptor, Self.file(descriptor)) }
                throw Refused()
            }
        }
        let (descriptor, file) = log.withLock { $0 }
        // Its name was made at random: whoever has the number now has another file.
        #expect(file != nil)
        #expect(Self.file(descriptor) != file)
    }

    @Test("takes any bytes, and gives every answer")
    func bytes() async throws {
        let server = try InMemoryServer(Self.api)
        let get = "GET /often HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(try await server.exchange(get + get).map(\.status) == [200, 200])
        #expect(try await server.exchange("GET / HTTP/1.1\r\n\r\n").map(\.status) == [400])
        let head = try await server.request(.head, "/often")
        #expect(head.status == 429 && head.body.isEmpty)
        #expect(head.headers["retry-after"] == "60")
        #expect(head.headers["x-correlation-id"]?.count == 32)
    }

    @Test("gives no answer to what is no request yet", arguments: ["", "GET /often HTTP/1.1\r\nHos"])
    func noAnswer(text: String) async throws {
        let server = try InMemoryServer(Self.api)
        #expect(try await server.exchange(text) == [])
    }

    @Test("has one answer to one request, or says that it hasn't")
    func injected() async throws {
        let server = try InMemoryServer(Self.api)
        await #expect(throws: TestFailure.malformedAnswer("2 answers to one request")) {
            let headers = ["X": "y\r\n\r\nGET /often HTTP/1.1\r\nHost: a"]
            _ = try await server.get("/often", headers: headers)
        }
    }
}

@Suite("A test's answer")
struct TestResponseTests {
    @Test("is refused where it is none", arguments: ["HTTP/1.1 200 OK\n\n", "HTTP/1.0 200 OK\r\n\r\n", "x\r\n\r\n"])
    func malformed(text: String) {
        #expect(throws: TestFailure.self) { _ = try TestResponse.all(in: text) }
    }

    @Test("is refused without its whole body, or with a header twice")
    func incomplete() {
        #expect(throws: TestFailure.malformedAnswer("the body ends too early: x")) {
            _ = try TestResponse.all(in: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx")
        }
        #expect(throws: TestFailure.malformedAnswer("a stands in an answer twice")) {
            _ = try TestResponse.all(in: "HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\n\r\n")
        }
    }
}
