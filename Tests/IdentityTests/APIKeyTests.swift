import Bytes
import Foundation
import TestSupport
import Testing

@testable import Identity

@Suite("An API key")
struct APIKeyTests {
    private static func store(_ directory: TemporaryDirectory) throws -> IdentityStore {
        try IdentityStore(opening: directory.path + "/identity.db")
    }

    private static func isKey(_ text: String) -> Bool {
        if PresentedAPIKey(text.utf8.span.raw) == nil { false } else { true }
    }

    @Test("is its name and a secret, of which its hash alone is kept")
    func form() throws {
        let (key, text) = APIKey.make(label: "import", scopes: "a b", nowUnixSeconds: 1_000)
        #expect(try /rfk_[a-z0-9]{12}_[A-Za-z0-9_-]{43}/.wholeMatch(in: text) != nil)
        let presented = try #require(Self.parts(text))
        #expect(presented.id == key.id)
        #expect(SecretHash(of: presented.secret.utf8.span.raw) == key.hash)
        #expect(APIKey.make(label: "", scopes: "", nowUnixSeconds: 0).text != text)
        let directory = try TemporaryDirectory()
        #expect(try Self.store(directory).add(key))
        let secret = Data(presented.secret.utf8)
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + name))
            #expect(bytes.firstRange(of: secret) == nil, "\(name)")
        }
    }

    private static func parts(_ text: String) -> (id: String, secret: String)? {
        guard let key = PresentedAPIKey(text.utf8.span.raw) else { return nil }
        return (String(key.id), String(key.secret))
    }

    private static let malformedTexts: [String] = {
        let secret = String(repeating: "A", count: 43)
        return [
            "", "rfk_", "rfk_0123456789ab", "rfk_0123456789ab_", "rfk_0123456789ab_\(secret)A",
            "rfk_0123456789ab_\(secret.dropLast())", "rfr_0123456789ab_\(secret)", "RFK_0123456789ab_\(secret)",
            "rfk_0123456789aB_\(secret)", "rfk_0123456789a-_\(secret)", "rfk_0123456789a/_\(secret)",
            "rfk_0123456789a:_\(secret)", "rfk_0123456789a`_\(secret)", "rfk_0123456789a{_\(secret)",
            "rfk_0123456789ab-\(secret)", " rfk_0123456789ab_\(secret.dropLast())", "rfk-0123456789ab_\(secret)",
            "rfk_0123456789é_\(secret)", String(repeating: "_", count: 60), String(repeating: "rfk_", count: 15),
        ]
    }()

    @Test("of any other form is none", arguments: malformedTexts)
    func malformed(text: String) { #expect(!Self.isKey(text)) }

    @Test("is kept with all that was said of it, and revoked for ever")
    func kept() throws {
        let directory = try TemporaryDirectory()
        let limit = APIKeyLimit(requests: 10, everySeconds: 60, burst: 20)
        let (full, _) = APIKey.make(
            label: "Zoë's", scopes: "read:profile write:posts", limit: limit, expiresUnixSeconds: 2_000,
            nowUnixSeconds: 1_000)
        let (bare, _) = APIKey.make(label: "b", scopes: "", nowUnixSeconds: 999)
        let store = try Self.store(directory)
        #expect(try store.add(full))
        #expect(try store.add(bare))
        #expect(throws: (any Error).self) { try store.add(full) }
        #expect(try Self.store(directory).apiKeys() == [bare, full])
        #expect(try store.revokeAPIKey(bare.id, nowUnixSeconds: 1_500))
        #expect(try store.revokeAPIKey(bare.id, nowUnixSeconds: 1_600))
        #expect(try !store.revokeAPIKey("rfk_000000000000", nowUnixSeconds: 1_500))
        let keys = try store.apiKeys()
        #expect(keys.map(\.id) == [full.id, bare.id])
        #expect(keys.map(\.revokedUnixSeconds) == [nil, 1_500])
        #expect(throws: (any Error).self) { try store.add(bare) }
    }

    @Test("has the hash that BLAKE2b-256 is, which reads as it was written, and none when it can't be read")
    func hash() {
        let written = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
        let hash = SecretHash(of: "abc".utf8.span.raw)
        #expect(hash.hexadecimal == written)
        #expect(SecretHash(hexadecimal: written.utf8.span.raw) == hash)
        #expect(SecretHash(of: "abd".utf8.span.raw) != hash)
        for wrong in ["", "bd", written + "00", String(written.dropLast(2)) + "g0"] {
            #expect(SecretHash(hexadecimal: wrong.utf8.span.raw).hexadecimal == String(repeating: "0", count: 64))
        }
    }
}
