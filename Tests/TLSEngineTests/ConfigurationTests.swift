import Glibc
import TLSSupport
import Testing

@testable import TLSEngine

@Suite("A TLS configuration")
struct ConfigurationTests {
    private func fault(_ configuration: TLSConfiguration) -> TLSConfigurationError? {
        do throws(TLSConfigurationError) {
            _ = try TLSContext(configuration, tickets: TicketKeys())
            return nil
        } catch {
            return error
        }
    }

    @Test("needs a certificate")
    func none() { #expect(fault(TLSConfiguration(identities: [])) == .noIdentity) }

    @Test("takes no key to which others have access", arguments: [0o640, 0o604, 0o620, 0o644, 0o777])
    func permissions(mode: Int) throws {
        let folder = try CredentialFolder()
        let configuration = try Credentials.configuration(in: folder)
        let path = configuration.identities[0].keyPath
        // SAFETY: the path is a string's, read during the call only.
        #expect(unsafe chmod(path, mode_t(mode)) == 0)
        #expect(fault(configuration) == .file(path: path, fault: .readableByOthers(mode: UInt32(mode))))
        let sentence = "\(path): group or others may read or write it; do: chmod 600 \(path)"
        #expect(fault(configuration)?.description == sentence)
    }

    @Test("takes no file that is missing, a directory, a pipe or too long")
    func files() throws {
        let folder = try CredentialFolder()
        var configuration = try Credentials.configuration(in: folder)
        let missing = folder.path + "/missing"
        let pipe = folder.path + "/pipe"
        // SAFETY: the path is a string's, read during the call only.
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        let long = try folder.write("long", [UInt8](repeating: 0x0A, count: CredentialFile.mostBytes + 1))
        let cases: [(String, TLSConfigurationError.FileFault)] = [
            (missing, .system(call: "open", errno: ENOENT)), (folder.path, .notRegular), (pipe, .notRegular),
            (long, .tooLong),
        ]
        for (path, expected) in cases {
            configuration.identities[0].keyPath = path
            #expect(fault(configuration) == .file(path: path, fault: expected))
        }
        configuration = try Credentials.configuration(in: folder)
        for (path, expected) in cases {
            configuration.identities[0].certificatePath = path
            #expect(fault(configuration) == .file(path: path, fault: expected))
        }
    }

    @Test("takes no certificate file without certificates, or with one that is malformed")
    func malformedCertificates() throws {
        let folder = try CredentialFolder()
        var configuration = try Credentials.configuration(in: folder)
        let pem = try Credentials.server.get().pem
        let texts = [
            "", "certificate", try Credentials.server.get().keyPEM, String(pem.dropLast(40)),
            pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            // Nobody is asked for its password.
            "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                + "AAAA\n-----END CERTIFICATE-----\n",
        ]
        for (index, text) in texts.enumerated() {
            let path = try folder.write("\(index).crt", text)
            configuration.identities[0].certificatePath = path
            #expect(fault(configuration) == .file(path: path, fault: .noCertificate))
        }
    }

    @Test("takes no key file without a key, and never asks for a password")
    func malformedKeys() throws {
        let folder = try CredentialFolder()
        var configuration = try Credentials.configuration(in: folder)
        let encrypted = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiHVYvBlNdiEQICCAAw
            -----END ENCRYPTED PRIVATE KEY-----

            """
        for (index, text) in ["", "key", try Credentials.server.get().pem, encrypted].enumerated() {
            let path = try folder.write("\(index).key", text)
            configuration.identities[0].keyPath = path
            #expect(fault(configuration) == .file(path: path, fault: .noKey))
        }
    }

    @Test("takes no key of another certificate, nor a certificate that is weak or whose time is not now")
    func unusable() throws {
        let folder = try CredentialFolder()
        let other = try folder.write(TestCertificate("other"), as: "other")
        var mixed = try Credentials.configuration(in: folder).identities[0]
        mixed.keyPath = other.keyPath
        let weak = try folder.write(TestCertificate("weak", kind: .rsa1024), as: "weak")
        let expired = try folder.write(TestCertificate("expired", days: -9 ... -1), as: "expired")
        let early = try folder.write(TestCertificate("early", days: 1...9), as: "early")
        let cases: [(TLSConfiguration.Identity, String, TLSConfigurationError.FileFault)] = [
            (mixed, mixed.keyPath, .keyOfAnother(certificatePath: mixed.certificatePath)),
            (weak, weak.certificatePath, .refused(reason: "ee key too small")),
            (expired, expired.certificatePath, .expired), (early, early.certificatePath, .notYetValid),
        ]
        for (identity, path, expected) in cases {
            #expect(fault(TLSConfiguration(identities: [identity])) == .file(path: path, fault: expected))
        }
    }

    @Test("takes no status that is malformed, not good, out of date or another certificate's")
    func status() throws {
        let folder = try CredentialFolder()
        let authority = try Credentials.authority.get()
        let server = try TestCertificate("server", issuer: authority, serialNumber: 7)
        let elsewhere = try TestCertificate("elsewhere", isAuthority: true)
        let stranger = try TestCertificate("server", issuer: elsewhere, serialNumber: 7)
        var configuration = TLSConfiguration(identities: [try folder.write(server)])
        let cases: [([UInt8], TLSConfigurationError.FileFault)] = [
            ([], .noGoodStatus), (Array("status".utf8), .noGoodStatus),
            (Array(server.status(from: authority).dropLast()), .noGoodStatus),
            (server.status(from: authority, isGood: false), .noGoodStatus),
            (try TestCertificate("other").status(from: authority), .noGoodStatus),
            (stranger.status(from: elsewhere), .noGoodStatus),
            (server.status(from: authority, thisUpdateDays: 1, nextUpdateDays: 2), .earlyStatus),
            (server.status(from: authority, nextUpdateDays: -1), .outdatedStatus),
        ]
        for (index, (content, expected)) in cases.enumerated() {
            let path = try folder.write("\(index).ocsp", content)
            configuration.identities[0].ocspResponsePath = path
            #expect(fault(configuration) == .file(path: path, fault: expected), "case \(index)")
        }
    }

    @Test("takes no status of a namesake of the certificate's issuer, where the file has the issuer")
    func statusOfNamesake() throws {
        let folder = try CredentialFolder()
        let authority = try Credentials.authority.get()
        let server = try Credentials.server.get()
        var identity = try folder.write(server)
        identity.certificatePath = try folder.write("chain.crt", server.pem + authority.pem)
        let namesake = try TestCertificate("authority", isAuthority: true)
        let path = try folder.write("server.ocsp", server.status(from: namesake))
        identity.ocspResponsePath = path
        #expect(fault(TLSConfiguration(identities: [identity])) == .file(path: path, fault: .noGoodStatus))
        try folder.write("server.ocsp", server.status(from: authority))
        #expect(fault(TLSConfiguration(identities: [identity])) == nil)
    }

    @Test("takes no authority for clients that is none")
    func authority() throws {
        let folder = try CredentialFolder()
        var configuration = try Credentials.configuration(in: folder)
        let path = try folder.write("clients.crt", "none")
        configuration.clientAuthority = .init(path: path)
        #expect(fault(configuration) == .file(path: path, fault: .noCertificate))
    }

    @Test("stays as it is when a file has become unusable, and says which and why")
    func failedReload() throws {
        let folder = try CredentialFolder()
        let configuration = try Credentials.configuration(in: folder)
        let tickets = try TicketKeys()
        let context = try TLSContext(configuration, tickets: tickets)
        let path = try folder.write("server.crt", "broken")
        #expect(throws: TLSConfigurationError.file(path: path, fault: .noCertificate)) {
            try TLSContext(configuration, tickets: tickets)
        }
        #expect(try Pair(context).server.state == .open)
    }

    @Test("says when its certificates expire")
    func expiry() throws {
        let context = try Credentials.context()
        #expect(context.expiries.count == 1)
        let days = Double(context.expiries[0].unixSeconds - Int64(time(nil))) / 86400
        #expect(days > 29.9 && days <= 30)
        #expect(context.expiries[0].path.hasSuffix("/server.crt"))
    }
}
