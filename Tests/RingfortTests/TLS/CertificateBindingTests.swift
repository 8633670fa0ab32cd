import TLSSupport
import TestSupport
import Testing

@testable import Ringfort

@Suite("A token that is bound to a certificate")
struct CertificateBindingTests {
    private let folder: CredentialFolder
    private let authority: TestCertificate
    private let own: TestCertificate
    private let other: TestCertificate
    private let tls: TLSConfiguration

    init() throws {
        folder = try CredentialFolder()
        authority = try TestCertificate("authority", isAuthority: true)
        let clients = try TestCertificate("clients", isAuthority: true)
        own = try TestCertificate("own", issuer: clients)
        other = try TestCertificate("other", issuer: clients)
        let certificate = try TestCertificate("server", names: ["localhost"], issuer: authority)
        tls = TLSConfiguration(
            identities: [try folder.write(certificate)],
            clientAuthority: .init(path: try folder.write("clients.crt", clients.pem), isRequired: false))
    }

    private func server(_ configure: (inout ServerConfiguration) throws -> Void = { _ in }) throws -> TestServer {
        try TestServer {
            $0.keyring = try TestKeys.keyring()
            $0.tls = tls
            $0.listeners = [try #require(Listener("http://127.0.0.1:0"))]
            try configure(&$0)
        }
    }

    private static func hash(_ certificate: TestCertificate) -> InlineArray<32, UInt8> {
        let bytes = certificate.thumbprint
        return InlineArray { bytes[$0] }
    }

    private func token(_ algorithm: Algorithm, boundTo certificate: TestCertificate?) throws -> String {
        try TestKeys.token(algorithm, scope: "read:things", certificateHash: certificate.map(Self.hash))
    }

    /// What a client with this certificate gets for each token, on one connection.
    private func statuses(_ server: TestServer, _ certificate: TestCertificate?, _ tokens: [String]) throws -> [Int] {
        var options = TestClient.Options(authority: authority)
        options.certificate = certificate
        let client = try HTTPSClient(port: server.ports[0], options)
        client.send(tokens.map(Self.request).joined())
        client.finishSending()
        return try Answer.all(in: client.read()).map(\.status)
    }

    private func plainStatuses(_ server: TestServer, _ tokens: [String]) throws -> [Int] {
        let client = try LoopbackClient(port: server.ports[1])
        client.send(tokens.map(Self.request).joined())
        client.finishSending()
        return try Answer.all(in: try client.readToEnd()).map(\.status)
    }

    private static func request(_ token: String) -> String {
        "GET /whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n"
    }

    @Test(
        "can't be evaded by an API key, which is bound to none",
        arguments: [(CertificateBinding.optional, 200), (.required, 401)])
    func apiKeys(binding: CertificateBinding, status: Int) throws {
        let database = try APIKeyDatabase()
        let key = try database.key()
        var api = Router()
        api.group("/key", auth: .bearerOrAPIKey) { $0.get("") { _, response in response.text("key\n") } }
        let server = try TestServer(api) {
            $0.keyring = try TestKeys.keyring()
            $0.tls = tls
            $0.certificateBinding = binding
            database.configure(&$0)
        }
        var options = TestClient.Options(authority: authority)
        options.certificate = own
        let client = try HTTPSClient(port: server.ports[0], options)
        client.send("GET /key HTTP/1.1\r\nHost: localhost\r\n\(APIKeyDatabase.header(key))\r\n")
        client.finishSending()
        #expect(try Answer.all(in: client.read()).map(\.status) == [status])
        _ = try server.finish()
    }

    @Test(
        "is taken from who shows that certificate only, whether it is remembered or not",
        arguments: [Algorithm.hs256, .es256, .v4Local, .v4Public], [0, 1024])
    func bound(algorithm: Algorithm, cacheCapacity: Int) throws {
        let server = try server { $0.tokenCacheCapacity = cacheCapacity }
        let token = try token(algorithm, boundTo: own)
        // First from others: what is remembered then is the proof, not that they were refused.
        #expect(try statuses(server, other, [token]) == [401])
        #expect(try statuses(server, own, [token, token]) == [200, 200])
        #expect(try statuses(server, nil, [token, token]) == [401, 401])
        #expect(try plainStatuses(server, [token, token]) == [401, 401])
        #expect(try statuses(server, other, [token]) == [401])
        let free = try self.token(algorithm, boundTo: nil)
        for certificate in [own, other, nil] {
            #expect(try statuses(server, certificate, [free, free]) == [200, 200])
        }
        #expect(try plainStatuses(server, [free]) == [200])
        let log = try server.finish()
        let reasons = log.compactMap { $0["reason"] as? String }
        let missing = Array(repeating: "no_client_certificate", count: 4)
        #expect(reasons == ["certificate_mismatch"] + missing + ["certificate_mismatch"])
        let hits = log.last?["token_cache_hits"] as? Int
        #expect(cacheCapacity == 0 ? hits == 0 : (hits ?? 0) > 5)
    }

    @Test("is the only one that is taken where it is asked for")
    func required() throws {
        let server = try server { $0.certificateBinding = .required }
        let (bound, free) = (try token(.hs256, boundTo: own), try token(.hs256, boundTo: nil))
        #expect(try statuses(server, own, [bound, free, bound, free]) == [200, 401, 200, 401])
        #expect(try plainStatuses(server, [bound, free]) == [401, 401])
        let reasons = try server.finish().compactMap { $0["reason"] as? String }
        #expect(reasons == ["unbound_token", "unbound_token", "no_client_certificate", "unbound_token"])
    }

    @Test("counts as a failed authentication where it is not its owner's")
    func failures() throws {
        let server = try server {
            $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 3600, burst: 2)
        }
        let token = try token(.hs256, boundTo: own)
        #expect(try statuses(server, other, [token, token]) == [401, 401])
        // What was proven already costs nothing to be judged again; what is new is not looked at.
        #expect(try statuses(server, own, [token, try self.token(.hs256, boundTo: own)]) == [200, 429])
        _ = try server.finish()
    }

    @Test("can't be asked for where clients show no certificates")
    func requiredWithoutCertificates() throws {
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.certificateBinding = .required
        #expect(throws: ServerError.self) { try Server.check(Router(), configuration) }
        configuration.tls = TLSConfiguration(identities: tls.identities)
        #expect(throws: ServerError.self) { try Server.check(Router(), configuration) }
        configuration.tls = tls
        _ = try Server.check(Router(), configuration)
    }
}
