import Bytes
import Reactor
import TLSEngine
import TLSSupport
import TestSupport
import Testing

@testable import Ringfort

@Suite("Requests over TLS", .enabled(if: allocationsAreGated))
struct TLSAllocationTests {
    @Test("take no memory but what OpenSSL takes for their records")
    func requests() throws {
        let folder = try CredentialFolder()
        let tls = TLSConfiguration(
            identities: [try folder.write(TestCertificate("server", names: ["localhost"]))])
        let request = Array("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let inSession = try Self.inSession(tls, request)
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.tls = tls
        configuration.addressRate = nil
        configuration.limiterCapacity = 64
        configuration.log = .problems
        let application = try Application(TestServer.api, configuration)
        let log = try LogWriter(shards: 1, ringBytes: 1 << 16)
        let service = HTTPService(try Pipeline(application, connections: 1, records: log.producer(shard: 0)))
        let certificates = try TLSCertificates(tls)
        let board = ShardBoard(
            Snapshot(
                application: application, revocations: application.revocations, apiKeys: application.apiKeys,
                certificates: certificates),
            [try ShardMailbox()])
        var transport = TLSTransport(service, certificates, board, connections: 1, log)
        let connection = ConnectionID(slot: 0, generation: 0)
        transport.passBegan(PassTime(monotonicNanoseconds: 1, wallClockNanoseconds: 1))
        _ = transport.opened(connection, peer: PeerAddress(ipv4: 0x7F00_0001, port: 1), listener: 0)
        let count = Self.steadyCount(request) { bytes, output in
            let reception = transport.received(connection, bytes.span.raw, &output)
            guard reception.next == .deferred, transport.nextDeferred() != nil else { return }
            _ = transport.received(connection, bytes.span.raw, &output)
        }
        #expect(count == inSession)
        #expect(inSession > 0)
    }

    /// What a session alone takes to read the request and to write an answer.
    private static func inSession(_ tls: TLSConfiguration, _ request: [UInt8]) throws -> Int {
        var session = try TLSSession(TLSContext(tls, tickets: TicketKeys()))
        var plaintext = ByteBuffer(capacity: 4096)
        let answer = [UInt8](repeating: 1, count: 400)
        return steadyCount(request) { bytes, output in
            plaintext.removeAll()
            session.receive(bytes.span.raw, plaintext: &plaintext, output: &output)
            if !plaintext.isEmpty { session.send(answer.span.raw, output: &output) }
        }
    }

    /// How many blocks `serve` takes for the last of some requests.
    private static func steadyCount(_ request: [UInt8], _ serve: ([UInt8], inout ByteBuffer) -> Void) -> Int {
        let client = TestClient()
        var output = ByteBuffer(capacity: 32768)
        var fromClient = client.take()
        while !client.isOpen || !fromClient.isEmpty {
            serve(fromClient, &output)
            fromClient = client.take(output.bytes.array)
            output.removeAll()
        }
        var count = 0
        for _ in 0..<5 {
            let record = client.send(request)
            (count, _) = allocations { serve(record, &output) }
            _ = client.take(output.bytes.array)
            output.removeAll()
        }
        return client.plaintext.isEmpty ? -1 : count
    }
}

extension RawSpan {
    /// A copy of the bytes.
    fileprivate var array: [UInt8] { (0..<byteCount).map { self[$0] } }
}
