import Foundation
import HTTPWire
import Synchronization
import Testing

@testable import Ringfort

@Suite("Other origins")
struct CrossOriginTests {
    private static let origin = "https://app.example"

    private static let policy = CORSPolicy(
        origins: [origin, "http://localhost:5173"], methods: MethodSet(.get, .post, .delete),
        headers: ["Authorization", "If-Match"], exposedHeaders: ["ETag", "X-Correlation-ID"], allowsCredentials: true,
        maxAgeSeconds: 300)

    private static let api: Router = {
        var api = Router()
        api.get("/closed") { _, response in response.text("closed\n") }
        api.group("/any", cors: CORSPolicy(origins: ["*"])) { any in
            any.get("") { _, response in response.text("any\n") }
        }
        api.group("/app", cors: policy) { app in
            app.get("/open") { _, response in response.text("open\n") }
            app.put("/open") { _, response in response.text("put\n") }
            app.get("/secret", scopes: .readThings) { _, response in response.text("secret\n") }
            app.get("/fault") { _, _ throws(Problem) in throw .internalFault(reason: "made_for_a_test") }
            app.get("/nothing", runs: .onWorker) { _, _ throws(Problem) in throw .notFound }
            app.get("/worker", runs: .onWorker) { _, response in response.text("worker\n") }
            app.post("/echo", body: .json(bytes: 100)) { request, response in response.body.append(request.body) }
            app.group("/limited", limit: .perAddress(rate: 1, burst: 1, everySeconds: 600)) { limited in
                limited.get("") { _, response in response.text("limited\n") }
            }
        }
        return api
    }()

    private static func accessControl(_ answer: Answer) -> [String: String] {
        answer.headers.filter { $0.key.hasPrefix("access-control-") }
    }

    @Test("that are named are told that they may read the answer", arguments: [origin, "http://localhost:5173"])
    func allowed(origin: String) throws {
        let server = try TestServer(Self.api)
        for path in ["/app/open", "/app/worker"] {
            let answer = try server.get(path, headers: "Origin: \(origin)\r\n")
            #expect(answer.status == 200)
            #expect(answer.headers["vary"] == "Origin")
            #expect(
                Self.accessControl(answer) == [
                    "access-control-allow-origin": origin, "access-control-allow-credentials": "true",
                    "access-control-expose-headers": "ETag, X-Correlation-ID",
                ])
        }
        _ = try server.finish()
    }

    @Test(
        "that are not named, letter for letter, are told nothing",
        arguments: [
            "null", "", "*", "https://APP.example", "HTTPS://app.example", "http://app.example",
            "https://app.example:443",
            "https://app.example:8443", "https://app.example/", "https://app.example.evil.example",
            "https://evilapp.example",
            "https://sub.app.example", "https://app.exampl", "https://app.example https://evil.example",
            "http://localhost",
            "http://localhost:51730",
        ])
    func refused(origin: String) throws {
        let server = try TestServer(Self.api)
        let answer = try server.get("/app/open", headers: "Origin: \(origin)\r\n")
        #expect(answer.status == 200)
        #expect(answer.headers["vary"] == "Origin")
        #expect(Self.accessControl(answer).isEmpty)
        let preflight = try server.ask(Self.preflight("/app/open", origin: origin))
        #expect(preflight.status == 204)
        #expect(Self.accessControl(preflight).isEmpty)
        _ = try server.finish()
    }

    @Test("are none where a request has several, or none, and where a route has no policy")
    func noOrigin() throws {
        let server = try TestServer(Self.api)
        let header = "Origin: \(Self.origin)\r\n"
        #expect(Self.accessControl(try server.get("/app/open", headers: header + header)).isEmpty)
        let without = try server.get("/app/open")
        #expect(Self.accessControl(without).isEmpty && without.headers["vary"] == "Origin")
        let closed = try server.get("/closed", headers: header)
        #expect(Self.accessControl(closed).isEmpty && closed.headers["vary"] == nil)
        let put =
            "PUT /app/open HTTP/1.1\r\nHost: a\r\n\(header)"
            + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        let notForOthers = try server.ask(put)
        #expect(notForOthers.status == 200 && Self.accessControl(notForOthers).isEmpty)
        _ = try server.finish()
    }

    @Test("are all welcome where the policy says so, without being named")
    func anyOrigin() throws {
        let server = try TestServer(Self.api)
        let answer = try server.get("/any", headers: "Origin: https://whoever.example\r\n")
        #expect(Self.accessControl(answer) == ["access-control-allow-origin": "*"])
        #expect(answer.headers["vary"] == nil)
        _ = try server.finish()
    }

    private static func preflight(
        _ path: String, _ method: String = "GET", origin: String = origin, more: String = ""
    ) -> String {
        "OPTIONS \(path) HTTP/1.1\r\nHost: a\r\nOrigin: \(origin)\r\n"
            + "Access-Control-Request-Method: \(method)\r\n\(more)\r\n"
    }

    @Test("learn by a preflight what they may do, before they are asked who they are")
    func preflight() throws {
        let server = try TestServer(Self.api)
        let answer = try server.ask(
            Self.preflight("/app/secret", more: "Access-Control-Request-Headers: authorization,x-other\r\n"))
        #expect(answer.status == 204)
        #expect(answer.headers["vary"] == "Origin")
        #expect(
            Self.accessControl(answer) == [
                "access-control-allow-origin": Self.origin, "access-control-allow-credentials": "true",
                "access-control-allow-methods": "GET", "access-control-allow-headers": "Authorization, If-Match",
                "access-control-max-age": "300",
            ])
        #expect(try server.finish().last?["answers_2xx"] as? Int == 1)
    }

    @Test(
        "are not told by a preflight that they may do what they may not",
        arguments: [
            ("/app/open", "PUT"), ("/app/open", "DELETE"), ("/app/open", "get"), ("/app/open", "FETCH"),
            ("/app/open", ""), ("/app/open", "GET\r\nAccess-Control-Request-Method: GET"), ("/closed", "GET"),
            ("/app/none", "GET"), ("/app//open", "GET"),
        ])
    func refusedPreflight(path: String, method: String) throws {
        let server = try TestServer(Self.api)
        #expect(Self.accessControl(try server.ask(Self.preflight(path, method))).isEmpty)
        _ = try server.finish()
    }

    @Test("have their preflights counted by the limit of their address")
    func limitedPreflight() throws {
        let server = try TestServer(Self.api) { $0.addressRate = try CellRate(tokens: 1, everySeconds: 600, burst: 1) }
        let statuses = try (0..<2).map { _ in try server.ask(Self.preflight("/app/open")).status }
        #expect(statuses == [204, 429])
        _ = try server.finish()
    }

    @Test("can read why they are refused")
    func errors() throws {
        let server = try TestServer(Self.api) { $0.keyring = try TestKeys.keyring() }
        let header = "Origin: \(Self.origin)\r\n"
        let token = "Authorization: Bearer \(try TestKeys.token())\r\n"
        func post(_ type: String, _ body: String) -> String {
            "POST /app/echo HTTP/1.1\r\nHost: a\r\n\(header)"
                + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let answers = [
            (401, try server.get("/app/secret", headers: header)),
            (403, try server.get("/app/secret", headers: header + token)),
            (404, try server.get("/app/nothing", headers: header)),
            (500, try server.get("/app/fault", headers: header)),
            (200, try server.get("/app/limited", headers: header)),
            (429, try server.get("/app/limited", headers: header)),
            (400, try server.ask(post("application/json", "{"))),
            (413, try server.ask(post("application/json", String(repeating: "1", count: 101)))),
            (415, try server.ask(post("text/plain", "{}"))),
        ]
        for (status, answer) in answers {
            #expect(answer.status == status)
            #expect(answer.headers["access-control-allow-origin"] == Self.origin, "\(status)")
            #expect(answer.headers["vary"] == "Origin", "\(status)")
        }
        _ = try server.finish()
    }

    @Test("can read that their address has asked too often, though nobody has looked for their route yet")
    func limited() throws {
        let server = try TestServer(Self.api) { $0.addressRate = try CellRate(tokens: 1, everySeconds: 600, burst: 1) }
        let header = "Origin: \(Self.origin)\r\n"
        _ = try server.get("/closed")
        let answer = try server.get("/app/secret", headers: header)
        #expect(answer.status == 429)
        #expect(answer.headers["access-control-allow-origin"] == Self.origin)
        #expect(Self.accessControl(try server.get("/closed", headers: header)).isEmpty)
        _ = try server.finish()
    }

    @Test("can read that the server is busy, or took too long")
    func unavailable() throws {
        let held = Mutex<CheckedContinuation<Void, Never>?>(nil)
        var api = Router()
        api.group("/app", cors: Self.policy) { app in
            app.onAsync(.get, "/late") { _, _ in
                await withCheckedContinuation { continuation in held.withLock { $0 = continuation } }
            }
        }
        let server = try TestServer(api) {
            $0.tasks = 1
            $0.workTimeoutMilliseconds = 200
        }
        let header = "Origin: \(Self.origin)\r\n"
        // The first is answered while its task goes on, and the second finds no room for its own.
        for _ in 0..<2 {
            let answer = try server.get("/app/late", headers: header)
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "1")
            #expect(answer.headers["access-control-allow-origin"] == Self.origin)
            #expect(answer.headers["vary"] == "Origin")
        }
        held.withLock { $0?.resume() }
        let reasons = try server.finish().compactMap { $0["reason"] as? String }
        #expect(reasons == ["handler_timeout", "overloaded"])
    }
}

@Suite("A CORS policy")
struct CORSPolicyTests {
    @Test(
        "is refused where no browser could match it, or where it opens more than was meant",
        arguments: [
            (CORSPolicy(origins: []), CORSError.noOrigin),
            (CORSPolicy(origins: ["*"], allowsCredentials: true), .anyOriginWithCredentials),
            (CORSPolicy(origins: ["*", "https://a.example"]), .malformedOrigin("*")),
            (CORSPolicy(origins: ["null"]), .malformedOrigin("null")),
            (CORSPolicy(origins: ["a.example"]), .malformedOrigin("a.example")),
            (CORSPolicy(origins: ["https://"]), .malformedOrigin("https://")),
            (CORSPolicy(origins: ["https://a.example/"]), .malformedOrigin("https://a.example/")),
            (CORSPolicy(origins: ["https://A.example"]), .malformedOrigin("https://A.example")),
            (CORSPolicy(origins: ["https://*.example"]), .malformedOrigin("https://*.example")),
            (CORSPolicy(origins: ["https://a.example:443"]), .malformedOrigin("https://a.example:443")),
            (CORSPolicy(origins: ["http://a.example:080"]), .malformedOrigin("http://a.example:080")),
            (CORSPolicy(origins: ["https://u@a.example"]), .malformedOrigin("https://u@a.example")),
            (CORSPolicy(origins: ["https://a.example\r\nX: y"]), .malformedOrigin("https://a.example\r\nX: y")),
            (CORSPolicy(origins: ["https://a.example"], headers: ["*"]), .malformedHeader("*")),
            (CORSPolicy(origins: ["https://a.example"], exposedHeaders: ["a b"]), .malformedHeader("a b")),
            (CORSPolicy(origins: ["https://a.example"], maxAgeSeconds: 86_401), .maxAgeTooLong(limit: 86_400)),
        ])
    func refused(policy: CORSPolicy, error: CORSError) throws {
        #expect(throws: error) { try policy.validate() }
        var api = Router()
        api.group("/app", cors: policy) { app in app.get("") { _, _ in } }
        let configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        #expect {
            _ = try Server.check(api, configuration)
        } throws: { "\($0)".contains("route '/app': its CORS policy") }
    }

    @Test(
        "takes origins as browsers write them",
        arguments: [
            "https://a.example", "http://localhost", "http://127.0.0.1:8080", "http://[::1]:5173",
            "https://a-b.example:8443",
            "capacitor://localhost", "http://a.example:443",
        ])
    func taken(origin: String) throws {
        try CORSPolicy(origins: [origin]).validate()
    }
}
