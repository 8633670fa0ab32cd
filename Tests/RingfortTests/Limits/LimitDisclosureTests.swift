import TestSupport
import Testing

@testable import Ringfort

@Suite("How clients stand with their limits")
struct LimitDisclosureTests {
    private static let api: Router = {
        var api = Router()
        api.get("/open") { _, response in response.text("open\n") }
        api.group("/mine", auth: .bearer, limit: .perPrincipal(rate: 1, burst: 5, everySeconds: 600), cost: 2) { mine in
            mine.get("/here") { _, response in response.text("mine\n") }
            mine.get("/worker", runs: .onWorker) { _, response in response.text("mine\n") }
            mine.get("/gone") { _, _ throws(Problem) in throw .notFound }
            mine.post("/body") { _, response in response.text("mine\n") }
        }
        return api
    }()

    private static func server(_ disclosure: LimitDisclosure) throws -> TestServer {
        try TestServer(api) {
            $0.keyring = try TestKeys.keyring()
            // Nothing refills within a test.
            $0.addressRate = try CellRate(tokens: 1, everySeconds: 600, burst: 9)
            $0.limitDisclosure = disclosure
        }
    }

    private static func bearer() throws -> String { "Authorization: Bearer \(try TestKeys.token())\r\n" }

    @Test("is told with each answer, and by the narrowest limit")
    func all() throws {
        let server = try Self.server(.all)
        let first = try server.get("/open")
        #expect(first.headers["ratelimit-policy"] == "\"ip\";q=9;w=5400")
        #expect(first.headers["ratelimit"] == "\"ip\";r=8;t=600")
        #expect(try server.get("/nowhere").headers["ratelimit"] == "\"ip\";r=7;t=600")
        let mine = try server.get("/mine/here", headers: try Self.bearer())
        #expect(mine.headers["ratelimit-policy"] == "\"route\";q=5;w=3000")
        #expect(mine.headers["ratelimit"] == "\"route\";r=3;t=600")
        let refused = try server.get("/mine/here")
        #expect(refused.status == 401)
        #expect(refused.headers["ratelimit"]?.hasPrefix("\"ip\";r=") == true)
        _ = try server.finish()
    }

    @Test(
        "is told by workers, by problems of handlers and after bodies, too",
        arguments: ["GET /mine/worker", "GET /mine/gone", "POST /mine/body"])
    func elsewhere(route: String) throws {
        let server = try Self.server(.all)
        let body = route.hasPrefix("POST") ? "{}" : ""
        let type = route.hasPrefix("POST") ? "Content-Type: application/json\r\nContent-Length: 2\r\n" : ""
        let client = try LoopbackClient(port: server.port)
        client.send("\(route) HTTP/1.1\r\nHost: a\r\n\(try Self.bearer())\(type)\r\n")
        // A body that comes later is taken from a copy of its request. What is no request is nobody's.
        client.send(body + "nonsense\r\n\r\n")
        let answers = try Answer.all(in: client.readToEnd())
        #expect(answers.map { $0.headers["ratelimit"] } == ["\"route\";r=3;t=600", nil])
        _ = try server.finish()
    }

    @Test("is told with refusals only, unless something else is said, and once")
    func refusals() throws {
        let server = try Self.server(.refusals)
        for _ in 0..<9 { #expect(try server.get("/open").headers["ratelimit"] == nil) }
        let refused = try server.get("/open")
        #expect(refused.status == 429)
        #expect(refused.headers["ratelimit"] == "\"ip\";r=0;t=600")
        _ = try server.finish()
    }
}
