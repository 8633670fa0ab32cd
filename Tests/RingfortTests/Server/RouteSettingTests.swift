import Foundation
import HTTPWire
import Synchronization
import TestSupport
import Testing

@testable import Ringfort

@Suite("What a configuration says of routes")
struct RouteSettingTests {
    private static let api: Router = {
        var api = Router()
        api.get("/open") { _, response in response.text("open\n") }
        api.group("/things", auth: .bearer) { things in
            things.get("") { _, response in response.text("things\n") }
            things.get("/:id", scopes: .readThings) { _, response in response.text("thing\n") }
            things.post("", body: .json(bytes: 100)) { _, response in response.text("made\n") }
        }
        api.get("/thingsandmore") { _, response in response.text("more\n") }
        return api
    }()

    private static func setting(_ name: String, _ change: (inout RouteSetting) -> Void) -> RouteSetting {
        var setting = RouteSetting(name)
        change(&setting)
        return setting
    }

    private static func server(_ settings: RouteSetting...) throws -> TestServer {
        try TestServer(api) {
            $0.keyring = try TestKeys.keyring()
            $0.routes = settings
        }
    }

    private static func bearer(_ scope: String = "") throws -> String {
        "Authorization: Bearer \(try TestKeys.token(scope: scope))\r\n"
    }

    private static func post(_ body: String, _ headers: String) -> String {
        "POST /things HTTP/1.1\r\nHost: a\r\n\(headers)Content-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("limits each principal where a path says so, on a route that is protected by its own setting, too")
    func limitOfProtectedRoute() throws {
        let limit = RateLimit.perPrincipal(rate: 1, burst: 1, everySeconds: 600)
        let server = try Self.server(
            Self.setting("/") { $0.limit = limit }, Self.setting("GET /open") { $0.scopes = ScopeSet("see:open") })
        let bearer = try Self.bearer("see:open")
        #expect(try server.get("/open", headers: bearer).status == 200)
        #expect(try server.get("/open", headers: bearer).status == 429)
        _ = try server.finish()
        // The other way round.
        let other = try Self.server(
            Self.setting("/") { $0.scopes = ScopeSet("see:open") }, Self.setting("GET /open") { $0.limit = limit })
        #expect(try other.get("/open", headers: bearer).status == 200)
        #expect(try other.get("/open", headers: bearer).status == 429)
        _ = try other.finish()
    }

    @Test("replaces the scopes that all must be granted, and asks for a token with them")
    func scopes() throws {
        let server = try Self.server(
            Self.setting("GET /open") { $0.scopes = ScopeSet("see:open walk:in") },
            Self.setting("GET /things/:id") { $0.scopes = ScopeSet() })
        #expect(try server.get("/open").status == 401)
        let refused = try server.get("/open", headers: Self.bearer("see:open"))
        #expect(refused.status == 403)
        #expect(refused.headers["www-authenticate"]?.hasSuffix("scope=\"see:open walk:in\"") == true)
        #expect(try server.get("/open", headers: Self.bearer("walk:in see:open")).status == 200)
        // No scope any more, but a token as before: nothing opens a route.
        #expect(try server.get("/things/1").status == 401)
        #expect(try server.get("/things/1", headers: Self.bearer()).status == 200)
        _ = try server.finish()
    }

    @Test(
        "can ask for one of several scopes",
        arguments: [("", 403), ("a:b", 200), ("c:d", 200), ("c:d a:b", 200), ("a:bc e:f", 403), ("read:things", 403)])
    func anyScopes(scope: String, status: Int) throws {
        let server = try Self.server(Self.setting("GET /things") { $0.anyScopes = ScopeSet("a:b c:d") })
        #expect(try server.get("/things").status == 401)
        #expect(try server.get("/things", headers: Self.bearer(scope)).status == status)
        _ = try server.finish()
    }

    @Test("can ask for all of some scopes and one of others")
    func allAndAny() throws {
        let server = try Self.server(Self.setting("GET /things/:id") { $0.anyScopes = ScopeSet("a:b c:d") })
        for (scope, status) in [("read:things", 403), ("a:b", 403), ("read:things c:d", 200)] {
            #expect(try server.get("/things/1", headers: Self.bearer(scope)).status == status)
        }
        _ = try server.finish()
    }

    @Test("holds for a path and all below it, and not for what only begins like it")
    func paths() throws {
        let server = try Self.server(
            Self.setting("/things/:id") { $0.scopes = ScopeSet("deeper:one") },
            Self.setting("/things") { $0.scopes = ScopeSet("outer:one") })
        let outer = try Self.bearer("outer:one")
        #expect(try server.get("/things", headers: outer).status == 200)
        #expect(try server.get("/things/1", headers: outer).status == 403)
        #expect(try server.get("/things/1", headers: Self.bearer("deeper:one")).status == 200)
        #expect(try server.get("/thingsandmore").status == 200)
        _ = try server.finish()
    }

    @Test("of one route goes before what it says of a path")
    func precedence() throws {
        let server = try Self.server(
            Self.setting("GET /things") { $0.scopes = ScopeSet("one:route") },
            Self.setting("/things") {
                $0.scopes = ScopeSet("a:path")
                $0.crossOrigin = CORSPolicy(origins: ["https://a.example"])
            })
        let answer = try server.get(
            "/things", headers: try Self.bearer("one:route") + "Origin: https://a.example\r\n")
        #expect(answer.status == 200)
        #expect(answer.headers["access-control-allow-origin"] == "https://a.example")
        _ = try server.finish()
    }

    @Test("bounds a body, and holds it to another schema")
    func bodies() throws {
        let server = try Self.server(
            Self.setting("POST /things") {
                $0.bodyBytes = 20
                $0.bodySchema = .object(["a": .integer()], required: ["a"])
            })
        let bearer = try Self.bearer()
        #expect(try server.ask(Self.post("{\"a\":1}", bearer)).status == 200)
        #expect(try server.ask(Self.post("{\"b\":1}", bearer)).status == 400)
        #expect(try server.ask(Self.post("{\"a\":1234567890123456789}", bearer)).status == 413)
        _ = try server.finish()
    }

    @Test("limits it, beside other routes whose limit has the same numbers and another name")
    func limits() throws {
        func limited(_ route: String, _ name: String) -> RouteSetting {
            Self.setting(route) {
                $0.limit = .perPrincipal(rate: 1, burst: 1, everySeconds: 600)
                $0.limitName = name
            }
        }
        let server = try Self.server(
            limited("GET /things", "a"), limited("GET /things/:id", "b"), limited("POST /things", "a"))
        let bearer = try Self.bearer("read:things")
        #expect(try server.get("/things", headers: bearer).status == 200)
        #expect(try server.get("/things", headers: bearer).status == 429)
        #expect(try server.ask(Self.post("{}", bearer)).status == 429)
        #expect(try server.get("/things/1", headers: bearer).status == 200)
        _ = try server.finish()
    }

    @Test("bounds the time of its handler, and of no other's")
    func deadline() throws {
        let held = Mutex<[CheckedContinuation<Void, Never>]>([])
        var api = Router()
        for path in ["/short", "/long"] {
            api.onAsync(.get, path) { _, response in
                await withCheckedContinuation { continuation in held.withLock { $0.append(continuation) } }
                response.text("done\n")
            }
        }
        let server = try TestServer(api) {
            $0.routes = [Self.setting("GET /short") { $0.deadlineMilliseconds = 50 }]
        }
        let long = try LoopbackClient(port: server.port)
        long.send("GET /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(try server.get("/short").status == 503)
        // The other one has been waiting for longer.
        while held.withLock({ $0.count }) < 2 { sched_yield() }
        held.withLock { for continuation in $0 { continuation.resume() } }
        #expect(try Answer.all(in: try long.readToEnd()).map(\.status) == [200])
        _ = try server.finish()
    }

    @Test("is refused where it can't be said")
    func refused() throws {
        let cases: [(RouteSetting, String)] = [
            (RouteSetting("GET /thing"), "there is no route 'GET /thing'"),
            (RouteSetting("/thing"), "there is no route '/thing'"),
            (RouteSetting("get /things"), "there is no route 'get /things'"),
            (RouteSetting("/"), ""),
            (Self.setting("GET /things") { $0.bodyBytes = 1 }, "it takes no body"),
            (Self.setting("GET /things") { $0.deadlineMilliseconds = 1 }, "its handler runs on its shard"),
            (Self.setting("GET /open") { $0.limit = .perPrincipal(rate: 1, burst: 1) }, "it limits each principal"),
            (Self.setting("GET /open") { $0.cost = 0 }, "its cost must be"),
            (Self.setting("GET /open") { $0.crossOrigin = CORSPolicy(origins: []) }, "its CORS policy"),
            (Self.setting("/things") { $0.deadlineMilliseconds = 0 }, "deadline of /things (ms): 0 is not between"),
            (Self.setting("POST /things") { $0.bodySchema = .json("{\"type\": 1}") }, "its schema can't be used"),
        ]
        for (setting, fault) in cases {
            var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: try TestKeys.keyring())
            configuration.routes = [setting]
            do throws(ServerError) {
                _ = try Server.check(Self.api, configuration)
                #expect(fault.isEmpty, "\(fault)")
            } catch {
                #expect(!fault.isEmpty && "\(error)".contains(fault), "\(error)")
            }
        }
    }

    @Test("of a path passes over what a route has not")
    func passesOver() throws {
        let server = try Self.server(
            Self.setting("/") {
                $0.bodyBytes = 20
                $0.deadlineMilliseconds = 1
                $0.limit = .perPrincipal(rate: 1, burst: 1, everySeconds: 600)
            })
        #expect(try server.get("/open").status == 200)
        #expect(try server.get("/open").status == 200)
        let bearer = try Self.bearer()
        #expect(try server.get("/things", headers: bearer).status == 200)
        #expect(try server.get("/things", headers: bearer).status == 429)
        _ = try server.finish()
    }
}
