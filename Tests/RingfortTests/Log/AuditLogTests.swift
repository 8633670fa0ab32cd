import Foundation
import Testing

@testable import Ringfort

@Suite("The audit log")
struct AuditLogTests {
    private let path = NSTemporaryDirectory() + "ringfort-audit-\(UUID().uuidString).log"

    private func server(_ configure: (inout ServerConfiguration) throws -> Void = { _ in }) throws -> TestServer {
        try TestServer {
            $0.keyring = try TestKeys.keyring()
            $0.auditPath = path
            try configure(&$0)
        }
    }

    /// The lines, once the server has ended; the file is gone then.
    private func lines(_ path: String) throws -> [[String: Any]] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try FileManager.default.removeItem(atPath: path)
        return try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private static func bearer(_ token: String) -> String { "Authorization: Bearer \(token)\r\n" }

    @Test("says who was let in or kept out of what, and why, and never a token", arguments: [0, 1024])
    func decisions(cacheCapacity: Int) throws {
        let server = try server { $0.tokenCacheCapacity = cacheCapacity }
        let token = try TestKeys.token(scope: "read:things", issuer: "https://id.example")
        let expired = try TestKeys.token(scope: "read:things", ageSeconds: 100_000)
        let answers = [
            try server.get("/whoami", headers: Self.bearer(token) + "X-Correlation-ID: build-17\r\n"),
            try server.get("/whoami", headers: Self.bearer(token)),
            try server.ask("DELETE /things/7 HTTP/1.1\r\nHost: a\r\n\(Self.bearer(token))\r\n"),
            try server.get("/secret", headers: Self.bearer(expired)), try server.get("/secret"),
            try server.get("/health"), try server.get("/nowhere"),
        ]
        #expect(answers.map(\.status) == [200, 200, 403, 401, 401, 200, 404])
        _ = try server.finish()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.contains(token) && !text.contains(expired) && !text.contains("eyJ"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let lines = try lines(path)
        func members(_ name: String) -> [String?] { lines.map { $0[name] as? String } }
        #expect(members("event") == Array(repeating: "decision", count: 5))
        #expect(members("decision") == ["allowed", "allowed", "forbidden", "unauthenticated", "unauthenticated"])
        #expect(members("correlation_id") == answers.prefix(5).map { $0.headers["x-correlation-id"] })
        #expect(members("client_correlation_id") == ["build-17", nil, nil, nil, nil])
        #expect(members("method") == ["GET", "GET", "DELETE", "GET", "GET"])
        #expect(members("route") == ["/whoami", "/whoami", "/things/:id", "/secret", "/secret"])
        #expect(members("path") == ["/whoami", "/whoami", "/things/7", "/secret", "/secret"])
        #expect(members("subject") == ["alice", "alice", "alice", nil, nil])
        #expect(members("issuer").prefix(4) == ["https://id.example", "https://id.example", "https://id.example", nil])
        #expect(members("key") == ["test-hs256", "test-hs256", "test-hs256", nil, nil])
        #expect(Set(members("token").prefix(3)).count == 1)
        #expect(lines[0]["token"] as? String != nil)
        #expect(members("reason") == [nil, nil, "insufficient_scope", "expired", "no_credentials"])
        #expect(lines.map { $0["status"] as? Int } == [200, 200, 403, 401, 401])
        #expect(members("client") == Array(repeating: "127.0.0.1", count: 5))
    }

    @Test("can be of refusals only, whatever the log has")
    func refusals() throws {
        let server = try server {
            $0.audit = .refusals
            $0.log = .problems
        }
        let token = try TestKeys.token(scope: "read:things")
        #expect(try server.get("/whoami", headers: Self.bearer(token)).status == 200)
        #expect(try server.get("/whoami").status == 401)
        let log = try server.finish().filter { $0["event"] as? String == "request" }
        #expect(log.map { $0["status"] as? Int } == [401])
        #expect(try lines(path).map { $0["decision"] as? String } == ["unauthenticated"])
    }

    @Test("does not mix with the log: each has its lines")
    func apart() throws {
        let server = try server { $0.log = .problems }
        let token = try TestKeys.token(scope: "read:things")
        for _ in 0..<20 { #expect(try server.get("/whoami", headers: Self.bearer(token)).status == 200) }
        #expect(try server.finish().allSatisfy { !["request", "decision"].contains($0["event"] as? String) })
        #expect(try lines(path).count == 20)
    }

    @Test("goes on in a new file when its own was renamed, and so does the log")
    func rotation() throws {
        let logPath = path + ".requests"
        let server = try server { $0.logPath = logPath }
        #expect(try server.get("/whoami").status == 401)
        try waitForLines(1, in: path)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try FileManager.default.moveItem(atPath: logPath, toPath: logPath + ".1")
        #expect(try server.running.reload() == [])
        #expect(try server.get("/secret").status == 401)
        _ = try server.finish()
        #expect(try lines(path + ".1").map { $0["route"] as? String } == ["/whoami"])
        #expect(try lines(path).map { $0["route"] as? String } == ["/secret"])
        let old = try lines(logPath + ".1").compactMap { $0["route"] as? String }
        #expect(old == ["/whoami"])
        #expect(try lines(logPath).compactMap { $0["route"] as? String } == ["/secret"])
    }

    /// Waits until the log's thread has written so many lines.
    private func waitForLines(_ count: Int, in path: String) throws {
        while try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count < count { sched_yield() }
    }

    @Test("is no file of another user", .enabled(if: geteuid() == 0))
    func filesOfOthers() throws {
        #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.setAttributes([.ownerAccountID: 1], ofItemAtPath: path)
        #expect(throws: LogError.file(path: path, fault: .ofAnother)) { try LogFile(path) }
    }

    @Test("is no file that others may read or change, no folder and no link", arguments: [0o604, 0o602, 0o620, 0o666])
    func unsafeFiles(mode: Int) throws {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(throws: LogError.file(path: path, fault: .openToOthers)) { try LogFile(path) }
        #expect(throws: LogError.file(path: "/tmp", fault: .system(EISDIR))) { try LogFile("/tmp") }
        #expect {
            _ = try server()
        } throws: { error in
            "\(error)" == "\(path): others may read it, or change it; do: chmod 600 \(path)"
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        _ = try LogFile(path)
        let link = path + ".link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        #expect(throws: LogError.file(path: link, fault: .system(ELOOP))) { try LogFile(link) }
    }
}
