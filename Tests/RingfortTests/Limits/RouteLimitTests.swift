import Foundation
import Testing

@testable import Ringfort

@Suite("Limits of routes")
struct RouteLimitTests {
    /// Limits that nothing refills within a test.
    private static func rate(burst: UInt32) throws -> CellRate {
        try CellRate(tokens: 1, everySeconds: 600, burst: burst)
    }

    private static let api: Router = {
        var api = Router()
        api.get("/cheap") { _, response in response.text("cheap\n") }
        api.group("/dear", cost: 3) { dear in
            dear.get("") { _, response in response.text("dear\n") }
            dear.group("/own", cost: 1) { own in own.get("") { _, response in response.text("own\n") } }
        }
        api.group("/login", limit: .perAddress(rate: 1, burst: 2, everySeconds: 600)) { login in
            login.get("/a") { _, response in response.text("in\n") }
            login.get("/b") { _, response in response.text("in\n") }
        }
        api.group("/mine", auth: .bearer, limit: .perPrincipal(rate: 1, burst: 5, everySeconds: 600), cost: 2) { mine in
            mine.get("") { _, response in response.text("mine\n") }
        }
        return api
    }()

    @Test("of addresses take from the bucket what a route costs")
    func cost() throws {
        let server = try TestServer(Self.api) { $0.addressRate = try Self.rate(burst: 9) }
        #expect(try server.get("/dear").status == 200)
        #expect(try server.get("/dear").status == 200)
        #expect(try server.get("/dear/own").status == 200)
        // Two are left: one for asking, and one that is too little.
        let refused = try server.get("/dear")
        #expect(refused.status == 429)
        #expect(refused.headers["ratelimit-policy"] == "\"ip\";q=9;w=5400")
        #expect(try server.get("/cheap").status == 200)
        #expect(try server.get("/cheap").status == 429)
        _ = try server.finish()
    }

    @Test("of principals take from the bucket what a route costs")
    func costOfPrincipal() throws {
        let server = try TestServer(Self.api) { $0.keyring = try TestKeys.keyring() }
        let bearer = "Authorization: Bearer \(try TestKeys.token())\r\n"
        #expect(try (0..<3).map { _ in try server.get("/mine", headers: bearer).status } == [200, 200, 429])
        _ = try server.finish()
    }

    @Test("of a route's addresses hold for all routes of its group, and for no other")
    func perAddress() throws {
        let server = try TestServer(Self.api)
        #expect(try server.get("/login/a").status == 200)
        #expect(try server.get("/login/b").status == 200)
        let refused = try server.get("/login/a")
        #expect(refused.status == 429)
        #expect(refused.headers["ratelimit-policy"] == "\"route\";q=2;w=1200")
        #expect(refused.headers["retry-after"] == "600")
        #expect(try refused.problem()["violated-policies"] as? [String] == ["route"])
        #expect(try server.get("/cheap").status == 200)
        _ = try server.finish()
    }

    @Test("refuse a cost that no bucket could pay", arguments: [0, 3, UInt32.max])
    func costOutOfRange(cost: UInt32) throws {
        var api = Router()
        api.group("/a", limit: .perAddress(rate: 1, burst: 2), cost: cost) { group in group.get("/b") { _, _ in } }
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let configuration = try ServerConfiguration(address: address, keyring: Keyring())
        #expect {
            _ = try Server(api, configuration)
        } throws: { error in
            "\(error)".contains("'/a/b'") && "\(error)".contains("from 1 to 2")
        }
    }
}
