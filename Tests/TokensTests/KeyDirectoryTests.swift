import Bytes
import Foundation
import Testing

@testable import Tokens

/// A directory that goes away with the test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "ringfort-tokens-\(UUID().uuidString)")
        path = url.path
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ content: some Sequence<UInt8>, mode: Int = 0o600) throws {
        let file = "\(path)/\(name)"
        #expect(FileManager.default.createFile(atPath: file, contents: Data(content)))
        try setMode(mode, of: file)
    }

    func setMode(_ mode: Int, of file: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }
}

@Suite("A key directory")
struct KeyDirectoryTests {
    private static let secretPEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEILTL+0PfTOIQcn2VPkpxMwf6Gbt9n4UEFDjZ4RuUKjd0
        -----END PRIVATE KEY-----
        """
    private static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAHrnbu7wEfAP9cGBOAHHwmH4Wsot1ciXBHwBBXQ4gsaI=
        -----END PUBLIC KEY-----
        """
    private static let jwk =
        #"{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#

    @Test("is read by the names of its files; others are listed")
    func reads() throws {
        let directory = try TemporaryDirectory()
        try directory.write("web.pem", Self.secretPEM.utf8)
        try directory.write("web.pub.pem", Self.publicPEM.utf8)
        try directory.write("partner.pub.pem", Self.publicPEM.utf8)
        try directory.write("web.v4public.pem", "\(Self.secretPEM)\n".utf8)
        try directory.write("web.v4public.pub.pem", Self.publicPEM.utf8)
        try directory.write("shared.secret", [UInt8](repeating: 0, count: 32))
        try directory.write("from-file.jwk", Self.jwk.utf8)
        try directory.write("other.jwk", #"{"kid":"from-jwk",\#(Self.jwk.dropFirst())"#.utf8)
        for name in ["README", ".web.pem.1f", "web.pem~", "secret", ".secret", "key.der"] {
            try directory.write(name, "x".utf8, mode: 0o644)
        }
        let keys = try KeyDirectory(reading: directory.path)
        #expect(
            Set(keys.keyring.verificationKeys.map(\.description)) == [
                "EdDSA key web", "EdDSA key partner", "v4.public key web", "HS256 key shared", "HS256 key from-file",
                "HS256 key from-jwk",
            ])
        #expect(
            Set(keys.keyring.signingKeys.map(\.description)) == [
                "EdDSA signing key web", "v4.public signing key web", "HS256 signing key shared",
                "HS256 signing key from-file", "HS256 signing key from-jwk",
            ])
        #expect(keys.ignoredFiles == [".secret", ".web.pem.1f", "README", "key.der", "secret", "web.pem~"])
    }

    @Test(
        "takes a key in PEM for what its type says, or its name where that leaves a choice",
        arguments: [
            ("k.pem", TestPEM.p256Secret, "ES256 signing key k"), ("k.pem", TestPEM.p384Secret, "ES384 signing key k"),
            ("k.pem", TestPEM.p521Secret, "ES512 signing key k"), ("k.pub.pem", TestPEM.p256Public, "ES256 key k"),
            ("k.pub.pem", TestPEM.p384Public, "ES384 key k"), ("k.pub.pem", TestPEM.p521Public, "ES512 key k"),
            ("k.pem", TestPEM.p384OfRFC5915, "ES384 signing key k"),
            ("k.v3public.pem", TestPEM.p384OfRFC5915, "v3.public signing key k"),
            ("k.es256.pem", TestPEM.p256Secret, "ES256 signing key k"), ("k.pem", secretPEM, "EdDSA signing key k"),
            ("k.ed25519.pem", secretPEM, "Ed25519 signing key k"),
            ("k.ed25519.pub.pem", publicPEM, "Ed25519 key k"), ("k.eddsa.pem", secretPEM, "EdDSA signing key k"),
            ("k.rs256.pem", TestPEM.rsaSecret, "RS256 signing key k"), ("k.rs384.pub.pem", TestPEM.rsa, "RS384 key k"),
            ("k.rs512.pem", TestPEM.rsaSecret, "RS512 signing key k"), ("k.ps256.pub.pem", TestPEM.rsa, "PS256 key k"),
            ("k.ps384.pem", TestPEM.rsaSecret, "PS384 signing key k"), ("k.ps512.pub.pem", TestPEM.rsa, "PS512 key k"),
            ("k.hs384.secret", String(repeating: "x", count: 48), "HS384 signing key k"),
            ("k.hs512.secret", String(repeating: "x", count: 64), "HS512 signing key k"),
            ("k.hs256.jwk", jwk, "HS256 signing key k"), ("k.HS512.secret", longText, "HS256 signing key k.HS512"),
        ])
    func keyTypes(name: String, content: String, expected: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(name, content.utf8)
        let keyring = try KeyDirectory(reading: directory.path).keyring
        let found = keyring.signingKeys.map(\.description)
        #expect((found.isEmpty ? keyring.verificationKeys.map(\.description) : found) == [expected])
    }

    private static let longText = String(repeating: "x", count: 64)

    @Test(
        "is refused when group or others may read or write a key",
        arguments: [
            0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o777, 0o660,
        ])
    func readableFile(mode: Int) throws {
        let directory = try TemporaryDirectory()
        try directory.write("a.secret", [UInt8](repeating: 0, count: 32), mode: mode)
        let file = "\(directory.path)/a.secret"
        let error = try #require(refusal(directory))
        #expect(error == .file(path: file, fault: .readableByOthers(mode: UInt32(mode))))
        #expect(error.description.contains("chmod 600 \(file)"))
    }

    @Test("is refused when group or others may write to it", arguments: [0o770, 0o707, 0o777, 0o720])
    func writableDirectory(mode: Int) throws {
        let directory = try TemporaryDirectory()
        try directory.setMode(mode, of: directory.path)
        #expect(
            refusal(directory) == .file(path: directory.path, fault: .directoryWritableByOthers(mode: UInt32(mode))))
    }

    @Test("trusts its own user and root with keys, and nobody else")
    func owners() {
        var status = stat()
        for (userID, isOurs) in [(geteuid(), true), (0, true), (geteuid() + 1, false)] {
            status.st_uid = userID
            #expect(DirectoryHandle.isOurs(status) == isOurs)
        }
    }

    @Test("is refused when it or a key in it belongs to another user", .enabled(if: geteuid() == 0))
    func foreignOwner() throws {
        let directory = try TemporaryDirectory()
        try directory.write("a.secret", [UInt8](repeating: 0, count: 32))
        let file = "\(directory.path)/a.secret"
        try FileManager.default.setAttributes([.ownerAccountID: 1], ofItemAtPath: file)
        #expect(refusal(directory) == .file(path: file, fault: .ownedByOthers(userID: 1)))
        try FileManager.default.setAttributes([.ownerAccountID: 1], ofItemAtPath: directory.path)
        #expect(refusal(directory) == .file(path: directory.path, fault: .ownedByOthers(userID: 1)))
    }

    @Test("follows links, and looks at what they lead to")
    func links() throws {
        let directory = try TemporaryDirectory()
        let elsewhere = try TemporaryDirectory()
        try elsewhere.write("target", [UInt8](repeating: 0, count: 32))
        let link = "\(directory.path)/linked.secret"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "\(elsewhere.path)/target")
        #expect(try KeyDirectory(reading: directory.path).keyring.signingKeys.map(\.id.text) == ["linked"])
        try elsewhere.setMode(0o644, of: "\(elsewhere.path)/target")
        #expect(refusal(directory) == .file(path: link, fault: .readableByOthers(mode: 0o644)))
        try FileManager.default.removeItem(atPath: "\(elsewhere.path)/target")
        #expect(refusal(directory) == .file(path: link, fault: .system(call: "open", errno: ENOENT)))
    }

    @Test("does not wait for a pipe, and takes no directory and no giant for a key")
    func strangeFiles() throws {
        let directory = try TemporaryDirectory()
        let file = "\(directory.path)/a.secret"
        // SAFETY: the path is a string's, which ends in a zero and is read during the call only.
        #expect(unsafe mkfifo(file, 0o600) == 0)
        #expect(refusal(directory) == .file(path: file, fault: .notRegular))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        try directory.setMode(0o700, of: file)
        #expect(refusal(directory) == .file(path: file, fault: .notRegular))
        try FileManager.default.removeItem(atPath: file)
        try directory.write("a.secret", [UInt8](repeating: 1, count: 65_537))
        #expect(refusal(directory) == .file(path: file, fault: .unexpectedSize))
        try directory.write("a.secret", [UInt8](repeating: 1, count: 65_536))
        #expect(refusal(directory) == nil)
    }

    @Test(
        "is refused for a file that is a key by its name only",
        arguments: [
            ("a.secret", "", KeyError.secretTooShort), ("a.secret", String(repeating: "x", count: 31), .secretTooShort),
            ("a.secret", String(repeating: "x", count: 40) + "\n", .secretEndsInNewline),
            ("a.secret", String(repeating: "x", count: 40) + "\r", .secretEndsInNewline),
            ("a.secret", publicPEM, .secretIsPEM), ("a.pem", "", .malformedPEM), ("a.pem", "hello", .malformedPEM),
            ("a.pem", "\(secretPEM)\n\(publicPEM)", .malformedPEM),
            ("a.pem", String(secretPEM.dropLast(3)), .malformedPEM),
            ("a.pem", "x\n\(secretPEM)", .malformedPEM),
            ("a.pem", secretPEM.replacing("MC4C", with: "MC5C"), .malformedKey),
            ("a.pem", secretPEM.replacing("PRIVATE", with: "RSA PRIVATE"), .unsupportedPEM(label: "RSA PRIVATE KEY")),
            ("a.pem", publicPEM.replacing("PUBLIC KEY", with: "CERTIFICATE"), .unsupportedPEM(label: "CERTIFICATE")),
            ("a.v4public.pem", p256PEM, .unsupportedKey("P-256")), ("a.es384.pem", p256PEM, .wrongKind(.es384)),
            ("a.edDSA.pem".lowercased(), p256PEM, .wrongKind(.edDSA)), ("a.rs256.pem", p256PEM, .wrongKind(.rs256)),
            ("a.es256.pem", publicPEM, .wrongKind(.es256)), ("a.hs256.pem", p256PEM, .wrongKind(.hs256)),
            ("a.pem", TestPEM.explicitP256, .unsupportedKey("EC with explicit parameters")),
            ("a.pem", TestPEM.rsa, .algorithmNotSaid), ("a.es256.pem", TestPEM.rsa, .wrongKind(.es256)),
            ("a.rs256.pem", TestPEM.shortRSA, .weakRSAKey), ("a.rs256.pem", publicPEM, .wrongKind(.rs256)),
            ("a.ps256.pem", TestPEM.rsaPSS, .unsupportedKey("RSA-PSS")),
            ("a.pem", TestPEM.x25519, .unsupportedKey("X25519")),
            ("a.pem", TestPEM.secp256k1, .unsupportedKey("secp256k1")),
            ("a.hs384.secret", String(repeating: "x", count: 47), .secretTooShort),
            ("a.hs512.secret", String(repeating: "x", count: 63), .secretTooShort),
            ("a.hs512.secret", publicPEM, .secretIsPEM),
            ("a.hs512.jwk", jwk, .unsupportedJWK(member: "alg")),
            ("a.jwks", jwk, .malformedJWKSet),
            ("a.jwk", "{}", .unsupportedJWK(member: "kty")),
            ("a.jwk", "[]", .malformedJWK), ("a.jwk", #"{"keys":[]}"#, .unsupportedJWK(member: "kty")),
            ("bad\u{1}name.secret", String(repeating: "x", count: 40), .invalidKeyID),
        ])
    func notAKey(name: String, content: String, fault: KeyError) throws {
        let directory = try TemporaryDirectory()
        try directory.write(name, content.utf8)
        #expect(refusal(directory) == .file(path: "\(directory.path)/\(name)", fault: .key(fault)))
    }

    @Test("says how to strip a newline from a secret")
    func newlineRemedy() throws {
        let directory = try TemporaryDirectory()
        try directory.write("a.secret", (String(repeating: "x", count: 40) + "\n").utf8)
        #expect(try #require(refusal(directory)).description.contains("truncate -s -1 \(directory.path)/a.secret"))
    }

    @Test("is refused when two files give different keys one name")
    func duplicates() throws {
        let directory = try TemporaryDirectory()
        try directory.write("a.pem", Self.secretPEM.utf8)
        try directory.write("a.secret", [UInt8](repeating: 1, count: 32))
        #expect(refusal(directory) == .duplicateKeyID(try KeyID("a")))
    }

    @Test("that is not there is an error that says so")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/none"
        let expected = KeyError.file(path: path, fault: .system(call: "open", errno: ENOENT))
        #expect(throws: expected) { try KeyDirectory(reading: path) }
    }

    private static let p256PEM = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
        q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
        -----END PUBLIC KEY-----
        """

    private func refusal(_ directory: TemporaryDirectory) -> KeyError? {
        do throws(KeyError) {
            _ = try KeyDirectory(reading: directory.path)
            return nil
        } catch {
            return error
        }
    }
}

@Suite("A key generator")
struct KeyGeneratorTests {
    @Test("makes one key of each usual algorithm, for its owner only, and they can be read and used")
    func developmentKeys() throws {
        let parent = try TemporaryDirectory()
        let path = "\(parent.path)/keys"
        let ids = try KeyGenerator.makeDevelopmentKeys(in: path)
        #expect(try parent.mode("keys") == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(files.count == 4)
        for file in files { #expect(try parent.mode("keys/\(file)") == 0o600, "\(file)") }

        let directory = try KeyDirectory(reading: path)
        #expect(directory.ignoredFiles.isEmpty)
        #expect(Set(directory.keyring.signingKeys.map(\.id)) == Set(ids))
        for algorithm in KeyGenerator.developmentAlgorithms {
            let key = try directory.keyring.signingKey(for: algorithm)
            #expect(key.id.text.wholeMatch(of: /(eddsa|hs256|v4public|v4local)-[0-9a-f]{16}/) != nil)
            var token = ByteBuffer(capacity: 512)
            try TokenIssuer(key).issue(TokenContent(subject: "jo"), nowUnixSeconds: 1_700_000_000, into: &token)
            var verifier = try TestVerifier(directory.keyring)
            #expect(try verifier.verify(token.bytes.array).keyID == key.id)
        }
    }

    @Test("makes other keys each time, beside those that are there")
    func otherKeys() throws {
        let directory = try TemporaryDirectory()
        let first = try KeyGenerator.makeDevelopmentKeys(in: directory.path)
        let second = try KeyGenerator.makeDevelopmentKeys(in: directory.path)
        #expect(Set(first + second).count == 8)
        #expect(try KeyDirectory(reading: directory.path).keyring.signingKeys.count == 8)
    }

    @Test("makes none in a directory that others may write to, or that has no parent")
    func refusedPlaces() throws {
        let directory = try TemporaryDirectory()
        let nowhere = KeyError.file(path: "\(directory.path)/a/b", fault: .system(call: "mkdir", errno: ENOENT))
        #expect(throws: nowhere) { try KeyGenerator.makeDevelopmentKeys(in: "\(directory.path)/a/b") }
        try directory.setMode(0o777, of: directory.path)
        #expect(throws: KeyError.self) { try KeyGenerator.makeDevelopmentKeys(in: directory.path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test("leaves nothing behind when a file can't be put in its place")
    func nothingLeft() throws {
        let directory = try TemporaryDirectory()
        // A directory stands where the file is to go.
        try FileManager.default.createDirectory(atPath: "\(directory.path)/a", withIntermediateDirectories: false)
        let handle = try DirectoryHandle(directory.path)
        let expected = KeyError.file(path: "\(directory.path)/a", fault: .system(call: "rename", errno: EISDIR))
        #expect(throws: expected) { try handle.write("a", content: Array("x".utf8).span.raw, replaces: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a"])
    }

    @Test("a new key takes no file's place, whoever made that file when")
    func nothingOverwritten() throws {
        let directory = try TemporaryDirectory()
        try directory.write("a.secret", Array("theirs".utf8))
        let path = "\(directory.path)/a.secret"
        #expect(throws: KeyConversionError.fileExists(path)) {
            try KeyConversion.write(Array("ours".utf8).span.raw, to: path)
        }
        #expect(FileManager.default.contents(atPath: path) == Data("theirs".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a.secret"])
        try KeyConversion.write(Array("ours".utf8).span.raw, to: "\(directory.path)/b.secret")
        #expect(try directory.mode("b.secret") == 0o600)
    }
}
