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

    @Test("refuses a remembered token in the second in which it is over, or not yet begun by a clock that was set back")
    func times() throws {
        let service = try DirectService { $0.clockSkewSeconds = 0 }
        let now = Int(Date().timeIntervalSince1970)
        let token = try TestKeys.token(scope: "read:things", lifetimeSeconds: 100)
        func status(after seconds: Int) -> Int {
            service.status(token, monotonicSeconds: 1_000, unixSeconds: now + seconds)
        }
        // The token was made within a second of now.
        #expect([1, 50, 99].map(status) == [200, 200, 200])
        #expect([102, 5_000, -2, -5_000].map(status) == [401, 401, 401, 401])
        #expect(status(after: 50) == 200)
        #expect(service.counters.tokenCacheMisses == 1 && service.counters.tokenCacheHits == 7)
    }

    @Test("verifies a token again after 300 seconds, however often it came, and when the monotonic clock was set back")
    func life() throws {
        let service = try DirectService { _ in }
        let now = Int(Date().timeIntervalSince1970)
        let token = try TestKeys.token(scope: "read:things", lifetimeSeconds: 1_000)
        func misses(after seconds: Int) -> UInt64 {
            let status = service.status(token, monotonicSeconds: 1_000 + seconds, unixSeconds: now + 1)
            #expect(status == 200)
            return service.counters.tokenCacheMisses
        }
        #expect([0, 100, 200, 299].map(misses) == [1, 1, 1, 1])
        #expect([300, 301, 599].map(misses) == [2, 2, 2])
        #expect([-100, -99].map(misses) == [3, 3])
    }

    @Test("refuses what is revoked with the next request, remembered or not, and takes the rest as before")
    func revocation() throws {
        let service = try DirectService { _ in }
        let now = Int(Date().timeIntervalSince1970)
        let token = try TestKeys.token(.hs256, subject: "alice", scope: "read:things")
        let other = try TestKeys.token(.edDSA, subject: "bob", scope: "read:things")
        func statuses() -> [Int] {
            [token, other].map { service.status($0, monotonicSeconds: 1_000, unixSeconds: now + 1) }
        }
        func revoke(_ revocations: [Revocation]) {
            service.put(
                revocations: RevocationList(
                    revocations, keyring: service.application.configuration.keyring, nowUnixSeconds: Int64(now)))
        }
        #expect(statuses() == [200, 200])
        #expect(statuses() == [200, 200])
        let until = Int64(now + 100)
        for revocation: Revocation in [
            .key(try KeyID("test-hs256")),
            .subject("alice", issuer: nil, issuedBeforeUnixSeconds: until, untilUnixSeconds: until),
        ] {
            revoke([revocation])
            #expect(statuses() == [401, 200])
            revoke([])
            #expect(statuses() == [200, 200])
        }
        revoke([.issuedBefore(unixSeconds: until)])
        #expect(statuses() == [401, 401])
        #expect(service.counters.tokenCacheMisses == 2)
        let fresh = try TestKeys.token(.es256, subject: "carol", scope: "read:things")
        #expect(service.status(fresh, monotonicSeconds: 1_000, unixSeconds: now + 1) == 401)
    }

    @Test("reads its revocations at the start, and anew when it is told to; a journal that is broken changes nothing")
    func journal() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ringfort-revoke-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let journal = RevocationJournal(directory: directory)
        let now = Int64(Date().timeIntervalSince1970)
        func revoke(_ subject: String) throws {
            try journal.append(
                .subject(subject, issuer: nil, issuedBeforeUnixSeconds: now + 60, untilUnixSeconds: now + 1_000),
                nowUnixSeconds: now)
        }
        let tokens = try ["alice", "bob"].map { try TestKeys.token(subject: $0, scope: "read:things") }
        let server = try Self.server { $0.revocations = journal }
        func statuses(_ server: TestServer) throws -> [Int] { try tokens.map { try Self.ask(server, $0).status } }
        #expect(try statuses(server) == [200, 200])
        try revoke("alice")
        #expect(try server.running.reload() == [])
        #expect(try statuses(server) == [401, 200])
        let whole = try Data(contentsOf: URL(filePath: journal.path))
        try (whole + Data("nonsense\n".utf8)).write(to: URL(filePath: journal.path))
        #expect(throws: ReloadError.self) { try server.running.reload() }
        #expect(try statuses(server) == [401, 200])
        let log = try server.finish()
        let levels = log.filter { $0["event"] as? String == "reload" }.map { $0["level"] as? String }
        #expect(levels == ["info", "error"])
        #expect(log.contains { $0["reason"] as? String == "revoked" })
        #expect(throws: ServerError.self) { _ = try Self.server { $0.revocations = journal } }
        // A restart keeps what was revoked, whatever a crash has left behind it.
        try (whole + Data("{\"token\":\"cut".utf8)).write(to: URL(filePath: journal.path))
        let next = try Self.server { $0.revocations = journal }
        #expect(try statuses(next) == [401, 200])
        _ = try next.finish()
    }

    @Test("refuses a capacity that no cache can have", arguments: [-1, 1, 15, 1 << 23])
    func capacity(capacity: Int) {
        #expect(throws: ServerError.self) { _ = try Self.server { $0.tokenCacheCapacity = capacity } }
    }
}
