import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A trusted proxy")
struct TrustedProxyTests {
    @Test("says whose requests it hands on: limits hold for them, and the log names them")
    func trustedProxy() throws {
        let server = try TestServer {
            $0.addressRate = try CellRate(tokens: 1, everySeconds: 600, burst: 1)
            $0.trustedProxies = TrustedProxies([try #require(AddressRange("127.0.0.0/8"))])
        }
        func ask(_ clients: String) throws -> Int {
            try server.get("/health", headers: "X-Forwarded-For: \(clients)\r\n").status
        }
        #expect(try ask("192.0.2.1") == 200)
        #expect(try ask("192.0.2.1") == 429)
        #expect(try ask("192.0.2.77, 192.0.2.1") == 429)
        #expect(try ask("192.0.2.1, 192.0.2.2") == 200)
        // Two clients' requests on one connection of the proxy's.
        let proxy = try LoopbackClient(port: server.port)
        proxy.send("GET /health HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.3\r\n\r\n")
        proxy.send("GET /health HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")
        proxy.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        proxy.finishSending()
        #expect(try Answer.all(in: try proxy.readToEnd()).map(\.status) == [200, 429, 200])
        let clients = try server.finish().compactMap { $0["client"] as? String }
        #expect(clients == ["1", "1", "1", "2", "3", "1"].map { "192.0.2.\($0)" } + ["127.0.0.1"])
    }

    @Test("is one of those that were named: nobody else is listened to")
    func untrustedPeer() throws {
        let server = try TestServer {
            $0.addressRate = try CellRate(tokens: 1, everySeconds: 600, burst: 1)
            $0.trustedProxies = TrustedProxies([try #require(AddressRange("10.0.0.0/8"))])
        }
        #expect(try server.get("/health", headers: "X-Forwarded-For: 192.0.2.1\r\n").status == 200)
        #expect(try server.get("/health", headers: "X-Forwarded-For: 192.0.2.2\r\n").status == 429)
        #expect(try server.finish().compactMap { $0["client"] as? String } == ["127.0.0.1", "127.0.0.1"])
    }
}
