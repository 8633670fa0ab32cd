import COpenSSL
import TLSSupport
import Testing

@testable import TLSEngine

@Suite("A client's certificate")
struct ClientCertificateTests {
    private static let clients = Result { try TestCertificate("clients", isAuthority: true) }

    private func context(isRequired: Bool = true) throws -> TLSContext {
        let folder = try CredentialFolder()
        let path = try folder.write("clients.crt", Self.clients.get().pem)
        var configuration = try Credentials.configuration(in: folder)
        configuration.oldestVersion = .tls12
        configuration.clientAuthority = .init(path: path, isRequired: isRequired)
        return try TLSContext(configuration, tickets: TicketKeys())
    }

    private func options(_ certificate: TestCertificate?, _ version: Int32) throws -> TestClient.Options {
        try Credentials.options {
            $0.certificate = certificate
            $0.versions = version...version
        }
    }

    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    @Test("opens the session, and its hash can be compared to a token's", arguments: versions)
    func good(version: Int32) throws {
        let certificate = try TestCertificate("client", issuer: Self.clients.get())
        let pair = try Pair(context(), options(certificate, version))
        #expect(pair.server.state == .open)
        #expect(pair.server.clientThumbprint == certificate.thumbprint)
    }

    @Test("may be missing where it is not required", arguments: versions)
    func missing(version: Int32) throws {
        let free = try Pair(context(isRequired: false), options(nil, version))
        #expect(free.server.state == .open)
        #expect(free.server.clientThumbprint == nil)
        #expect(try Pair(context(), options(nil, version)).server.state == .failed(.noClientCertificate))
    }

    @Test("is refused when its time is over, has not come, or when its authority is another", arguments: versions)
    func bad(version: Int32) throws {
        let stranger = try TestCertificate("stranger", isAuthority: true)
        let bad: [(TestCertificate, Int32)] = [
            (try TestCertificate("expired", issuer: Self.clients.get(), days: -9 ... -1), X509_V_ERR_CERT_HAS_EXPIRED),
            (try TestCertificate("early", issuer: Self.clients.get(), days: 1...9), X509_V_ERR_CERT_NOT_YET_VALID),
            (try TestCertificate("forged", issuer: stranger), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY),
            (try TestCertificate("weak", kind: .rsa1024, issuer: Self.clients.get()), X509_V_ERR_EE_KEY_TOO_SMALL),
        ]
        for (certificate, verification) in bad {
            for isRequired in [true, false] {
                let pair = try Pair(context(isRequired: isRequired), options(certificate, version))
                #expect(pair.server.state == .failed(.clientCertificateRefused(verification: verification)))
            }
        }
        let words = "client certificate refused: certificate has expired"
        #expect("\(TLSFailure.clientCertificateRefused(verification: X509_V_ERR_CERT_HAS_EXPIRED))" == words)
    }

    @Test("is looked at with every session: none is resumed", arguments: versions)
    func resumption(version: Int32) throws {
        let context = try context()
        var options = try options(TestCertificate("client", issuer: Self.clients.get()), version)
        let first = try Pair(context, options)
        _ = first.client.take(first.server.send([1]))
        options.resumed = first.client.resumable
        let second = try Pair(context, options)
        #expect(second.server.state == .open)
        #expect(!second.server.isResumed)
    }

    @Test("is not asked for without an authority")
    func unasked() throws {
        let certificate = try TestCertificate("client", issuer: Self.clients.get())
        let pair = try Pair(Credentials.context(), Credentials.options { $0.certificate = certificate })
        #expect(pair.server.state == .open)
        #expect(pair.server.clientThumbprint == nil)
    }
}
