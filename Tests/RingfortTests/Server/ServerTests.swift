import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A server")
struct ServerTests {
    static let securityHeaders = [
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'", "x-content-type-options": "nosniff",
        "x-frame-options": "DENY", "referrer-policy": "no-referrer", "cache-control": "no-store",
    ]

    @Test("answers a route, with the security headers, a date and a correlation id")
    func healthy() throws {
        let server = try TestServer()
        let answer = try server.get("/health")
        #expect(answer.status == 200)
        #expect(answer.body == "healthy\n")
        for (name, value) in Self.securityHeaders { #expect(answer.headers[name] == value) }
        #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
        #expect(answer.headers["strict-transport-security"] == nil)
        #expect(answer.headers["server"] == nil)
        let id = try #require(answer.headers["x-correlation-id"])
        #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        let line = try #require(try server.finish().first { $0["event"] as? String == "request" })
        #expect(line["correlation_id"] as? String == id)
        #expect(line["status"] as? Int == 200)
        #expect(line["path"] as? String == "/health")
        #expect(line["client"] as? String == "127.0.0.1")
    }

    /// Requests that are refused: what is sent, the status, the reason in the log.
    static let refusals: [(request: String, status: Int, reason: String)] = [
        ("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404, "not_found"),
        ("DELETE /health HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"),
        ("TRACE /health HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"),
        ("BREW /health HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"),
        ("GET /secret HTTP/1.1\r\nHost: a\r\n\r\n", 401, "no_credentials"),
        ("GET /secret HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n\r\n", 401, "no_credentials"),
        (
            "GET /secret HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer x\r\n\r\n", 400,
            "ambiguous_credentials"
        ),
        ("GET /fault HTTP/1.1\r\nHost: a\r\n\r\n", 500, "made_for_a_test"),
        ("GET /health HTTP/1.1\r\n\r\n", 400, "missing_host"),
        ("GET /health HTTP/1.1\r\nHost : a\r\n\r\n", 400, "malformed_header_name"),
        ("GET /a/../health HTTP/1.1\r\nHost: a\r\n\r\n", 400, "dot_segment"),
        ("GET /a/%2e%2e/health HTTP/1.1\r\nHost: a\r\n\r\n", 400, "dot_segment"),
        ("GET /things/a%2fb HTTP/1.1\r\nHost: a\r\n\r\n", 400, "forbidden_path_byte"),
        ("GET //health HTTP/1.1\r\nHost: a\r\n\r\n", 400, "empty_segment"),
        ("GET /health HTTP/3.0\r\nHost: a\r\n\r\n", 505, "unsupported_version"),
        ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414, "target_too_long"),
        (
            "GET /health HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 9000))\r\n\r\n", 431,
            "header_too_large"
        ),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 415, "unsupported_media_type"),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415,
            "unsupported_media_type"
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n", 413,
            "body_too_large"
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
            "length_with_transfer_encoding"
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501,
            "unsupported_transfer_encoding"
        ),
    ]

    @Test("refuses, tells the client no more than it may know, and the log the rest", arguments: refusals.indices)
    func refuses(index: Int) throws {
        let (request, status, reason) = Self.refusals[index]
        let server = try TestServer()
        let answer = try server.ask(request)
        #expect(answer.status == status)
        for (name, value) in Self.securityHeaders { #expect(answer.headers[name] == value) }
        let problem = try answer.problem()
        #expect(problem["status"] as? Int == status)
        let id = try #require(answer.headers["x-correlation-id"])
        #expect(problem["correlation_id"] as? String == id)
        #expect(!answer.body.contains(reason))
        #expect(!answer.body.contains("the detail"))
        let line = try #require(try server.finish().first { $0["correlation_id"] as? String == id })
        #expect(line["reason"] as? String == reason)
        #expect(line["status"] as? Int == status)
        if status == 405 { #expect(answer.headers["allow"] != nil) }
        if status == 401 { #expect(answer.headers["www-authenticate"] == "Bearer realm=\"ringfort\"") }
        if status == 500 { #expect(line["detail"] as? String == "the detail") }
    }

    @Test("answers pipelined requests in order, with and without bodies")
    func pipelining() throws {
        let server = try TestServer()
        let post = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        let client = try LoopbackClient(port: server.port)
        client.send(
            "GET /things/1 HTTP/1.1\r\nHost: a\r\n\r\n" + post + "Content-Length: 5\r\n\r\n[1,2]"
                + post + "Transfer-Encoding: chunked\r\n\r\n3\r\n[3,\r\n2\r\n4]\r\n0\r\n\r\n"
                + "GET /secret HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
                + "HEAD /things/5 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let text = try client.readToEnd()
        let answers = try Answer.all(
            in: String(text[..<(try #require(text.range(of: "HTTP/1.1 200 OK", options: .backwards))).lowerBound]))
        #expect(answers.map(\.status) == [200, 201, 201, 401])
        #expect(Array(answers.map(\.body).prefix(3)) == ["thing 1\n", "[1,2]", "[3,4]"])
        let head = try Answer.all(
            in: String(text[(try #require(text.range(of: "HTTP/1.1 200 OK", options: .backwards))).lowerBound...]),
            toHead: true)
        #expect(head.first?.headers["content-length"] == "8")
        #expect(head.first?.headers["connection"] == "close")
        _ = try server.finish()
    }

    @Test("takes a request in any pieces")
    func pieces() throws {
        let server = try TestServer()
        let request =
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"a\":[1]}"
        for cut in stride(from: 1, to: request.utf8.count, by: 7) {
            let client = try LoopbackClient(port: server.port)
            client.send(String(request.prefix(cut)))
            client.send("")
            client.send(String(request.dropFirst(cut)))
            let text = try client.read { $0.hasSuffix("{\"a\":[1]}") }
            #expect(try Answer.all(in: text).first?.status == 201)
        }
        _ = try server.finish()
    }

    @Test("asks for a body only after the request was admitted")
    func expectContinue() throws {
        let server = try TestServer()
        let post = "Host: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        let client = try LoopbackClient(port: server.port)
        client.send("POST /echo HTTP/1.1\r\n" + post)
        #expect(try client.read { $0.hasSuffix("\r\n\r\n") } == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("{}")
        #expect(try client.read { $0.hasSuffix("{}") }.hasPrefix("HTTP/1.1 201 Created\r\n"))
        let refused = try LoopbackClient(port: server.port)
        refused.send("DELETE /things/1 HTTP/1.1\r\n" + post)
        let answer = try Answer.all(in: try refused.readToEnd())
        #expect(answer.map(\.status) == [401])
        #expect(answer.first?.headers["connection"] == "close")
        _ = try server.finish()
    }

    @Test("answers OPTIONS for a path and for the whole server")
    func options() throws {
        let server = try TestServer()
        let path = try server.ask("OPTIONS /things/1 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(path.status == 204)
        #expect(path.headers["allow"] == "GET, HEAD, DELETE, OPTIONS")
        #expect(try server.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status == 204)
        _ = try server.finish()
    }

    @Test("decodes a path once, for the route and for the handler")
    func decodedPath() throws {
        let server = try TestServer()
        #expect(try server.get("/%74hings/a%20b%2525").body == "thing a b%25\n")
        #expect(try server.get("/query?redirect=https%3A%2F%2Fx").body == "redirect=https%3A%2F%2Fx")
        let lines = try server.finish()
        #expect(lines.contains { $0["path"] as? String == "/things/a b%25" })
        #expect(!lines.contains { "\($0)".contains("redirect") })
    }

    @Test("sends a large answer whole")
    func largeAnswer() throws {
        let server = try TestServer()
        #expect(try server.get("/large").body.utf8.count == 1_000_000)
        _ = try server.finish()
    }

    @Test("speaks HTTP/1.0: closes unless asked not to")
    func http10() throws {
        let server = try TestServer()
        #expect(try server.ask("GET /health HTTP/1.0\r\n\r\n").headers["connection"] == "close")
        let kept = try LoopbackClient(port: server.port)
        kept.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let first = try kept.read { $0.hasSuffix("healthy\n") }
        #expect(first.contains("Connection: keep-alive\r\n"))
        _ = try server.finish()
    }

    @Test("limits an address, and says when to come back")
    func addressLimit() throws {
        let server = try TestServer { $0.addressRate = try CellRate(tokensPerSecond: 1, burst: 3) }
        let client = try LoopbackClient(port: server.port)
        client.send(String(repeating: "GET /health HTTP/1.1\r\nHost: a\r\n\r\n", count: 4))
        client.finishSending()
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [200, 200, 200, 429])
        let refused = try #require(answers.last)
        #expect(refused.headers["retry-after"] == "1")
        #expect(refused.headers["ratelimit-policy"] == "\"ip\";q=3;w=3")
        #expect(refused.headers["ratelimit"] == "\"ip\";r=0;t=1")
        #expect(try refused.problem()["violated-policies"] as? [String] == ["ip"])
        _ = try server.finish()
    }

    @Test("knows an address by its connection, whatever the request says of others")
    func forwardedAddresses() throws {
        let server = try TestServer { $0.addressRate = try CellRate(tokensPerSecond: 1, burst: 1) }
        let client = try LoopbackClient(port: server.port)
        for number in 1...3 {
            client.send(
                "GET /health HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.\(number)\r\n"
                    + "Forwarded: for=192.0.2.\(number)\r\nX-Real-IP: 192.0.2.\(number)\r\n\r\n")
        }
        client.finishSending()
        #expect(try Answer.all(in: try client.readToEnd()).map(\.status) == [200, 429, 429])
        let requests = try server.finish().filter { $0["event"] as? String == "request" }
        #expect(requests.count == 3)
        #expect(requests.allSatisfy { $0["client"] as? String == "127.0.0.1" })
    }

    @Test("ends a connection after so many requests")
    func requestsPerConnection() throws {
        let server = try TestServer { $0.requestsPerConnection = 3 }
        let client = try LoopbackClient(port: server.port)
        client.send(String(repeating: "GET /health HTTP/1.1\r\nHost: a\r\n\r\n", count: 5))
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map { $0.headers["connection"] } == [nil, nil, "close"])
        _ = try server.finish()
    }

    @Test(
        "logs an id that a client offers beside its own, when it is harmless",
        arguments: [("abc-1", true), ("a b", false), ("\u{1B}[2J", false)])
    func offeredID(id: String, isLogged: Bool) throws {
        let server = try TestServer()
        let answer = try server.get("/health", headers: "X-Correlation-ID: \(id)\r\n")
        let line = try #require(try server.finish().first { $0["event"] as? String == "request" })
        #expect(line["client_correlation_id"] as? String == (isLogged ? id : nil))
        #expect(answer.headers["x-correlation-id"] != id)
    }

    @Test("drains: the answer under way says that it is the last")
    func drain() throws {
        let server = try TestServer()
        let client = try LoopbackClient(port: server.port)
        client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /hea")
        _ = try client.read { $0.hasSuffix("healthy\n") }
        server.running.drain()
        client.send("lth HTTP/1.1\r\nHost: a\r\n\r\n")
        let answers = try Answer.all(in: try client.readToEnd())
        #expect(answers.map(\.status) == [200])
        #expect(answers.first?.headers["connection"] == "close")
        let lines = try server.finish()
        #expect(lines.first?["event"] as? String == "start")
        #expect(lines.last?["event"] as? String == "stop")
    }

    @Test("spreads its connections over its shards, and tells what each has done")
    func shards() throws {
        let server = try TestServer {
            $0.shards = 2
            $0.connections = 512
        }
        for _ in 0..<64 { #expect(try server.get("/health").status == 200) }
        let lines = try server.finish()
        let shards = lines.filter { $0["event"] as? String == "shard_stop" }
        #expect(shards.compactMap { $0["shard"] as? Int } == [0, 1])
        // The kernel chooses by a hash of the ports: that one shard gets none of 64 connections doesn't happen.
        for shard in shards { #expect(try #require(shard["requests"] as? Int) > 0) }
        let stop = try #require(lines.last)
        for name in ["requests", "accepted", "closed"] {
            #expect(stop[name] as? Int == 64)
            #expect(shards.compactMap { $0[name] as? Int }.reduce(0, +) == 64)
        }
        for name in ["refused", "failed_accepts", "shed", "shed_requests", "slow_readers", "input_overflows"] {
            #expect(stop[name] as? Int == 0)
        }
        #expect(stop["limiter_overflows"] as? Int == 0 && stop["log_dropped"] as? Int == 0)
    }

    @Test("logs only problems when told so")
    func problemsOnly() throws {
        let server = try TestServer { $0.log = .problems }
        _ = try server.get("/health")
        _ = try server.get("/nowhere")
        let statuses = try server.finish().compactMap { $0["status"] as? Int }
        #expect(statuses == [404])
    }
}

@Suite("A server is refused")
struct ServerRefusalTests {
    private static func configuration() throws -> ServerConfiguration {
        let address = try #require(ListenAddress("127.0.0.1:0"))
        return try ServerConfiguration(address: address, keyring: Keyring())
    }

    /// What is said about an API or a configuration that no server can have.
    private static func refusal(_ api: Router, _ configuration: ServerConfiguration) -> String {
        do throws(ServerError) {
            _ = try Server(api, configuration)
            return "it was made"
        } catch {
            return "\(error)"
        }
    }

    @Test("with a route that can't be", arguments: ["no-slash", "/a//b", "/:", "/a/:id/:id"])
    func badRoute(pattern: String) throws {
        var api = Router()
        api.get(pattern) { _, _ in }
        #expect(try Self.refusal(api, Self.configuration()).contains("'\(pattern)'"))
    }

    @Test("with a setting out of its range")
    func badSetting() throws {
        var configuration = try Self.configuration()
        configuration.shards = 0
        #expect(Self.refusal(Router(), configuration).contains("shards"))
    }

    @Test("with more issuers than a keyring can have")
    func issuers() throws {
        var configuration = try Self.configuration()
        configuration.issuers = try (0...Keyring.mostIssuers).map {
            TrustedIssuer(IssuerRequirements(issuer: "\($0)"), keyring: try Keyring())
        }
        let error = #expect(throws: ServerError.self) { try Server.check(Router(), configuration) }
        #expect("\(String(describing: error))".contains("issuers"))
    }

    @Test("with a socket in the file system that several shards would share")
    func sharedSocket() throws {
        let path = NSTemporaryDirectory() + "rf-\(UUID().uuidString.prefix(8))"
        let socket = try #require(ListenAddress(socketPath: path))
        var configuration = try Self.configuration()
        configuration.address = socket
        configuration.shards = 2
        #expect(Self.refusal(Router(), configuration).contains("\(socket) can't be shared"))
        configuration.address = try #require(ListenAddress("127.0.0.1:0"))
        configuration.listeners = [Listener(.http, socket)]
        #expect(Self.refusal(Router(), configuration).contains("\(socket)"))
        configuration.shards = 1
        #expect(Self.refusal(Router(), configuration) == "it was made")
    }

    @Test("on an address that somebody has")
    func takenAddress() throws {
        let first = try TestServer()
        var configuration = try Self.configuration()
        configuration.address = try #require(ListenAddress("127.0.0.1:\(first.port)"))
        #expect(Self.refusal(Router(), configuration).contains("in use"))
        _ = try first.finish()
    }
}
