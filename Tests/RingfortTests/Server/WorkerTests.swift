import Bytes
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Ringfort

/// A gate that a handler on a worker waits at until a test opens it.
private final class Gate: Sendable {
    private let opened = Rendezvous(2)
    private let entered = Rendezvous(2)

    /// The handler has come here, and may go on when the test says so.
    func pass() {
        entered.meet()
        opened.meet()
    }

    func awaitEntry() { entered.meet() }
    func open() { opened.meet() }
}

@Suite("A handler on a worker")
struct WorkerTests {
    private static func server(
        _ gate: Gate, configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        var api = Router()
        api.get("/quick") { _, response in response.text("quick\n") }
        api.get("/slow/:id", runs: .onWorker) { request, response in
            if request.parameters.id.equals("gate") { gate.pass() }
            var reader = "nobody"
            if let query = request.query { reader = String(query) }
            response.text("slow \(request.parameters.id) for \(reader)\n")
        }
        api.get("/fault", runs: .onWorker) { _, _ throws(Problem) in throw .internalFault(reason: "made_for_a_test") }
        api.get("/mine", scopes: .readThings, runs: .onWorker) { request, response in
            response.text("\(request.principal.subject)\n")
        }
        api.delete("/slow/:id", runs: .onWorker) { _, response in
            gate.pass()
            response.text("deleted\n")
        }
        api.post("/echo", body: .json(), runs: .onWorker) { request, response in
            response.mediaType = .json
            response.body.append(request.body)
        }
        return try TestServer(api, configure: configure)
    }

    @Test("answers, with what its request said")
    func answers() throws {
        let server = try Self.server(Gate()) { $0.keyring = try TestKeys.keyring() }
        #expect(try server.get("/slow/%37?me").body == "slow 7 for me\n")
        #expect(try server.get("/fault").status == 500)
        let token = try TestKeys.token(subject: "carol", scope: "read:things")
        #expect(try server.get("/mine", headers: "Authorization: Bearer \(token)\r\n").body == "carol\n")
        #expect(try server.get("/mine").status == 401)
        let lines = try server.finish()
        let line = try #require(lines.first { $0["path"] as? String == "/slow/7" })
        #expect(line["status"] as? Int == 200)
        #expect(line["route"] as? String == "/slow/:id")
        #expect(lines.contains { $0["subject"] as? String == "carol" })
    }

    @Test("keeps the order of its connection's answers, while its shard goes on")
    func order() throws {
        let gate = Gate()
        let server = try Self.server(gate)
        let client = try LoopbackClient(port: server.port)
        let get = { (path: String) in "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
        client.send(get("/quick") + get("/slow/gate") + get("/quick") + get("/slow/2") + get("/quick"))
        gate.awaitEntry()
        #expect(try server.get("/quick").status == 200)
        gate.open()
        client.finishSending()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(
            answers.map(\.body) == ["quick\n", "slow gate for nobody\n", "quick\n", "slow 2 for nobody\n", "quick\n"])
        _ = try server.finish()
    }

    @Test("gets a body that comes with its head, and one that comes later")
    func bodies() throws {
        let server = try Self.server(Gate())
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n"
        #expect(try server.ask(head + "[1,2]").body == "[1,2]")
        let client = try LoopbackClient(port: server.port)
        client.send(head + "[3")
        #expect(try server.get("/quick").status == 200)
        client.send(",4]")
        #expect(try client.read { $0.hasSuffix("[3,4]") }.hasPrefix("HTTP/1.1 200 OK"))
        _ = try server.finish()
    }

    @Test("that takes too long is given up: its client is told 503, and its late answer is dropped")
    func deadline() throws {
        let gate = Gate()
        let server = try Self.server(gate) { $0.workTimeoutMilliseconds = 1_000 }
        let client = try LoopbackClient(port: server.port)
        client.send("GET /slow/gate HTTP/1.1\r\nHost: a\r\n\r\n")
        gate.awaitEntry()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [503])
        #expect(answers.first?.headers["retry-after"] == "1")
        #expect(answers.first?.headers["connection"] == "close")
        gate.open()
        #expect(try server.get("/slow/1").status == 200)
        let line = try #require(try server.finish().first { $0["status"] as? Int == 503 })
        #expect(line["reason"] as? String == "handler_timeout")
        #expect(line["route"] as? String == "/slow/:id")
        // The whole second is the request's, not only the moment in which its answer was written.
        #expect(try #require(line["duration_us"] as? Int) >= 500_000)
        #expect(line["correlation_id"] as? String == answers.first?.headers["x-correlation-id"])
    }

    @Test("that changes something and takes too long invites nobody to try again: it may have been done")
    func changeDeadline() throws {
        let gate = Gate()
        let server = try Self.server(gate) { $0.workTimeoutMilliseconds = 1_000 }
        let client = try LoopbackClient(port: server.port)
        client.send("DELETE /slow/1 HTTP/1.1\r\nHost: a\r\n\r\n")
        gate.awaitEntry()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [503])
        #expect(answers.first?.headers["retry-after"] == nil)
        gate.open()
        let line = try #require(try server.finish().first { $0["status"] as? Int == 503 })
        #expect(line["reason"] as? String == "handler_timeout")
    }

    @Test("that takes too long for a HEAD request is given up without content")
    func headDeadline() throws {
        let gate = Gate()
        let server = try Self.server(gate) { $0.workTimeoutMilliseconds = 1_000 }
        let client = try LoopbackClient(port: server.port)
        client.send("HEAD /slow/gate HTTP/1.1\r\nHost: a\r\n\r\n")
        gate.awaitEntry()
        let text = try client.readToEnd()
        #expect(text.hasPrefix("HTTP/1.1 503 "))
        #expect(text.hasSuffix("\r\n\r\n"))
        gate.open()
        _ = try server.finish()
    }

    @Test("that takes too long is given up with content, whatever others ask for meanwhile")
    func lateBodyDeadline() throws {
        let gate = Gate()
        let server = try Self.server(gate) { $0.workTimeoutMilliseconds = 1_000 }
        let client = try LoopbackClient(port: server.port)
        client.send("GET /slow/gate HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        let interim = try client.read { $0.hasSuffix("\r\n\r\n") }
        #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
        let other = try LoopbackClient(port: server.port)
        other.send("HEAD /quick HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try other.read { $0.hasSuffix("\r\n\r\n") }.hasPrefix("HTTP/1.1 200 "))
        client.send("{}")
        gate.awaitEntry()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [503])
        #expect(try answers.first?.problem()["status"] as? Int == 503)
        gate.open()
        _ = try server.finish()
    }

    @Test("is not called for who may not: 401 and 403 come before it")
    func forbidden() throws {
        let server = try Self.server(Gate()) { $0.keyring = try TestKeys.keyring() }
        let token = try TestKeys.token(scope: "read:other")
        let answer = try server.get("/mine", headers: "Authorization: Bearer \(token)\r\n")
        #expect(answer.status == 403)
        for (name, value) in ServerTests.securityHeaders { #expect(answer.headers[name] == value) }
        _ = try server.finish()
    }

    @Test("is refused at once when too much waits already")
    func fullQueue() throws {
        let gate = Gate()
        let server = try Self.server(gate) {
            $0.workers = 1
            $0.waitingWork = 1
        }
        let busy = try LoopbackClient(port: server.port)
        busy.send("GET /slow/gate HTTP/1.1\r\nHost: a\r\n\r\n")
        gate.awaitEntry()
        let waiting = try LoopbackClient(port: server.port)
        waiting.send("GET /slow/1 HTTP/1.1\r\nHost: a\r\n\r\n")
        // The one worker is busy and one request waits: of the next two, one at least finds no room.
        let statuses = try (0..<2).map { _ in try server.get("/quick").status }
        #expect(statuses == [200, 200])
        let refused = try server.get("/slow/2")
        #expect(refused.status == 503)
        #expect(refused.headers["retry-after"] == "1")
        #expect(refused.headers["connection"] == "close")
        for (name, value) in ServerTests.securityHeaders { #expect(refused.headers[name] == value) }
        #expect(try refused.problem()["correlation_id"] as? String == refused.headers["x-correlation-id"])
        gate.open()
        #expect(try waiting.read { $0.hasSuffix("\n") && $0.contains("slow 1") }.hasPrefix("HTTP/1.1 200"))
        let lines = try server.finish()
        let line = try #require(lines.first { $0["status"] as? Int == 503 })
        #expect(lines.last?["shed_requests"] as? Int == 1)
        #expect(line["reason"] as? String == "overloaded")
        #expect(line["path"] as? String == "/slow/2")
        #expect(line["correlation_id"] as? String == refused.headers["x-correlation-id"])
    }

    @Test("whose client leaves harms nobody")
    func clientLeaves() throws {
        let gate = Gate()
        let server = try Self.server(gate)
        do {
            let client = try LoopbackClient(port: server.port)
            client.send("GET /slow/gate HTTP/1.1\r\nHost: a\r\n\r\n")
            gate.awaitEntry()
        }
        #expect(try server.get("/quick").status == 200)
        gate.open()
        #expect(try server.get("/slow/1").status == 200)
        let stop = try #require(try server.finish().last)
        #expect(stop["accepted"] as? Int == stop["closed"] as? Int)
    }

    @Test("is waited for when the server drains")
    func drain() throws {
        let gate = Gate()
        let server = try Self.server(gate)
        let client = try LoopbackClient(port: server.port)
        client.send("GET /slow/gate HTTP/1.1\r\nHost: a\r\n\r\n")
        gate.awaitEntry()
        server.running.drain()
        gate.open()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [200])
        _ = try server.finish()
    }
}
