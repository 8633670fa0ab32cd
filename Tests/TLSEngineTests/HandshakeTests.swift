import COpenSSL
import TLSSupport
import Testing

@testable import TLSEngine

@Suite("A TLS handshake")
struct HandshakeTests {
    @Test("agrees on TLS 1.3, and carries bytes both ways", arguments: TestCertificate.Kind.allCases.prefix(2))
    func handshake(kind: TestCertificate.Kind) throws {
        let folder = try CredentialFolder()
        let certificate = try TestCertificate(
            "server", names: ["localhost"], kind: kind, issuer: Credentials.authority.get())
        let configuration = TLSConfiguration(identities: [try folder.write(certificate)])
        let pair = try Pair(TLSContext(configuration, tickets: TicketKeys()))
        #expect(pair.client.isOpen)
        #expect(pair.server.state == .open)
        #expect(pair.server.parameters.hasPrefix("TLSv1.3 "))
        #expect(pair.client.serverThumbprint == certificate.thumbprint)
        pair.settle(pair.client.send(Array("request".utf8)))
        #expect(pair.server.plaintext == Array("request".utf8))
        _ = pair.client.take(pair.server.send(Array("answer".utf8)))
        #expect(pair.client.plaintext == Array("answer".utf8))
    }

    @Test("goes the same way byte by byte", arguments: [1, 2, 5, 100])
    func pieces(pieceBytes: Int) throws {
        let pair = try Pair(Credentials.context(), pieceBytes: pieceBytes)
        #expect(pair.server.state == .open)
        let request = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
        pair.settle(pair.client.send(request), pieceBytes: pieceBytes)
        #expect(pair.server.plaintext == request)
    }

    @Test("takes TLS 1.2 by option only, and no older version")
    func versions() throws {
        let modern = try Credentials.context()
        let intermediate = try Credentials.context { $0.oldestVersion = .tls12 }
        let old = try Credentials.options { $0.versions = TLS1_2_VERSION...TLS1_2_VERSION }
        let older = try Credentials.options { $0.versions = TLS1_VERSION...TLS1_1_VERSION }
        #expect(try Pair(modern, old).server.state == .failed(.unsupportedVersion))
        let pair = try Pair(intermediate, old)
        #expect(pair.server.state == .open)
        #expect(pair.client.version == "TLSv1.2")
        #expect(try Pair(intermediate, older).server.state == .failed(.unsupportedVersion))
        #expect(try Pair(intermediate).client.version == "TLSv1.3")
    }

    @Test(
        "agrees on no TLS 1.2 cipher without forward secrecy and authenticated encryption",
        arguments: [
            "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-CCM", "AES128-GCM-SHA256",
            "ECDHE-ECDSA-ARIA128-GCM-SHA256",
        ])
    func weakCiphers(cipher: String) throws {
        let context = try Credentials.context { $0.oldestVersion = .tls12 }
        let pair = try Pair(
            context,
            Credentials.options {
                $0.versions = TLS1_2_VERSION...TLS1_2_VERSION
                $0.ciphers12 = cipher
            })
        #expect(pair.server.state == .failed(.nothingShared))
        #expect(!pair.client.isOpen)
    }

    @Test(
        "agrees on each modern cipher",
        arguments: ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
    func modernCiphers(cipher: String) throws {
        let pair = try Pair(Credentials.context(), Credentials.options { $0.ciphers13 = cipher })
        #expect(pair.server.parameters == "TLSv1.3 \(cipher)")
    }

    @Test(
        "takes the cheapest cipher of the client's, and ChaCha20 where the client begins with it",
        arguments: [
            ("AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256", "AES_128_GCM_SHA256", "AES_128_GCM_SHA256"),
            ("CHACHA20_POLY1305_SHA256", "AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256"),
        ])
    func cipherOrder(first: String, second: String, third: String, chosen: String) throws {
        let offered = [first, second, third].map { "TLS_\($0)" }.joined(separator: ":")
        let pair = try Pair(Credentials.context(), Credentials.options { $0.ciphers13 = offered })
        #expect(pair.client.cipher == "TLS_\(chosen)")
    }

    @Test("picks HTTP/1.1, wherever it stands among the client's protocols (ALPN)")
    func applicationProtocol() throws {
        let context = try Credentials.context()
        for protocols in [["http/1.1"], ["h2", "http/1.1"], ["http/1.1", "h2", "http/1.10"]] {
            let pair = try Pair(context, Credentials.options { $0.protocols = protocols })
            #expect(pair.client.agreedProtocol == "http/1.1")
        }
        let silent = try Pair(context)
        #expect(silent.client.isOpen)
        #expect(silent.client.agreedProtocol == nil)
    }

    @Test(
        "ends where the client wants another protocol",
        arguments: [["h2"], ["http/1.0"], ["http/1.10"], ["HTTP/1.1"], ["ftp", "smtp"]])
    func otherProtocols(protocols: [String]) throws {
        let pair = try Pair(Credentials.context(), Credentials.options { $0.protocols = protocols })
        #expect(pair.server.state == .failed(.noApplicationProtocol))
        #expect(pair.client.failure == "tlsv1 alert no application protocol")
    }

    @Test("ends where the client does not know the certificate, or wants another name's")
    func distrust() throws {
        let context = try Credentials.context()
        let stranger = TestClient.Options(authority: try TestCertificate("another", isAuthority: true))
        let pair = try Pair(context, stranger)
        #expect(pair.server.state == .failed(.alert(48)))
        #expect("\(TLSFailure.alert(48))" == "the client's alert: unknown CA")
        let wrongHost = try Pair(context, Credentials.options { $0.name = "elsewhere.example" })
        #expect(!wrongHost.client.isOpen)
        #expect(wrongHost.server.state == .failed(.alert(42)))
    }

    @Test("shows the certificate of the name that the client asks for (SNI)")
    func serverNames() throws {
        let folder = try CredentialFolder()
        let authority = try Credentials.authority.get()
        let certificates = try [["localhost"], ["a.example", "*.b.example"], ["c.b.example"]].map { names in
            try TestCertificate(names[0], names: names, issuer: authority)
        }
        let identities = try certificates.enumerated().map { try folder.write($1, as: "\($0)") }
        let context = try TLSContext(TLSConfiguration(identities: identities), tickets: TicketKeys())
        let expected: [(String?, Int)] = [
            ("localhost", 0), ("a.example", 1), ("A.Example", 1), ("x.b.example", 1), ("c.b.example", 2),
            ("y.x.b.example", 0), ("b.example", 0), ("elsewhere.example", 0), (nil, 0),
        ]
        for (name, index) in expected {
            var options = TestClient.Options()
            options.name = name
            let pair = try Pair(context, options)
            #expect(pair.client.serverThumbprint == certificates[index].thumbprint, "\(name ?? "no name")")
        }
    }

    @Test("staples the certificate's status for whoever asks")
    func stapling() throws {
        let folder = try CredentialFolder()
        let authority = try Credentials.authority.get()
        let certificate = try Credentials.server.get()
        let status = certificate.status(from: authority)
        var identity = try folder.write(certificate)
        identity.ocspResponsePath = try folder.write("server.ocsp", status)
        let context = try TLSContext(TLSConfiguration(identities: [identity]), tickets: TicketKeys())
        #expect(try Pair(context, Credentials.options { $0.wantsStatus = true }).client.status == status)
        #expect(try Pair(context).client.status == nil)
        #expect(try Pair(Credentials.context(), Credentials.options { $0.wantsStatus = true }).client.status == nil)
    }
}
