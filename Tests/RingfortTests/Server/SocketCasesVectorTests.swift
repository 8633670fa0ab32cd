import Foundation
import TLSSupport
import TestSupport
import Testing

@testable import Ringfort

/// The cases of the HTTP vectors, each on a connection of its own to a running server.
///
/// What the wire makes of their bytes is held in HTTPWireTests; here it is that nothing between the socket and the wire
/// changes it: no case is answered more often than it may be, and none that must be refused is served.
@Suite("HTTP cases over a socket")
struct SocketCasesVectorTests {
    private struct Case: Decodable {
        let name: String
        let bytes_base64: String
        let expect: String
        let responses: Int?
        let min_responses: Int?
        let incomplete: Bool?
    }

    /// Statuses that say that bytes were no request.
    private static let parseRefusals: Set<Int> = [400, 408, 413, 414, 431, 505]

    @Test(
        "are answered as often as they hold requests, and not at all where they hold none, over TLS as without",
        arguments: [false, true])
    func cases(overTLS: Bool) throws {
        let bytes = Data(try Fixture.bytes("http/http1_cases.json"))
        let cases = try JSONDecoder().decode([Case].self, from: bytes)
        let folder = try CredentialFolder()
        let identity = try folder.write(TestCertificate("server", names: ["localhost"]))
        let server = try TestServer(configure: {
            $0.connections = 256
            if overTLS { $0.tls = TLSConfiguration(identities: [identity]) }
        })
        var counts: [String: Int] = [:]
        for test in cases {
            let request = try #require(Data(base64Encoded: test.bytes_base64))
            let answers = try overTLS ? Self.askOverTLS(server, request) : Self.ask(server, request)
            let statuses = answers.matches(of: #/HTTP/1\.1 ([0-9]{3}) /#).compactMap { Int($0.1) }
            let fault = Self.fault(test, statuses.filter { $0 >= 200 })
            #expect(fault == nil, "\(test.name): \(fault ?? ""), answered \(statuses)")
            counts[test.expect, default: 0] += 1
        }
        _ = try server.finish()
        #expect(!cases.isEmpty)
        print(
            "HTTP cases over \(overTLS ? "TLS" : "a socket"): \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))"
        )
    }

    private static func ask(_ server: TestServer, _ request: Data) throws -> String {
        let client = try LoopbackClient(port: server.port)
        client.send([UInt8](request))
        client.finishSending()
        return try client.readToEnd()
    }

    private static func askOverTLS(_ server: TestServer, _ request: Data) throws -> String {
        let client = try HTTPSClient(port: server.port, TestClient.Options())
        try #require(client.tls.isOpen)
        client.sendRaw(client.tls.send([UInt8](request)))
        client.finishSending()
        return client.read()
    }

    /// What is wrong with the answers to a case, or nil.
    private static func fault(_ test: Case, _ statuses: [Int]) -> String? {
        let most = test.responses ?? 1
        switch test.expect {
        case "accept":
            let answered = statuses.filter { !parseRefusals.contains($0) }.count
            if answered < test.min_responses ?? most { return "not every request was answered" }
            return answered > most ? "more was answered than was asked" : nil
        case "reject":
            if statuses.contains(where: { $0 < 400 }) { return "served" }
            return statuses.count > 1 && test.incomplete != true ? "went on after refusing" : nil
        default:
            return statuses.filter { $0 < 400 }.count > most ? "more was served than was asked" : nil
        }
    }
}
