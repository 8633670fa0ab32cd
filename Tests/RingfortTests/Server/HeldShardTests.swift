import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A server of which a shard is held up")
struct HeldShardTests {
    private final class Connection {
        let client: LoopbackClient

        init(_ client: consuming LoopbackClient) { self.client = client }
    }

    /// Two shards with a connection each; a handler of the last one waits until it is let go.
    private struct HeldServer {
        let server: TestServer
        /// By shard.
        let connections: [Connection]
        private let release = DispatchSemaphore(value: 0)

        init(configure: (inout ServerConfiguration) throws -> Void = { _ in }) throws {
            let (held, release) = (DispatchSemaphore(value: 0), release)
            var api = Router()
            api.get("/health") { _, response in response.text("healthy\n") }
            api.get("/wait") { _, response in
                held.signal()
                release.wait()
                response.text("done\n")
            }
            let server = try TestServer(api) {
                $0.shards = 2
                $0.admin.address = ListenAddress("127.0.0.1:0")
                try configure(&$0)
            }
            var connections: [Connection?] = [nil, nil]
            // The kernel chooses by a hash of the ports: that one shard gets none of 64 connections doesn't happen.
            for _ in 0..<64 where connections.contains(where: { $0 == nil }) {
                let before = try Self.accepted(server)
                let connection = Connection(try LoopbackClient(port: server.port))
                connection.client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try connection.client.read { $0.hasSuffix("healthy\n") }
                let after = try Self.accepted(server)
                connections[try #require(after.indices.first { after[$0] > before[$0] })] = connection
            }
            self.connections = try connections.map { try #require($0) }
            self.server = server
            self.connections[1].client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
            held.wait()
        }

        /// How many connections each shard has accepted.
        private static func accepted(_ server: TestServer) throws -> [Int] {
            let status = try JSONSerialization.jsonObject(with: Data(try ask(server, "GET", "/status").body.utf8))
            let shards = try #require((status as? [String: Any])?["shards"] as? [[String: Int]])
            return try shards.map { try #require($0["accepted"]) }
        }

        /// Asks the server's own API.
        static func ask(_ server: TestServer, _ method: String, _ target: String, json: String = "") throws -> Answer {
            let client = try LoopbackClient(port: try #require(server.adminAddress).port)
            let content =
                json.isEmpty ? "" : "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n"
            client.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(content)\r\n\(json)")
            return try #require(try Answer.all(in: client.readToEnd()).first)
        }

        /// Lets the shard go on, ends the server, and gives the lines of its log.
        func finish() throws -> [[String: Any]] {
            release.signal()
            return try server.finish()
        }
    }

    @Test("drains the others at once")
    func drain() throws {
        let held = try HeldServer()
        held.server.running.drain()
        // It is closed: else this would throw, after ten seconds.
        #expect(try held.connections[0].client.readToEnd() == "")
        _ = try held.finish()
    }

    @Test("says of a revocation that it isn't in force, and logs it")
    func revoke() throws {
        let directory = NSTemporaryDirectory() + "rf-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let held = try HeldServer { $0.revocations = RevocationJournal(directory: directory) }
        let until = Int(Date().timeIntervalSince1970) + 600
        let answer = try HeldServer.ask(held.server, "POST", "/revoke", json: #"{"token":"t","until":\#(until)}"#)
        #expect(answer.status == 422 && answer.body.contains("in time"))
        let lines = try held.finish().filter { $0["event"] as? String == "revocations" }
        #expect(lines.map { $0["level"] as? String } == ["error"])
        #expect((lines.first?["reason"] as? String)?.contains("in time") == true)
        #expect(try RevocationJournal(directory: directory).revocations().count == 1)
    }
}
