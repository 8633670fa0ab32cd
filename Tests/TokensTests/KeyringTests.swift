import Bytes
import Testing

@testable import Tokens

@Suite("A keyring")
struct KeyringTests {
    @Test("takes a key that is given twice, or to sign and to verify, for one key")
    func sameKeyTwice() throws {
        let keys = try Algorithm.allCases.map { try TestKeys.signing($0) }
        let keyring = try Keyring(
            verification: keys.map(\.verificationKey) + keys.map(\.verificationKey), signing: keys)
        #expect(keyring.verificationKeys.count == Algorithm.allCases.count)
    }

    @Test("refuses two keys of one name for one kind of token")
    func duplicates() throws {
        let id = try KeyID("one")
        let (first, second) = (try TestKeys.secret(1), try TestKeys.secret(2))
        #expect(throws: KeyError.duplicateKeyID(id)) {
            try Keyring(verification: [.hs256(first, id: id), .hs256(second, id: id)])
        }
        let publicKey = try TestKeys.ed25519().publicKey
        #expect(throws: KeyError.duplicateKeyID(id)) {
            try Keyring(verification: [.hs256(first, id: id), .edDSA(publicKey, id: id)])
        }
        // The name of a PASETO's key is looked up among keys for PASETO only.
        #expect(throws: Never.self) {
            try Keyring(verification: [.hs256(first, id: id), .v4Public(publicKey, id: id)])
        }
    }

    @Test("verifies the same as another of the same keys, unless the one has a secret that the other has not")
    func sameness() throws {
        let signing = try TestKeys.signing(.v4Public)
        let (whole, again) = (try Keyring(signing: [signing]), try Keyring(signing: [signing]))
        let publicOnly = try Keyring(verification: whole.verificationKeys)
        #expect(whole.verifiesSame(as: again) && publicOnly.verifiesSame(as: publicOnly))
        #expect(!whole.verifiesSame(as: publicOnly) && !publicOnly.verifiesSame(as: whole))
        #expect(!whole.verifiesSame(as: try Keyring(signing: [TestKeys.signing(.v4Public, 2)])))
    }

    @Test("signs with the only key of an algorithm, or with the one that is named")
    func signer() throws {
        let keyring = try Keyring(signing: [
            TestKeys.signing(.hs256, 1), TestKeys.signing(.hs256, 2), TestKeys.signing(.edDSA),
        ])
        #expect(try keyring.signingKey(for: .edDSA).id.text == "EdDSA-1")
        #expect(throws: KeyError.ambiguousSigningKey(.hs256)) { try keyring.signingKey(for: .hs256) }
        #expect(try keyring.signingKey(for: .hs256, id: KeyID("HS256-2")).id.text == "HS256-2")
        #expect(throws: KeyError.noSigningKey(.v4Public, nil)) { try keyring.signingKey(for: .v4Public) }
        let stranger = try KeyID("stranger")
        #expect(throws: KeyError.noSigningKey(.hs256, stranger)) { try keyring.signingKey(for: .hs256, id: stranger) }
    }

    @Test("has an epoch greater than that of every keyring before it")
    func epochs() throws {
        let first = try Keyring()
        let second = try Keyring()
        #expect(second.epoch > first.epoch && first.epoch > 0)
    }

    @Test("finds each of many keys by its name and by nothing else")
    func manyKeys() throws {
        let secret = try TestKeys.secret()
        let keyring = try Keyring(verification: (0..<300).map { .hs256(secret, id: try KeyID("key-\($0)")) })
        for number in 0..<300 {
            #expect(keyring.prepared.index(.jwt, named: Array("key-\(number)".utf8).span.raw) == number)
            #expect(keyring.prepared.index(.paseto, named: Array("key-\(number)".utf8).span.raw) == nil)
            #expect(keyring.prepared.index(.jwt, named: Array("key-\(number) ".utf8).span.raw) == nil)
        }
    }
}

@Suite("A key")
struct KeyTests {
    @Test(
        "has a name of 1 to 128 bytes without control characters",
        arguments: [
            ("a", true), ("k4.pid.x_-", true), ("mit Leerzeichen ü", true), (String(repeating: "x", count: 128), true),
            ("", false), (String(repeating: "x", count: 129), false), (String(repeating: "ü", count: 65), false),
            ("a\nb", false), ("\u{0}", false), ("\u{7F}", false), ("\u{9B}31m", false),
        ])
    func names(name: String, isAllowed: Bool) {
        #expect(((try? KeyID(name)) != nil) == isAllowed)
    }

    @Test(
        "has the name that its bytes are, whatever else means the same",
        arguments: [("é", "e\u{301}"), ("K", "\u{212A}")])
    func equalNames(first: String, second: String) throws {
        let (left, right) = (try KeyID(first), try KeyID(second))
        #expect(first == second, "they mean the same to Unicode")
        #expect(left != right)
        #expect(try KeyID(first) == left)
        #expect(Set([left, right, left]).count == 2)
        let key = try TestKeys.ed25519()
        let keyring = try Keyring(signing: [.edDSA(key, id: left), .edDSA(key, id: right)])
        #expect(keyring.signingKeys.map(\.id) == [left, right])
    }

    @Test("never prints its material (CVE-2022-29266)", arguments: Algorithm.allCases)
    func neverPrinted(algorithm: Algorithm) throws {
        let material = Array("a secret that is easy to recognise, and long enough for every hash".utf8)
        let id = try KeyID("named")
        let secret = try SymmetricSecret(material.span.raw)
        let ed25519 = try Ed25519SecretKey(seed: Array(material.prefix(32)).span.raw)
        let key: SigningKey
        switch algorithm {
        case .hs256: key = .hs256(secret, id: id)
        case .hs384: key = try .hs384(secret, id: id)
        case .hs512: key = try .hs512(secret, id: id)
        case .edDSA: key = .edDSA(ed25519, id: id)
        case .ed25519: key = .ed25519(ed25519, id: id)
        case .v4Public: key = .v4Public(ed25519, id: id)
        case .v4Local: key = .v4Local(try LocalKey(Array(material.prefix(32)).span.raw), id: id)
        case .v3Local: key = .v3Local(try LocalKey(Array(material.prefix(32)).span.raw), id: id)
        case .v2Public: key = .v2Public(ed25519, id: id)
        case .v2Local: key = .v2Local(try LocalKey(Array(material.prefix(32)).span.raw), id: id)
        case .v3Public:
            key = .v3Public(try P384SecretKey(scalar: Array((material + material).prefix(48)).span.raw), id: id)
        // Their numbers are OpenSSL's, behind a reference.
        default: key = SigningKey(id: id, material: try TestKeys.signing(algorithm).material)
        }
        var text =
            "\(key) \(key.verificationKey) \(String(reflecting: key)) \(key.material) \(key.verificationKey.material)"
        dump(key, to: &text)
        dump(key.verificationKey, to: &text)
        dump(key.material, to: &text)
        #expect(text.contains("named") && text.contains("\(algorithm)"))
        for trace in ["easy to recognise", "97, 32, 115", "61207365", String(material.base64URL.prefix(12))] {
            #expect(!text.contains(trace))
        }
    }

    @Test("is refused when it is too short or no point of the curve")
    func refused() throws {
        let id = try KeyID("short")
        let (short384, short512) = (try TestKeys.secret(1, count: 47), try TestKeys.secret(1, count: 63))
        #expect(throws: KeyError.secretTooShort) { try SigningKey.hs384(short384, id: id) }
        #expect(throws: KeyError.secretTooShort) { try VerificationKey.hs384(short384, id: id) }
        #expect(throws: KeyError.secretTooShort) { try SigningKey.hs512(short512, id: id) }
        #expect(throws: KeyError.secretTooShort) { try VerificationKey.hs512(short512, id: id) }
        #expect(throws: KeyError.secretTooShort) { try SymmetricSecret(String(repeating: "x", count: 31)) }
        #expect(throws: KeyError.secretTooShort) { try SymmetricSecret("") }
        #expect(throws: KeyError.invalidSecretKey) {
            try Ed25519SecretKey(seed: [UInt8](repeating: 1, count: 31).span.raw)
        }
        // Neither points of small order nor encodings that are no points.
        for encoding in [
            String(repeating: "00", count: 32), "01" + String(repeating: "00", count: 31),
            String(repeating: "ff", count: 32),
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "aa",
        ] {
            #expect(throws: KeyError.invalidPublicKey, "\(encoding)") {
                try Ed25519PublicKey([UInt8](hex: encoding).span.raw)
            }
        }
    }
}
