import Foundation
import HTTPWire
import Synchronization
import TestSupport
import Testing

@testable import Ringfort

extension ScopeSet {
    fileprivate static let one = ScopeSet("reload:one")
    fileprivate static let two = ScopeSet("reload:two")
}

@Suite("A server that reloads")
struct ReloadTests {
    private static func bearer(_ token: String) -> String { "Authorization: Bearer \(token)\r\n" }

    /// An API of which each part says which it is: the scope that it asks for, what a body must have, and the answer.
    private static func api(_ name: String, _ scope: ScopeSet) -> Router {
        var api = Router()
        api.get("/name") { _, response in response.text("\(name)\n") }
        api.get("/secret", scopes: scope) { _, response in response.text("\(name)\n") }
        let schema = SchemaDefinition.json(#"{"type": "object", "required": ["\#(name)"]}"#)
        api.post("/shard", body: .json(bytes: 1_000, schema: schema)) { _, response in response.text("\(name)\n") }
        api.post("/worker", body: .json(bytes: 1_000, schema: schema), runs: .onWorker) { _, response in
            response.text("\(name)\n")
        }
        return api
    }

    @Test("goes by all of the new configuration, in every part and on every shard")
    func everything() throws {
        let source = TestSource()
        let server = try TestServer(Self.api("one", .one), source: source) {
            $0.keyring = try TestKeys.keyring()
            $0.shards = 2
            $0.realm = "one"
        }
        let token = try TestKeys.token(scope: "reload:two", issuer: "https://new.example")
        #expect(try server.get("/secret", headers: Self.bearer(token)).status == 403)
        try source.change {
            $0 = Self.api("two", .two)
            $1.issuer = "https://new.example"
            $1.realm = "two"
            $1.limits = try HTTPLimits(headers: 4)
        }
        #expect(try server.running.reload() == [])
        // The kernel chooses the shard by the client's port.
        for _ in 0..<20 {
            #expect(try server.get("/secret", headers: Self.bearer(token)).body == "two\n")
            let stranger = try server.get("/secret", headers: Self.bearer(try TestKeys.token(scope: "reload:two")))
            #expect(stranger.status == 401)
            #expect(stranger.headers["www-authenticate"]?.hasPrefix(#"Bearer realm="two""#) == true)
            #expect(try server.get("/name", headers: "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n").status == 431)
        }
        _ = try server.finish()
    }

    @Test("gives a body that is on its way the time that its request was admitted with")
    func deadlines() throws {
        func configure(_ configuration: inout ServerConfiguration, seconds: UInt64) {
            configuration.bodyTimeoutMilliseconds = seconds * 1_000
        }
        let service = try DirectService(Self.api("one", .one)) { configure(&$0, seconds: 30) }
        var configuration = service.application.configuration
        configure(&configuration, seconds: 3)
        let next = try Application(Self.api("one", .one), configuration, replacing: service.application)
        let head = "POST /shard HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
        let deadlines = service.deadlines([head, "{", "\"one\""], monotonicSeconds: 1_000) {
            service.put(next, revocations: next.revocations)
        }
        #expect(deadlines == [1_030, 1_030, 1_030])
        #expect(service.deadlines([head], monotonicSeconds: 2_000) {} == [2_003])
    }

    @Test("believes the proxies that it trusts now, on connections that it has already, too")
    func proxies() throws {
        let source = TestSource()
        let server = try TestServer(Self.api("one", .one), source: source)
        let range = try #require(AddressRange("127.0.0.0/8"))
        let client = try LoopbackClient(port: server.port)
        for ranges in [[], [range], []] {
            try source.change { $1.trustedProxies = TrustedProxies(ranges) }
            #expect(try server.running.reload() == [])
            client.send("GET /name HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
            #expect(try client.read { $0.hasSuffix("one\n") }.hasPrefix("HTTP/1.1 200 "))
        }
        let clients = try server.finish().compactMap { $0["client"] as? String }
        #expect(clients == ["127.0.0.1", "192.0.2.1", "127.0.0.1"])
    }

    /// The same routes, one of which runs elsewhere.
    private static func moved(toTask: Bool) -> Router {
        var api = api("two", .two)
        api.routes.removeLast()
        if toTask {
            api.onAsync(.post, "/worker") { _, _ async throws(Problem) in }
        } else {
            api.post("/worker", body: .json(bytes: 1_000)) { _, _ in }
        }
        return api
    }

    @Test("changes nothing where the new configuration can't be used, and says why")
    func refusal() throws {
        let source = TestSource()
        let server = try TestServer(Self.api("one", .one), source: source)
        func expectRefusal(_ reason: String) throws {
            let error = #expect(throws: ReloadError.self) { try server.running.reload() }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
            #expect(try server.get("/name").body == "one\n")
        }
        try source.change {
            $0 = TestServer.api; $1.realm = "other"
        }
        try expectRefusal("routes")
        for toTask in [false, true] {
            try source.change { api, _ in api = Self.moved(toTask: toTask) }
            try expectRefusal("routes")
        }
        try source.change {
            $0 = Self.api("two", .two); $1.jsonDepth = 0
        }
        try expectRefusal("JSON depth")
        source.fail("line 7: no such setting")
        try expectRefusal("line 7: no such setting")
        let reasons = try server.finish().filter { $0["event"] as? String == "reload" }.map { $0["reason"] as? String }
        #expect(reasons.count == 5 && reasons.last == "line 7: no such setting")
    }

    @Test("names what it can't change before it is started anew, and takes the rest")
    func fixed() throws {
        let source = TestSource()
        let server = try TestServer(Self.api("one", .one), source: source)
        try source.change {
            $0 = Self.api("two", .two)
            $1.shards = 2
            $1.connections = 128
            $1.workers = 3
            $1.limiterCapacity = 4_096
        }
        let pending = try server.running.reload()
        #expect(pending == ["shards", "limits.connections", "rate_limits.clients", "workers.threads"])
        #expect(try server.get("/name").body == "two\n")
        _ = try server.finish()
    }

    @Test("takes no token of a key that has gone, remembered or not; and what was proven stays proven, where keys stay")
    func keys() throws {
        let source = TestSource()
        let server = try TestServer(source: source) { $0.keyring = try TestKeys.keyring() }
        let token = try TestKeys.token(.edDSA, scope: "read:things")
        func status() throws -> Int { try server.get("/whoami", headers: Self.bearer(token)).status }
        #expect(try status() == 200)
        try source.change { $1.keyring = try TestKeys.keyring() }
        _ = try server.running.reload()
        #expect(try status() == 200)
        try source.change {
            let rest = try TestKeys.keyring().verificationKeys.filter { $0.algorithm != .edDSA }
            $1.keyring = try Keyring(verification: rest)
        }
        _ = try server.running.reload()
        #expect(try status() == 401)
        let stop = try #require(try server.finish().first { $0["event"] as? String == "stop" })
        #expect(stop["token_cache_hits"] as? Int == 1)
    }

    @Test("reads tokens anew where a reload has brought scopes that were unknown before")
    func newScopes() throws {
        let source = TestSource()
        let server = try TestServer(Self.api("one", .one), source: source) { $0.keyring = try TestKeys.keyring() }
        // A name that nobody else uses: scopes are known to the whole process.
        let name = "reload:\(UUID().uuidString)"
        let token = try TestKeys.token(scope: "reload:one \(name)")
        #expect(try server.get("/secret", headers: Self.bearer(token)).status == 200)
        try source.change { api, _ in api = Self.api("two", ScopeSet(name)) }
        _ = try server.running.reload()
        #expect(try server.get("/secret", headers: Self.bearer(token)).body == "two\n")
        _ = try server.finish()
    }

    @Test("ends a request as it has begun, whose body comes after the reload", arguments: ["/shard", "/worker"])
    func bodies(path: String) throws {
        let source = TestSource()
        let server = try TestServer(Self.api("one", .one), source: source)
        let client = try LoopbackClient(port: server.port)
        let body = #"{"one": 1}"#
        let head =
            "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        client.send(head + "Expect: 100-continue\r\n\r\n")
        #expect(try client.read { $0.hasSuffix("\r\n\r\n") }.hasPrefix("HTTP/1.1 100 "))
        try source.change { api, _ in api = Self.api("two", .two) }
        _ = try server.running.reload()
        // The next request comes in the same segment, and is the first of the new configuration.
        client.send(body + head + "Connection: close\r\n\r\n" + body)
        let answers = try Answer.all(in: client.readToEnd())
        #expect(answers.map(\.status) == [200, 400])
        #expect(answers.first?.body == "one\n")
        _ = try server.finish()
    }

    @Test("fails no request and shows none half of a change, while clients ask and several threads reload")
    func underLoad() throws {
        let source = TestSource()
        let server = try TestServer(Self.api("one", .one), source: source) {
            $0.keyring = try TestKeys.keyring()
            $0.shards = 2
            $0.realm = "one"
        }
        let started = try source.read().configuration
        let token = try TestKeys.token(scope: "none")
        let load = Load(reloaders: 2)
        let (running, port) = (server.running, server.port)
        _ = onThreads(6) { index in
            do {
                if index < 2 {
                    try load.reload(running, source, started, startingWith: index)
                } else {
                    try load.ask(port, token)
                }
            } catch {
                load.record(fault: "\(error)")
            }
        }
        #expect(load.faults == [])
        #expect(load.names == ["one", "two"])
        _ = try server.finish()
    }

    /// Threads that reload, and others that ask meanwhile.
    private final class Load: Sendable {
        private let state = SeenMutex((faults: [String](), names: Set<String>()))
        private let reloaders: Atomic<Int>

        init(reloaders: Int) { self.reloaders = Atomic(reloaders) }

        var faults: [String] { state.withLock { $0.faults } }
        /// Whose answers were seen.
        var names: Set<String> { state.withLock { $0.names } }

        func record(fault: String) { state.withLock { $0.faults.append(fault) } }

        /// Has the server go by two configurations in turn, forty times.
        func reload(
            _ server: RunningServer, _ source: TestSource, _ started: ServerConfiguration, startingWith first: Int
        ) throws {
            defer { reloaders.wrappingSubtract(1, ordering: .relaxed) }
            for round in 0..<40 {
                var configuration = started
                configuration.realm = (round + first) % 2 == 0 ? "two" : "one"
                source.set(api(configuration.realm, configuration.realm == "one" ? .one : .two), configuration)
                _ = try server.reload()
            }
        }

        /// Asks for what its token doesn't open, several times at once, so that a reload falls between two of them: the
        /// refusal names the realm and the scope of one configuration.
        func ask(_ port: UInt16, _ token: String) throws {
            let client = try LoopbackClient(port: port)
            let request = "GET /secret HTTP/1.1\r\nHost: a\r\n\(bearer(token))\r\n"
            while reloaders.load(ordering: .relaxed) > 0 {
                client.send(String(repeating: request, count: 8))
                let text = try client.read {
                    $0.components(separatedBy: "\r\n\r\n{").count == 9 && $0.hasSuffix("}")
                }
                for answer in try Answer.all(in: text) {
                    let challenge = answer.headers["www-authenticate"] ?? ""
                    let name = ["one", "two"].first {
                        challenge.contains("realm=\"\($0)\"") && challenge.contains("scope=\"reload:\($0)\"")
                    }
                    guard let name, answer.status == 403 else {
                        record(fault: "\(answer.status) \(challenge)")
                        continue
                    }
                    state.withLock { _ = $0.names.insert(name) }
                }
            }
        }
    }
}
