import Bytes
import Glibc
import Reactor
import TLSSupport
import TestSupport
import Testing

@testable import Ringfort

@Suite("A server with a certificate")
struct HTTPSTests {
    private let folder: CredentialFolder
    private let authority: TestCertificate
    private let tls: TLSConfiguration

    init() throws {
        folder = try CredentialFolder()
        authority = try TestCertificate("authority", isAuthority: true)
        let certificate = try TestCertificate("server", names: ["localhost"], issuer: authority)
        tls = TLSConfiguration(identities: [try folder.write(certificate)])
    }

    private func server(_ configure: (inout ServerConfiguration) throws -> Void = { _ in }) throws -> TestServer {
        try TestServer {
            $0.tls = tls
            try configure(&$0)
        }
    }

    private func client(_ server: TestServer) throws -> HTTPSClient {
        try HTTPSClient(port: server.port, TestClient.Options(authority: authority))
    }

    @Test("answers over TLS, and tells browsers to come that way only")
    func answer() throws {
        let server = try server()
        let client = try client(server)
        client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let answer = try #require(try Answer.all(in: client.read()).first)
        #expect(answer.status == 200)
        #expect(answer.body == "healthy\n")
        #expect(answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains")
        #expect(client.tls.isClosed, "the server says that nothing more comes")
        let log = try server.finish()
        #expect(log.first?["scheme"] as? String == "https")
    }

    @Test("answers pipelined requests in their order, however they are cut", arguments: [1, 7, 1000])
    func pipelined(pieceBytes: Int) throws {
        let server = try server()
        let client = try client(server)
        let requests = Array((0..<20).map { "GET /things/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined().utf8)
        for start in stride(from: 0, to: requests.count, by: pieceBytes) {
            client.sendRaw(client.tls.send(Array(requests[start..<min(start + pieceBytes, requests.count)])))
        }
        client.finishSending()
        let answers = try Answer.all(in: client.read())
        #expect(answers.map(\.body) == (0..<20).map { "thing \($0)\n" })
        _ = try server.finish()
    }

    @Test("answers the rest of a batch once the client has read what was more than it may have waiting")
    func outputFull() throws {
        let server = try server()
        let client = try client(server)
        client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 6))
        client.finishSending()
        _ = client.read()
        // Six bodies of a megabyte, and six heads.
        #expect((6_001_000..<6_006_000).contains(client.tls.plaintext.count))
        #expect(client.tls.isClosed)
        _ = try server.finish()
    }

    @Test("answers what comes behind a request for a worker, after it")
    func worker() throws {
        var api = Router()
        api.get("/slow", runs: .onWorker) { _, response in response.text("slow\n") }
        api.get("/fast") { _, response in response.text("fast\n") }
        let server = try TestServer(api) { $0.tls = tls }
        let client = try client(server)
        client.send(
            String(repeating: "GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /fast HTTP/1.1\r\nHost: a\r\n\r\n", count: 3))
        client.finishSending()
        let answers = try Answer.all(in: client.read())
        #expect(answers.map(\.body) == ["slow\n", "fast\n", "slow\n", "fast\n", "slow\n", "fast\n"])
        _ = try server.finish()
    }

    @Test("takes a body that comes in other records than its head")
    func body() throws {
        let server = try server()
        let client = try client(server)
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n")
        for character in #"{"a":17}"# { client.send(String(character)) }
        client.finishSending()
        let answer = try #require(try Answer.all(in: client.read()).first)
        #expect(answer.status == 201)
        #expect(answer.body == #"{"a":17}"#)
        _ = try server.finish()
    }

    @Test("ends a session of somebody who speaks no TLS, and says why in its log")
    func plain() throws {
        let server = try server()
        let client = try LoopbackClient(port: server.port)
        client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(!(try client.readToEnd()).contains("HTTP"))
        let failures = try server.finish().filter { $0["event"] as? String == "tls_failure" }
        #expect(failures.map { $0["reason"] as? String } == ["no TLS"])
        #expect(failures.first?["client"] as? String == "127.0.0.1")
    }

    @Test("charges a handshake to its address, and begins none that is too much")
    func limit() throws {
        let server = try server { $0.addressRate = try CellRate(tokens: 1, everySeconds: 3600, burst: 2) }
        #expect(try client(server).tls.isOpen)
        #expect(try client(server).tls.isOpen)
        let third = try client(server)
        #expect(!third.tls.isOpen)
        #expect(third.hasEnded)
        let failures = try server.finish().filter { $0["event"] as? String == "tls_failure" }
        #expect(failures.map { $0["reason"] as? String } == ["limited"])
    }

    @Test("closes behind an answer of any size when the client has said that it sends no more")
    func largeLast() throws {
        let server = try server()
        let client = try client(server)
        let request = client.tls.send(Array("GET /large HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        // In one piece, so that both are there when the answer is made.
        client.sendRaw(request + client.tls.close())
        _ = client.read()
        #expect(client.tls.isClosed)
        _ = try server.finish()
    }

    @Test("charges nobody for a part of a first record, which costs nothing yet")
    func partOfFirstRecord() throws {
        let server = try server { $0.addressRate = try CellRate(tokens: 1, everySeconds: 3600, burst: 1) }
        let first = try LoopbackClient(port: server.port)
        let second = try LoopbackClient(port: server.port)
        first.send([0x16])
        second.send([0x16, 3, 1, 2, 0, 1])
        #expect(try client(server).tls.isOpen)
        _ = try server.finish()
    }

    @Test("counts all sessions that fail")
    func manyFailures() throws {
        let server = try server { $0.addressRate = try CellRate(tokens: 1, everySeconds: 3600, burst: 1) }
        for _ in 0..<60 { _ = try client(server) }
        #expect(try server.finish().last?["failed_sessions"] as? Int == 59)
    }

    @Test("writes down ten failures a second, which is what a log can bear")
    func failuresOfSecond() throws {
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.tls = tls
        configuration.limiterCapacity = 64
        let application = try Application(TestServer.api, configuration)
        let pipe = LinePipe()
        let log = try LogWriter(shards: 1, ringBytes: 1 << 16, descriptor: pipe.writer)
        try log.start()
        let service = HTTPService(try Pipeline(application, connections: 1, records: log.producer(shard: 0)))
        let certificates = try TLSCertificates(tls)
        let board = ShardBoard(
            Snapshot(
                application: application, revocations: application.revocations, apiKeys: application.apiKeys,
                certificates: certificates),
            [try ShardMailbox()])
        var transport = TLSTransport(service, certificates, board, connections: 1, log)
        let connection = ConnectionID(slot: 0, generation: 0)
        var output = ByteBuffer(capacity: 64)
        for (second, failures) in [(1, 59), (2, 3), (4, 11)] {
            for failure in 0..<failures {
                let nanoseconds = UInt64(second * 1_000_000_000 + failure)
                transport.passBegan(PassTime(monotonicNanoseconds: nanoseconds, wallClockNanoseconds: nanoseconds))
                _ = transport.opened(connection, peer: PeerAddress(ipv4: 0x7F00_0001, port: 1), listener: 0)
                transport.expired(connection, &output)
                transport.closed(connection)
            }
        }
        var counters = ShardCounters()
        transport.ended(&counters)
        #expect(counters.failedSessions == 73)
        log.stop()
        #expect(pipe.finish().filter { $0.contains(#""event":"tls_failure""#) }.count == 10 + 3 + 10)
    }

    @Test("cuts a client that does not finish its handshake")
    func slow() throws {
        let server = try server { $0.handshakeTimeoutMilliseconds = 50 }
        let client = try LoopbackClient(port: server.port)
        client.send(Array(TestClient().take().dropLast()))
        #expect(try client.readToEnd().isEmpty)
        let failures = try server.finish().filter { $0["event"] as? String == "tls_failure" }
        #expect(failures.map { $0["reason"] as? String } == ["timeout"])
    }

    @Test("lets handshakes that come at once finish, over several passes")
    func crowd() throws {
        let server = try server()
        let crowd = try (0..<40).map { _ in
            try HTTPSClient(connectingTo: server.port, TestClient.Options(authority: authority))
        }
        for client in crowd { client.finishHandshake() }
        #expect(crowd.allSatisfy { $0.tls.isOpen })
        for client in crowd { client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") }
        #expect(crowd.allSatisfy { $0.read().hasPrefix("HTTP/1.1 200") })
        _ = try server.finish()
    }

    @Test("shows a renewed certificate to new clients, keeps the old where the new is bad, and says so")
    func reload() throws {
        let server = try server()
        let old = try client(server)
        let renewed = try TestCertificate("server", names: ["localhost"], issuer: authority)
        _ = try folder.write(renewed)
        #expect(try server.running.reload() == [])
        #expect(try client(server).tls.serverThumbprint == renewed.thumbprint)
        let path = try folder.write("server.crt", "broken")
        let error = #expect(throws: ReloadError.self) { try server.running.reload() }
        #expect(error?.description.hasPrefix(path) == true)
        #expect(try client(server).tls.serverThumbprint == renewed.thumbprint)
        old.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        #expect(try Answer.all(in: old.read()).first?.status == 200)
        let log = try server.finish()
        let reloads = log.filter { $0["event"] as? String == "reload" }
        #expect(reloads.map { $0["level"] as? String } == ["info", "error"])
        #expect((reloads.last?["reason"] as? String)?.hasPrefix(path) == true)
    }

    @Test("warns of a certificate that expires soon")
    func expiry() throws {
        let short = try TestCertificate("server", names: ["localhost"], issuer: authority, days: -1...3)
        let identity = try folder.write(short, as: "short")
        var configuration = try ServerConfiguration(listen: "0.0.0.0:443", keyring: Keyring())
        configuration.tls = TLSConfiguration(identities: [identity])
        let kinds = try Server.check(Router(), configuration).map(\.kind)
        #expect(kinds.contains(.certificateExpires))
        #expect(!kinds.contains(.plainHTTP))
        let log = try TestServer { $0.tls = configuration.tls }.finish()
        let warning = try #require(log.first { $0["event"] as? String == "certificate_expires" })
        #expect(warning["path"] as? String == identity.certificatePath)
        #expect([2, 3].contains(warning["days"] as? Int))
        #expect(try server().finish().allSatisfy { $0["event"] as? String != "certificate_expires" })
    }

    @Test("warns of a name that two certificates have, since only one is shown")
    func namesTwice() throws {
        let other = try TestCertificate("other", names: ["other", "LOCALHOST"], issuer: authority)
        let identity = try folder.write(other, as: "other")
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.tls = TLSConfiguration(identities: tls.identities + [identity])
        let warnings = try Server.check(Router(), configuration).filter { $0.kind == .certificateNames }
        #expect(warnings.count == 1)
        let start = "\(identity.certificatePath) is never shown for localhost: "
        #expect(warnings.first?.description.hasPrefix(start) == true)
        configuration.tls = tls
        #expect(try Server.check(Router(), configuration).allSatisfy { $0.kind != .certificateNames })
    }

    @Test("warns again each day, once")
    func dailyWarning() throws {
        let short = try TestCertificate("server", names: ["localhost"], issuer: authority, days: -1...3)
        let certificates = try TLSCertificates(TLSConfiguration(identities: [try folder.write(short, as: "short")]))
        let now = LogClock.unixSeconds
        let pipe = LinePipe()
        let log = try LogWriter(shards: 0, descriptor: pipe.writer)
        try log.start()
        for seconds in [now, now + 1, now + 86_400, now + 86_400, now + 5 * 86_400] {
            certificates.warnDaily(log, unixSeconds: seconds)
        }
        #expect(certificates.expiring(unixSeconds: now + 5 * 86_400).map(\.days) == [-2])
        log.stop()
        #expect(pipe.finish().count == 3)
    }

    @Test("says close_notify to idle clients when it drains")
    func drain() throws {
        let server = try server()
        let client = try client(server)
        client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = client.read(atLeast: 300)
        server.running.drain()
        _ = client.read()
        #expect(client.tls.isClosed)
        #expect(try Answer.all(in: client.read()).map(\.status) == [200])
        _ = try server.finish()
    }

    @Test("is not made with a certificate that can't be used")
    func unusable() throws {
        var broken = tls
        broken.identities[0].keyPath = folder.path + "/missing"
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.tls = broken
        #expect(throws: ServerError.self) { try Server.check(Router(), configuration) }
        #expect {
            try TestServer { $0.tls = broken }
        } throws: { error in
            "\(error)" == "\(folder.path)/missing: open: No such file or directory"
        }
    }

    @Test("resumes sessions")
    func resumption() throws {
        let server = try server { $0.shards = 2 }
        var options = TestClient.Options(authority: authority)
        for attempt in 0..<6 {
            let client = try HTTPSClient(port: server.port, options)
            #expect(client.tls.isResumed == (attempt > 0))
            client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(client.read().hasPrefix("HTTP/1.1 200"))
            options.resumed = client.tls.resumable
        }
        let stop = try #require(try server.finish().last)
        #expect(stop["handshakes"] as? Int == 6)
        #expect(stop["resumed_handshakes"] as? Int == 5)
        #expect(stop["failed_sessions"] as? Int == 0)
    }

    @Test("asks clients for certificates where it is told to")
    func clientCertificates() throws {
        let clients = try TestCertificate("clients", isAuthority: true)
        let path = try folder.write("clients.crt", clients.pem)
        let server = try server { $0.tls?.clientAuthority = .init(path: path) }
        var options = TestClient.Options(authority: authority)
        let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for (certificate, isGood) in [
            (nil, false), (try TestCertificate("expired", issuer: clients, days: -9 ... -1), false),
            (try TestCertificate("good", issuer: clients), true),
        ] {
            options.certificate = certificate
            let client = try HTTPSClient(port: server.port, options)
            client.send(request)
            #expect(client.read().hasPrefix("HTTP/1.1 200") == isGood)
        }
        let failures = try server.finish().filter { $0["event"] as? String == "tls_failure" }
        #expect(
            failures.map { $0["reason"] as? String } == [
                "no client certificate", "client certificate refused: certificate has expired",
            ])
    }
}
