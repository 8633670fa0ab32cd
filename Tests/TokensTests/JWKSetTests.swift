import Bytes
import Foundation
import JSON
import TestSupport
import Testing

@testable import Tokens

@Suite("A set of JSON web keys")
struct JWKSetTests {
    private static let ed = #""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#
    private static let otherEd = #""kty":"OKP","crv":"Ed25519","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw""#
    private static let ec =
        #"""
        "kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
        """#
    private static let d = #""d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A""#
    private static let oct = #""kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8""#

    private static func set(_ keys: [String], origin: JWKSet.Origin = .file) throws(KeyError) -> JWKSet {
        let text = Array("{\"keys\":[\(keys.map { "{\($0)}" }.joined(separator: ","))]}".utf8)
        return try JWKSet(text.span.raw, origin: origin)
    }

    @Test("holds what can be used, and lists what can't")
    func mixedBag() throws {
        let set = try Self.set(
            [
                "\(Self.ed),\"kid\":\"a\"", "\(Self.ec),\"kid\":\"b\"", "\(Self.ec),\"kid\":\"c\",\"use\":\"enc\"",
                #""kty":"AKP","kid":"d""#, #""kty":"OKP","crv":"X25519","kid":"e""#, "\(Self.ed),\"alg\":\"RS256\"",
                #""kty":"RSA","n":"AQAB","e":"AQAB","kid":"f""#,
            ], origin: .remote)
        #expect(set.verificationKeys.map(\.description) == ["EdDSA key a", "ES256 key b"])
        #expect(set.signingKeys.isEmpty)
        #expect(set.skippedKeys.map(\.index) == [2, 3, 4, 5, 6])
        #expect(set.skippedKeys.map(\.id?.text) == ["c", "d", "e", nil, "f"])
        #expect(
            set.skippedKeys.map(\.reason) == [
                .unsupportedJWK(member: "use"), .unsupportedJWK(member: "kty"), .unsupportedJWK(member: "crv"),
                .unsupportedJWK(member: "alg"), .algorithmNotSaid,
            ])
        #expect(set.skippedKeys[0].description.hasPrefix("key 2 (c): "))
    }

    @Test("takes RSA keys that don't say their algorithm for that which it is told, and others for what they are")
    func silentRSA() throws {
        var jwk = ByteBuffer(capacity: 1_024)
        try SigningKey.random(.rs256, id: KeyID("a")).verificationKey.appendJWK(to: &jwk)
        let silent = String(jwk.bytes).replacing(#","alg":"RS256""#, with: "")
        let said = silent.replacing(#""kid":"a""#, with: #""kid":"b","alg":"PS512""#)
        let keys = [silent, said, "{\(Self.ec),\"kid\":\"c\"}"]
        let text = Array("{\"keys\":[\(keys.joined(separator: ","))]}".utf8)
        let told = try JWKSet(text.span.raw, origin: .remote, rsaAlgorithm: .rs256)
        #expect(told.verificationKeys.map(\.description) == ["RS256 key a", "PS512 key b", "ES256 key c"])
        let untold = try JWKSet(text.span.raw, origin: .remote)
        #expect(untold.verificationKeys.map(\.description) == ["PS512 key b", "ES256 key c"])
        #expect(untold.skippedKeys.map(\.reason) == [.algorithmNotSaid])
    }

    @Test("names a key without a name by its thumbprint (RFC 8037 appendix A.3)")
    func thumbprintAsName() throws {
        let set = try Self.set([Self.ed])
        #expect(set.verificationKeys.map(\.id.text) == ["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"])
        // A secret's thumbprint would be a hash of it, for everyone to see.
        #expect(try Self.set([Self.oct]).skippedKeys.map(\.reason) == [.unsupportedJWK(member: "kid")])
    }

    @Test("takes nothing secret from elsewhere")
    func remoteSecrets() throws {
        let keys = [
            "\(Self.oct),\"kid\":\"a\"", "\(Self.ed),\(Self.d),\"kid\":\"b\"", "\(Self.ed),\"kid\":\"c\",\"k\":\"AA\"",
        ]
        let remote = try Self.set(keys, origin: .remote)
        #expect(remote.verificationKeys.isEmpty && remote.signingKeys.isEmpty)
        #expect(remote.skippedKeys.map(\.reason) == [.publishedSecret, .publishedSecret, .publishedSecret])
        #expect(try Self.set([keys[0]]).signingKeys.map(\.description) == ["HS256 signing key a"])
        #expect(try Self.set([keys[1]]).signingKeys.map(\.description) == ["EdDSA signing key b"])
    }

    @Test(
        "takes no key from elsewhere whose primes or other secrets stand beside it",
        arguments: ["p", "q", "dp", "dq", "qi", "oth"])
    func remotePrimes(member: String) throws {
        let n = String(repeating: "wAAB", count: 86)
        let key = #""kty":"RSA","n":"\#(n)","e":"AQAB","alg":"RS256","kid":"a""#
        let remote = try Self.set(["\(key),\"\(member)\":\"AQ\""], origin: .remote)
        #expect(remote.verificationKeys.isEmpty)
        #expect(remote.skippedKeys.map(\.reason) == [.publishedSecret])
    }

    @Test("is refused when two different keys have one name; the same key twice is one")
    func duplicates() throws {
        let id = try KeyID("a")
        for origin in [JWKSet.Origin.file, .remote] {
            #expect(throws: KeyError.duplicateKeyID(id)) {
                try Self.set(["\(Self.ed),\"kid\":\"a\"", "\(Self.otherEd),\"kid\":\"a\""], origin: origin)
            }
            #expect(throws: KeyError.duplicateKeyID(id)) {
                try Self.set(["\(Self.ed),\"kid\":\"a\"", "\(Self.ec),\"kid\":\"a\""], origin: origin)
            }
            #expect(throws: KeyError.duplicateKeyID(id)) {
                try Self.set(
                    ["\(Self.ed),\"kid\":\"a\"", "\(Self.ed),\"kid\":\"a\",\"alg\":\"Ed25519\""], origin: origin)
            }
            let same = try Self.set(["\(Self.ed),\"kid\":\"a\"", "\(Self.ed),\"kid\":\"a\""], origin: origin)
            #expect(try Keyring(verification: same.verificationKeys).verificationKeys.count == 1)
            // A key for encryption is none of ours, and takes no name away.
            let skipped = try Self.set(
                ["\(Self.ed),\"kid\":\"a\"", "\(Self.ec),\"kid\":\"a\",\"use\":\"enc\""], origin: origin)
            #expect(skipped.verificationKeys.count == 1 && skipped.skippedKeys.count == 1)
        }
    }

    @Test("is refused when it mixes HMAC secrets and public keys")
    func mixedSymmetry() {
        #expect(throws: KeyError.mixedJWKSet) {
            try Self.set(["\(Self.oct),\"kid\":\"a\"", "\(Self.ed),\"kid\":\"b\""])
        }
    }

    @Test(
        "is refused for a broken key in a file, and goes without it from elsewhere",
        arguments: [
            (#""kty":"OKP","crv":"Ed25519","x":"AAAA""#, KeyError.invalidPublicKey), ("\(ed),\"kid\":1", .malformedJWK),
            ("\(ed),\"kid\":\"\"", .invalidKeyID), ("\(ed),\"kid\":\"a\\n\"", .invalidKeyID),
            ("\(ed),\"key_ops\":[\"verify\",\"verify\"]", .malformedJWK),
            (#""kty":"RSA","alg":"RS256","n":"AQAB","e":"AQAB""#, .weakRSAKey), (#""kty":1"#, .malformedJWK),
        ])
    func broken(key: String, error: KeyError) throws {
        #expect(throws: error) { try Self.set([key]) }
        let set = try Self.set([key, "\(Self.ec),\"kid\":\"good\""], origin: .remote)
        #expect(set.verificationKeys.map(\.id.text) == ["good"])
        #expect(set.skippedKeys.map(\.reason) == [error])
    }

    @Test(
        "is refused when it is no set",
        arguments: [
            "", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":[],"keys":[]}"#, #"{"keys":null}"#,
            #"{"Keys":[]}"#,
            #"{"keys":[{"kty":"OKP","kty":"OKP"}]}"#, "{\"keys\":[]}x",
        ])
    func malformed(text: String) {
        for origin in [JWKSet.Origin.file, .remote] {
            #expect(throws: KeyError.malformedJWKSet, "\(text)") {
                try JWKSet(Array(text.utf8).span.raw, origin: origin)
            }
        }
    }

    @Test("has at most 128 keys and 256 KiB, and may have none")
    func limits() throws {
        #expect(try Self.set([]).verificationKeys.isEmpty)
        let keys = [String](repeating: "\(Self.ed),\"kid\":\"a\"", count: 128)
        #expect(throws: Never.self) { try Self.set(keys) }
        #expect(throws: KeyError.malformedJWKSet) { try Self.set(keys + keys.prefix(1)) }
        let padding = JWKSet.mostBytes - #"{"keys":[]}"#.utf8.count
        let largest = Array((#"{"keys":[]}"# + String(repeating: " ", count: padding)).utf8)
        #expect(throws: Never.self) { try JWKSet(largest.span.raw, origin: .remote) }
        let tooLarge = largest + [0x20]
        #expect(throws: KeyError.malformedJWKSet) { try JWKSet(tooLarge.span.raw, origin: .remote) }
    }

    @Test("in a key directory is a file with several keys, and what it skips is listed")
    func file() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            "partners.jwks", #"{"keys":[{\#(Self.ed)},{\#(Self.ec),"kid":"b"},{"kty":"AKP","kid":"c"}]}"#.utf8)
        let keys = try KeyDirectory(reading: directory.path)
        #expect(keys.keyring.verificationKeys.map(\.algorithm) == [.edDSA, .es256])
        #expect(keys.ignoredKeys == ["partners.jwks: key 2 (c): \(KeyError.unsupportedJWK(member: "kty"))"])
    }
}

@Suite("A public JSON web key")
struct PublicJWKTests {
    @Test("is what it was read from, under its name", arguments: Algorithm.jwt.filter { !$0.isSymmetric })
    func roundTrip(algorithm: Algorithm) throws {
        let signing = try TestKeys.signing(algorithm)
        let key = signing.verificationKey
        var text = ByteBuffer(capacity: 1_024)
        try key.appendJWK(to: &text)
        let file = try JWK.key(text.bytes, defaultID: KeyID("other"))
        guard case .verification(let read) = file else {
            Issue.record("a public key was read as a secret one")
            return
        }
        #expect(read.isSame(as: key))
        #expect(read.algorithm == algorithm)
        let other = try TestKeys.signing(algorithm, 2).verificationKey
        #expect(try key.thumbprint() == read.thumbprint())
        #expect(try key.thumbprint() != other.thumbprint())
    }

    @Test("of a keyring leaves out what is secret and what is not for JWT, and can be read back as from elsewhere")
    func set() throws {
        let keyring = try Keyring(signing: Algorithm.allCases.map { try TestKeys.signing($0) })
        var text = ByteBuffer(capacity: 1_024)
        keyring.appendPublicJWKSet(to: &text)
        let set = try JWKSet(text.bytes, origin: .remote)
        #expect(Set(set.verificationKeys.map(\.algorithm)) == Set(Algorithm.jwt.filter { !$0.isSymmetric }))
        #expect(set.skippedKeys.isEmpty && set.signingKeys.isEmpty)
    }

    @Test("of a keyring has a twin for PASETO, which leaves out what is secret and what is not for PASETO")
    func paserks() throws {
        let keyring = try Keyring(signing: Algorithm.allCases.map { try TestKeys.signing($0) })
        var text = ByteBuffer(capacity: 1_024)
        keyring.appendPublicPASERKs(to: &text)
        var tape = JSONTape()
        _ = try tape.parse(text.bytes)
        struct Document: Decodable {
            let keys: [[String: String]]
        }
        var found: Set<Algorithm> = []
        for key in try tape.root(of: text.bytes).decode(Document.self).keys {
            #expect(Set(key.keys) == ["kid", "paserk"])
            let (id, paserk) = (try #require(key["kid"]), try #require(key["paserk"]))
            let read = try PASERK.verificationKey(paserk.utf8.span.raw, id: KeyID(id))
            #expect(keyring.verificationKeys.contains { $0.isSame(as: read) })
            found.insert(read.algorithm)
        }
        #expect(found == [.v2Public, .v3Public, .v4Public])
    }

    @Test("has no public form of a local key", arguments: [Algorithm.v2Local, .v3Local, .v4Local])
    func localKeys(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm).verificationKey
        var text = ByteBuffer(capacity: 64)
        do throws(KeyError) {
            try PASERK.appendPublic(key, to: &text)
            Issue.record("a secret was written")
        } catch {
            #expect(error == .notPublishable(algorithm))
        }
        #expect(text.count == 0)
    }

    @Test(
        "is not to be had of a secret or of a key that is not for JWT",
        arguments: [Algorithm.hs256, .hs384, .hs512, .v4Public])
    func secrets(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm).verificationKey
        #expect(throws: KeyError.notPublishable(algorithm)) { try key.thumbprint() }
        var text = ByteBuffer(capacity: 64)
        text.append("before")
        do throws(KeyError) {
            try key.appendJWK(to: &text)
            Issue.record("a secret was written")
        } catch {
            #expect(error == .notPublishable(algorithm))
        }
        #expect(text.bytes.equals("before") == true)
    }
}

@Suite("JSON web keys of the RFCs")
struct JWKVectorTests {
    @Test("have the thumbprints of RFC 7638 and RFC 8037")
    func thumbprints() throws {
        var count = 0
        for test in try #require(Vectors.json("jose/rfc/jwk_thumbprint.json") as? [[String: Any]]) {
            var jwk = try #require(test["jwk"] as? [String: Any])
            // The thumbprint covers neither; but a key for encryption is none of ours.
            jwk["use"] = nil
            let key = try Vectors.key(jwk).verificationKey
            #expect(try key.thumbprint() == test["sha256_thumbprint"] as? String, "\(test["name"] ?? "?")")
            count += 1
        }
        print("JWK thumbprints: \(count)")
        #expect(count > 0)
    }

    @Test("are read, public and secret, or refused for encryption")
    func keys() throws {
        var counts = (read: 0, forEncryption: 0)
        let file = try Vectors.object("jose/rfc/jwk.json")
        for (kind, list) in file {
            let single = (list as? [String: Any]).map { [$0] }
            for var jwk in try #require(list as? [[String: Any]] ?? single) {
                if jwk["use"] as? String == "enc" {
                    #expect(throws: KeyError.unsupportedJWK(member: "use")) { try Vectors.key(jwk) }
                    counts.forEncryption += 1
                    jwk["use"] = nil
                }
                try read(jwk, kind: kind, &counts.read)
            }
        }
        for name in try Fixture.names(in: "jose/cookbook/jwk", suffix: ".json") {
            let jwk = try Vectors.object("jose/cookbook/jwk/\(name)")
            guard jwk["use"] as? String == "sig" else {
                #expect(throws: KeyError.unsupportedJWK(member: "use"), "\(name)") { try Vectors.key(jwk) }
                counts.forEncryption += 1
                continue
            }
            try read(jwk, kind: name, &counts.read)
        }
        print(
            "JWK of RFC 7517, RFC 7520 and RFC 8037: \(counts.read) read, \(counts.forEncryption) refused for encryption"
        )
        #expect(counts.read > 0 && counts.forEncryption > 0)
    }

    private func read(_ jwk: [String: Any], kind: String, _ count: inout Int) throws {
        let type = jwk["kty"] as? String
        // Secrets of RFC 7517 A.3 are too short or for other algorithms; one of each other type has no `alg`.
        let algorithm: Algorithm? = type == "RSA" && jwk["alg"] == nil ? .ps256 : nil
        do {
            let key = try Vectors.key(jwk, algorithm: algorithm)
            if case .signing = key { #expect(jwk["d"] != nil || jwk["k"] != nil, "\(kind)") }
            count += 1
        } catch let error as KeyError {
            #expect(type == "oct" && error == .unsupportedJWK(member: "alg"), "\(kind): \(error)")
        }
    }
}
