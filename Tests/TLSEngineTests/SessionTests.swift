import Bytes
import COpenSSL
import TLSSupport
import Testing

@testable import TLSEngine

@Suite("A TLS session's records")
struct SessionTests {
    /// The records in `bytes`: their types and lengths.
    private func records(_ bytes: [UInt8]) -> [(type: UInt8, byteCount: Int)] {
        var records: [(UInt8, Int)] = []
        var rest = bytes[...]
        while let type = rest.first, rest.count >= 5 {
            let count = Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4])
            records.append((type, count))
            rest = rest.dropFirst(5 + count)
        }
        return records
    }

    @Test("hold as much as they can: what is given at once is split only where it must be")
    func batching() throws {
        let pair = try Pair(Credentials.context())
        // Sixteen bytes of tag, one of type.
        #expect(records(pair.server.send([UInt8](repeating: 1, count: 600))).map(\.byteCount) == [617])
        let long = pair.server.send([UInt8](repeating: 1, count: 40_000))
        #expect(records(long).map(\.byteCount) == [16401, 16401, 7249])
        #expect(pair.server.send([]).isEmpty)
    }

    @Test(
        "are refused when they are not TLS",
        arguments: [
            Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8), Array("CONNECT a:1 HTTP/1.1\r\n\r\n".utf8),
            Array("SSH-2.0-OpenSSH_9.2\r\n".utf8),
        ])
    func notTLS(bytes: [UInt8]) throws {
        let server = try TestServer(Credentials.context())
        _ = server.take(bytes)
        #expect(server.state == .failed(.notTLS))
        #expect(server.plaintext.isEmpty)
    }

    @Test("are the end of a session, and not of a handshake, when they say close_notify before there are keys")
    func closeDuringHandshake() throws {
        let server = try TestServer(Credentials.context())
        _ = server.take(TestClient(try Credentials.options()).take())
        #expect(server.state == .handshaking)
        _ = server.take([0x15, 3, 3, 0, 2, 1, 0])
        #expect(server.state == .failed(.alert(0)))
    }

    @Test(
        "are refused when they are garbage, longer than they may be, or out of their order",
        arguments: [
            [UInt8](repeating: 0, count: 600), [UInt8](repeating: 0xFF, count: 600),
            // A handshake record of 64 KiB; application data and an alert before the handshake; a ClientHello of 16 MiB.
            [0x16, 3, 1, 0xFF, 0xFF] + [UInt8](repeating: 1, count: 65535),
            [0x17, 3, 3, 0, 4, 1, 2, 3, 4], [0x15, 3, 3, 0, 2, 2, 40], [0x16, 3, 1, 0, 4, 1, 0xFF, 0xFF, 0xFF],
            [0x14, 3, 3, 0, 1, 1] + [0x14, 3, 3, 0, 1, 2],
        ] as [[UInt8]])
    func garbage(bytes: [UInt8]) throws {
        for pieceBytes in [Int.max, 1] {
            let server = try TestServer(Credentials.context())
            let answer = server.take(bytes, pieceBytes: pieceBytes)
            guard case .failed = server.state else {
                Issue.record("garbage was taken")
                return
            }
            #expect(server.plaintext.isEmpty)
            // At most an alert, and nothing after it.
            #expect(answer.count <= 7)
            #expect(server.take(bytes).isEmpty)
        }
    }

    @Test("are waited for while they are not whole")
    func truncated() throws {
        let hello = TestClient(try Credentials.options()).take()
        let context = try Credentials.context()
        for count in stride(from: 0, to: hello.count, by: 7) {
            let server = try TestServer(context)
            #expect(server.take(Array(hello.prefix(count))).isEmpty)
            #expect(server.state == .handshaking)
        }
    }

    @Test("are refused when a bit of them was changed, and nothing of them is taken")
    func altered() throws {
        let context = try Credentials.context()
        let count = try Pair(context).client.send(Array("request".utf8)).count
        for index in 5..<count {
            let pair = try Pair(context)
            var record = pair.client.send(Array("request".utf8))
            record[index] ^= 1
            _ = pair.server.take(record)
            #expect(pair.server.state == .failed(.badRecord))
            #expect(pair.server.plaintext.isEmpty)
        }
    }

    @Test("are refused when they come twice")
    func replayed() throws {
        let pair = try Pair(Credentials.context())
        let record = pair.client.send(Array("request".utf8))
        _ = pair.server.take(record + record)
        #expect(pair.server.state == .failed(.badRecord))
        #expect(pair.server.plaintext == Array("request".utf8))
    }

    @Test("are refused when they are longer than the protocol allows")
    func oversized() throws {
        let pair = try Pair(Credentials.context())
        _ = pair.server.take([0x17, 3, 3, 0x41, 0x01] + [UInt8](repeating: 1, count: 0x4101))
        #expect(pair.server.state == .failed(.badRecord))
    }

    @Test("end with the client's close_notify; what it had said before counts, and it can still be answered")
    func clientCloses() throws {
        let pair = try Pair(Credentials.context())
        let request = pair.client.send(Array("request".utf8))
        _ = pair.server.take(request + pair.client.close() + [1, 2, 3])
        #expect(pair.server.state == .peerClosed)
        #expect(pair.server.plaintext == Array("request".utf8))
        _ = pair.client.take(pair.server.send(Array("answer".utf8)) + pair.server.close())
        #expect(pair.client.plaintext == Array("answer".utf8))
        #expect(pair.client.isClosed)
        #expect(pair.server.state == .closed)
    }

    @Test("end with the server's close_notify, which is said once")
    func serverCloses() throws {
        let pair = try Pair(Credentials.context())
        _ = pair.client.take(pair.server.send(Array("answer".utf8)) + pair.server.close())
        #expect(pair.client.plaintext == Array("answer".utf8))
        #expect(pair.client.isClosed)
        #expect(pair.client.failure == nil)
        #expect(pair.server.close().isEmpty)
        #expect(pair.server.send([1]).isEmpty)
        #expect(pair.server.take(pair.client.send([1])).isEmpty)
        #expect(pair.server.state == .closed)
    }

    @Test("say nothing when a session ends that nobody has opened")
    func closedEarly() throws {
        let server = try TestServer(Credentials.context())
        #expect(server.close().isEmpty)
        #expect(server.send([1]).isEmpty)
        #expect(server.state == .handshaking)
    }

    @Test("begin no second handshake")
    func renegotiation() throws {
        let context = try Credentials.context { $0.oldestVersion = .tls12 }
        let pair = try Pair(context, Credentials.options { $0.versions = TLS1_2_VERSION...TLS1_2_VERSION })
        let answer = pair.server.take(pair.client.renegotiate())
        // One alert, and no ServerHello.
        #expect(records(answer).map(\.type) == [21])
        _ = pair.client.take(answer)
        #expect(pair.client.failure == "no renegotiation")
    }

    @Test("change their keys where the client asks for it (RFC 8446 section 4.6.3)")
    func keyUpdate() throws {
        let pair = try Pair(Credentials.context())
        for _ in 0..<3 {
            pair.settle(pair.client.updateKeys() + pair.client.send([7]))
            _ = pair.client.take(pair.server.send([8]))
        }
        #expect(pair.server.plaintext == [7, 7, 7])
        #expect(pair.client.plaintext == [8, 8, 8])
    }

    @Test("go on with the certificate that they began with, while new sessions get the new one")
    func reload() throws {
        let folder = try CredentialFolder()
        let configuration = try Credentials.configuration(in: folder)
        let tickets = try TicketKeys()
        let context = try TLSContext(configuration, tickets: tickets)
        let old = try Pair(context)
        let renewed = try TestCertificate("server", names: ["localhost"], issuer: Credentials.authority.get())
        _ = try folder.write(renewed)
        let new = try Pair(TLSContext(configuration, tickets: tickets))
        #expect(new.client.serverThumbprint == renewed.thumbprint)
        #expect(old.client.serverThumbprint == (try Credentials.server.get().thumbprint))
        old.settle(old.client.send([1]))
        #expect(old.server.plaintext == [1])
    }
}
