import Bytes
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Ringfort

/// Where tasks wait until a test lets them go on.
private final class Valve: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let arrivals = Atomic(0)

    func pass() async {
        arrivals.wrappingAdd(1, ordering: .releasing)
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    /// Waits until so many tasks have come here.
    func await(arrivals count: Int) { while arrivals.load(ordering: .acquiring) < count { sched_yield() } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Tells how many of them are alive.
private final class Alive: Sendable {
    static let count = Atomic(0)
    init() { Self.count.wrappingAdd(1, ordering: .relaxed) }
    deinit { Self.count.wrappingSubtract(1, ordering: .relaxed) }
}

@Suite("An async handler", .serialized)
struct AsyncHandlerTests {
    /// What a handler saw of its surroundings.
    private final class Observations: Sendable {
        let threads = Mutex<Set<pthread_t>>([])
        let cancelled = Atomic(0)
        let ended = Atomic(0)
        func noteThread() { threads.withLock { _ = $0.insert(pthread_self()) } }
    }

    private static func server(
        _ valve: Valve = Valve(), _ observations: Observations = Observations(),
        configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        var api = Router()
        api.get("/quick") { _, response in
            observations.noteThread()
            response.text("quick\n")
        }
        api.onAsync(.get, "/valve/:id") { request, response in
            let alive = Alive()
            observations.noteThread()
            await valve.pass()
            observations.noteThread()
            if Task.isCancelled { observations.cancelled.wrappingAdd(1, ordering: .relaxed) }
            withExtendedLifetime(alive) { response.text("valve \(request.view.parameters.id)\n") }
            observations.ended.wrappingAdd(1, ordering: .releasing)
        }
        api.onAsync(.get, "/yield/:id") { request, response in
            for _ in 0..<10 { await Task.yield() }
            var reader = "nobody"
            if let query = request.view.query { reader = String(query) }
            response.text("\(request.view.parameters.id) for \(reader)\n")
        }
        api.onAsync(.get, "/fault") { _, _ async throws(Problem) in
            await Task.yield()
            throw .internalFault(reason: "made_for_a_test")
        }
        api.onAsync(.get, "/mine", scopes: .readThings) { request, response in
            await Task.yield()
            response.text("\(request.view.principal.subject)\n")
        }
        let schema = SchemaDefinition.json(#"{"type":"object","required":["name"]}"#)
        api.onAsync(.post, "/name", body: .json(schema: schema)) { request, response async throws(Problem) in
            await Task.yield()
            guard let name = request.view.json?.member("name")?.asString else { throw .notFound }
            response.text("\(name.raw)\n")
        }
        return try TestServer(api, configure: configure)
    }

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }

    @Test("answers, with what its request said")
    func answers() throws {
        let server = try Self.server { $0.keyring = try TestKeys.keyring() }
        #expect(try server.get("/yield/%37?me").body == "7 for me\n")
        #expect(try server.get("/fault").status == 500)
        let token = try TestKeys.token(subject: "carol", scope: "read:things")
        #expect(try server.get("/mine", headers: "Authorization: Bearer \(token)\r\n").body == "carol\n")
        #expect(try server.get("/mine").status == 401)
        let head = "POST /name HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        #expect(try server.ask(head + "Content-Length: 15\r\n\r\n{\"name\":\"dora\"}").body == "dora\n")
        let refused = try server.ask(head + "Content-Length: 2\r\n\r\n{}")
        #expect(refused.status == 400)
        #expect(try refused.problem()["errors"] != nil)
        let lines = try server.finish()
        #expect(lines.contains { $0["path"] as? String == "/yield/7" && $0["route"] as? String == "/yield/:id" })
        #expect(lines.contains { $0["subject"] as? String == "carol" })
    }

    @Test("runs on its shard's thread, before it has waited and afterwards")
    func thread() throws {
        let (valve, observations) = (Valve(), Observations())
        let server = try Self.server(valve, observations)
        let client = try LoopbackClient(port: server.port)
        client.send(Self.get("/valve/1"))
        valve.await(arrivals: 1)
        #expect(try server.get("/quick").status == 200)
        valve.open()
        #expect(try client.read { $0.hasSuffix("valve 1\n") }.hasPrefix("HTTP/1.1 200"))
        let threads = observations.threads.withLock { $0 }
        #expect(threads.count == 1 && !threads.contains(pthread_self()))
        _ = try server.finish()
    }

    @Test("keeps the order of its connection's answers, while its shard goes on")
    func order() throws {
        let valve = Valve()
        let server = try Self.server(valve)
        let client = try LoopbackClient(port: server.port)
        client.send(["/quick", "/valve/1", "/quick", "/yield/2", "/quick"].map(Self.get).joined())
        valve.await(arrivals: 1)
        #expect(try server.get("/yield/3").status == 200)
        valve.open()
        client.finishSending()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.body) == ["quick\n", "valve 1\n", "quick\n", "2 for nobody\n", "quick\n"])
        _ = try server.finish()
    }

    @Test("answers everybody, however many ask at once")
    func crowd() throws {
        let server = try Self.server()
        let port = server.port
        let wholeAnswers = onThreads(8) { thread in
            guard let client = try? LoopbackClient(port: port) else { return 0 }
            client.send((0..<100).map { Self.get("/yield/\(thread)?\($0)") }.joined())
            client.finishSending()
            guard let text = try? client.readToEnd(), let answers = try? Answer.all(in: text) else { return 0 }
            return answers.map(\.body) == (0..<100).map { "\(thread) for \($0)\n" } ? answers.count : 0
        }
        #expect(wholeAnswers == Array(repeating: 100, count: 8))
        #expect(try server.finish().last?["requests"] as? Int == 800)
    }

    @Test("that takes too long is cancelled and its client told 503; until it has ended it keeps its place")
    func deadline() throws {
        let (valve, observations) = (Valve(), Observations())
        let server = try Self.server(valve, observations) {
            $0.workTimeoutMilliseconds = 1_000
            $0.tasks = 1
        }
        let client = try LoopbackClient(port: server.port)
        client.send(Self.get("/valve/1"))
        valve.await(arrivals: 1)
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [503])
        let refused = try server.get("/yield/1")
        #expect(refused.status == 503)
        #expect(refused.headers["retry-after"] == "1")
        valve.open()
        while observations.ended.load(ordering: .acquiring) == 0 { sched_yield() }
        #expect(observations.cancelled.load(ordering: .relaxed) == 1)
        // It has ended in a pass, at whose end its place is free.
        #expect(try server.get("/quick").status == 200)
        #expect(try server.get("/yield/1").status == 200)
        let lines = try server.finish()
        #expect(lines.compactMap { $0["reason"] as? String } == ["handler_timeout", "overloaded"])
        #expect(lines.last?["shed_requests"] as? Int == 1)
    }

    @Test("whose client leaves harms nobody")
    func clientLeaves() throws {
        let valve = Valve()
        let server = try Self.server(valve)
        do {
            let client = try LoopbackClient(port: server.port)
            client.send(Self.get("/valve/1"))
            valve.await(arrivals: 1)
        }
        #expect(try server.get("/quick").status == 200)
        valve.open()
        #expect(try server.get("/yield/1").status == 200)
        let stop = try #require(try server.finish().last)
        #expect(stop["accepted"] as? Int == stop["closed"] as? Int)
    }

    @Test("is waited for when the server drains")
    func drain() throws {
        let valve = Valve()
        let server = try Self.server(valve)
        let client = try LoopbackClient(port: server.port)
        client.send(Self.get("/valve/1"))
        valve.await(arrivals: 1)
        server.running.drain()
        valve.open()
        #expect(try Answer.all(in: try client.readToEnd()).map(\.status) == [200])
        _ = try server.finish()
    }

    @Test("that outlives its shard is cancelled, and ends elsewhere: nothing of it is left")
    func outlivesShard() throws {
        let (valve, observations) = (Valve(), Observations())
        let server = try Self.server(valve, observations)
        let client = try LoopbackClient(port: server.port)
        client.send(Self.get("/valve/1"))
        valve.await(arrivals: 1)
        #expect(Alive.count.load(ordering: .relaxed) == 1)
        server.running.stop()
        _ = try server.finish()
        valve.open()
        while Alive.count.load(ordering: .relaxed) != 0 { sched_yield() }
        #expect(observations.cancelled.load(ordering: .relaxed) == 1)
    }
}
