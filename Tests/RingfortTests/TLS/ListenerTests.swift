import TLSSupport
import TestSupport
import Testing

@testable import Ringfort

@Suite("A server with several listeners")
struct ListenerTests {
    private let folder: CredentialFolder
    private let authority: TestCertificate
    private let tls: TLSConfiguration

    init() throws {
        folder = try CredentialFolder()
        authority = try TestCertificate("authority", isAuthority: true)
        let certificate = try TestCertificate("server", names: ["localhost"], issuer: authority)
        tls = TLSConfiguration(identities: [try folder.write(certificate)])
    }

    private func server(_ api: Router = TestServer.api, shards: Int = 1) throws -> TestServer {
        try TestServer(api) {
            $0.tls = tls
            $0.shards = shards
            $0.listeners = [
                try #require(Listener("http://127.0.0.1:0")), try #require(Listener("https://127.0.0.1:0")),
            ]
        }
    }

    private func plainAnswers(_ port: UInt16, _ requests: String) throws -> [Answer] {
        let client = try LoopbackClient(port: port)
        client.send(requests)
        client.finishSending()
        return try Answer.all(in: try client.readToEnd())
    }

    @Test("serves the same on each, in plain or over TLS, and speaks of TLS over TLS only", arguments: [1, 2])
    func serves(shards: Int) throws {
        let server = try server(shards: shards)
        let request = "GET /things/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        // Those of HTTPS come first.
        #expect(Set(server.ports).count == 3)
        for _ in 0..<4 {
            for port in server.ports.prefix(2) {
                let client = try HTTPSClient(port: port, TestClient.Options(authority: authority))
                client.send(request)
                let answer = try #require(try Answer.all(in: client.read()).first)
                #expect(answer.body == "thing 7\n")
                #expect(answer.headers["strict-transport-security"] != nil)
            }
            let first = request.replacing("Connection: close\r\n", with: "")
            let answers = try plainAnswers(server.ports[2], first + request)
            // Nobody is sent elsewhere.
            #expect(answers.map(\.status) == [200, 200])
            #expect(answers.map(\.body) == ["thing 7\n", "thing 7\n"])
            #expect(answers.allSatisfy { $0.headers["strict-transport-security"] == nil })
        }
        let log = try server.finish()
        #expect(log.last?["handshakes"] as? Int == 8)
        #expect(log.last?["requests"] as? Int == 16)
        #expect(log.filter { $0["event"] as? String == "tls_failure" }.isEmpty)
    }

    @Test("answers late in plain, too: from workers, from tasks, and when time is over")
    func late() throws {
        var api = Router()
        api.get("/slow", runs: .onWorker) { _, response in response.text("slow\n") }
        api.onAsync(.get, "/task") { _, response in response.text("task\n") }
        let server = try TestServer(api) {
            $0.tls = tls
            $0.listeners = [try #require(Listener("http://127.0.0.1:0"))]
            $0.headTimeoutMilliseconds = 50
        }
        let requests = ["/slow", "/task", "/slow"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        let answers = try plainAnswers(server.ports[1], requests)
        #expect(answers.map(\.body) == ["slow\n", "task\n", "slow\n"])
        #expect(answers.allSatisfy { $0.headers["strict-transport-security"] == nil })
        let client = try LoopbackClient(port: server.ports[1])
        client.send("GET /slow HTTP/1.1\r\n")
        #expect(try Answer.all(in: try client.readToEnd()).map(\.status) == [408])
        _ = try server.finish()
    }

    @Test("closes idle clients of each when it drains")
    func drain() throws {
        let server = try server()
        let plain = try LoopbackClient(port: server.ports[2])
        plain.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        let secure = try HTTPSClient(port: server.ports[1], TestClient.Options(authority: authority))
        secure.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = secure.read(atLeast: 300)
        server.running.drain()
        #expect(try Answer.all(in: try plain.readToEnd()).map(\.status) == [200])
        _ = secure.read()
        #expect(secure.tls.isClosed)
        _ = try server.finish()
    }

    @Test("is not made where one needs a certificate that is not there, or an address that another has")
    func refusals() throws {
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.listeners = [try #require(Listener("https://127.0.0.1:0"))]
        #expect(throws: ServerError.self) { try Server.check(Router(), configuration) }
        let other = try TestServer()
        configuration.listeners = [try #require(Listener("http://127.0.0.1:\(other.port)"))]
        #expect(throws: ServerError.self) { try Server(Router(), configuration) }
        _ = try other.finish()
    }

    @Test(
        "takes no text but a scheme and an address",
        arguments: [
            "", "http", "http://", "127.0.0.1:80", "ftp://127.0.0.1:80", "http:127.0.0.1:80", "http://localhost:80",
            "http://127.0.0.1:80/", "HTTP://127.0.0.1:80", "https://::1:80",
        ])
    func texts(text: String) {
        #expect(Listener(text) == nil)
    }
}
