import Testing

@testable import Ringfort

@Suite("A group of routes")
struct GroupTests {
    private static let api: Router = {
        var api = Router()
        api.group("/inner", auth: .bearer, limit: .perPrincipal(rate: 1, burst: 1)) { outer in
            outer.group("/deep") { deep in
                deep.group("/deeper") { deeper in deeper.get("") { _, response in response.text("inside\n") } }
            }
            outer.group("/open", auth: Authentication.none, limit: RateLimit.none) { open in
                open.get("") { _, response in response.text("for all\n") }
            }
        }
        return api
    }()

    @Test("within another asks for what the outer one does, unless it says otherwise")
    func inherits() throws {
        let server = try TestServer(Self.api) { $0.keyring = try TestKeys.keyring() }
        let bearer = "Authorization: Bearer \(try TestKeys.token())\r\n"
        #expect(try server.get("/inner/deep/deeper").status == 401)
        #expect(try server.get("/inner/deep/deeper", headers: bearer).status == 200)
        let limited = try server.get("/inner/deep/deeper", headers: bearer)
        #expect(limited.status == 429)
        #expect(limited.headers["ratelimit-policy"] == "\"route\";q=1;w=1")
        #expect(try server.get("/inner/open").status == 200)
        _ = try server.finish()
    }

    @Test("that limits its principals must ask who they are")
    func limitWithoutToken() throws {
        var api = Router()
        api.group("/a", limit: .perPrincipal(rate: 1, burst: 1)) { group in group.get("/b") { _, _ in } }
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let configuration = try ServerConfiguration(address: address, keyring: Keyring())
        #expect {
            _ = try Server(api, configuration)
        } throws: { error in
            "\(error)".contains("'/a/b'") && "\(error)".contains("auth: .bearer")
        }
    }
}
