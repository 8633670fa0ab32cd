import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A server that remembers tokens")
struct ServerTokenCacheTests {
    private static func server(
        configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        try TestServer(configure: {
            $0.keyring = try TestKeys.keyring()
            try configure(&$0)
        })
    }

    private static func ask(_ server: TestServer, _ token: String, path: String = "/whoami") throws -> Answer {
        try server.get(path, headers: "Authorization: Bearer \(token)\r\n")
    }

    private static func counts(_ log: [[String: Any]]) throws -> [Int] {
        let stop = try #require(log.first { $0["event"] as? String == "stop" })
        return try ["hits", "misses", "stores", "evictions"].map { try #require(stop["token_cache_\($0)"] as? Int) }
    }

    @Test("verifies each kind of token once, and tells the handler the same each time", arguments: Algorithm.allCases)
    func hits(algorithm: Algorithm) throws {
        let server = try Self.server()
        let token = try TestKeys.token(algorithm, scope: "read:things")
        for _ in 0..<3 {
            let answer = try Self.ask(server, token)
            #expect(answer.status == 200 && answer.body == "alice\n")
        }
        #expect(try Self.counts(server.finish()) == [2, 1, 1, 0])
    }

    @Test("verifies every time when it is told to remember nothing")
    func off() throws {
        let server = try Self.server { $0.tokenCacheCapacity = 0 }
        let token = try TestKeys.token(scope: "read:things")
        for _ in 0..<3 { #expect(try Self.ask(server, token).status == 200) }
        #expect(try Self.counts(server.finish()) == [0, 0, 0, 0])
    }

    @Test("never remembers a token that failed, and holds each failure against its sender")
    func failures() throws {
        let server = try Self.server {
            $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 60, burst: 3)
        }
        let good = try TestKeys.token(scope: "read:things")
        #expect(try Self.ask(server, good).status == 200)
        var bad = Array(good)
        bad[bad.count / 2] = bad[bad.count / 2] == "A" ? "B" : "A"
        let statuses = try (0..<4).map { _ in try Self.ask(server, String(bad)).status }
        #expect(statuses == [401, 401, 401, 429])
        #expect(try Self.counts(server.finish())[2] == 1)
    }

    @Test("asks for the scopes of each route on every hit")
    func scopes() throws {
        let server = try Self.server()
        let token = try TestKeys.token(scope: "read:things")
        #expect(try Self.ask(server, token).status == 200)
        let answer = try server.ask(
            "DELETE /things/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n")
        #expect(answer.status == 403)
        #expect(try Self.ask(server, token).status == 200)
        #expect(try Self.counts(server.finish())[0] == 2)
    }

    @Test("refuses a remembered token in the second in which it is over")
    func expiry() throws {
        // The skew is none, and the token has a second or two to live, whatever the moment.
        let server = try Self.server { $0.clockSkewSeconds = 0 }
        let token = try TestKeys.token(scope: "read:things", lifetimeSeconds: 2)
        #expect(try Self.ask(server, token).status == 200)
        var last = 200
        let end = Date().addingTimeInterval(10)
        while last == 200 && Date() < end { last = try Self.ask(server, token).status }
        #expect(last == 401)
        let log = try server.finish()
        #expect(log.contains { $0["reason"] as? String == "expired" })
        #expect(try Self.counts(log)[1] == 1)
    }

    @Test("refuses a capacity that no cache can have", arguments: [-1, 1, 15, 1 << 23])
    func capacity(capacity: Int) {
        #expect(throws: ServerError.self) { _ = try Self.server { $0.tokenCacheCapacity = capacity } }
    }
}
