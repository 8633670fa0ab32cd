import Bytes
import TestSupport
import Testing

@testable import Tokens

@Suite("PASERK")
struct PASERKTests {
    private static let algorithms = Algorithm.allCases.filter { $0.format == .paseto }
    private static let locals: [Algorithm] = [.v2Local, .v3Local, .v4Local]
    private static let cheap = PasswordCost(memoryBytes: 8_192, passes: 1, iterations: 10)
    private static let password = Array("correct horse battery staple".utf8)

    private static func local(_ algorithm: Algorithm, _ number: UInt8 = 1) throws -> SigningKey {
        switch algorithm {
        case .v2Local, .v2Public: try TestKeys.signing(.v2Local, number)
        case .v3Local, .v3Public: try TestKeys.signing(.v3Local, number)
        default: try TestKeys.signing(.v4Local, number)
        }
    }

    private static func `public`(_ algorithm: Algorithm, _ number: UInt8 = 1) throws -> SigningKey {
        switch algorithm {
        case .v2Local, .v2Public: try TestKeys.signing(.v2Public, number)
        case .v3Local, .v3Public: try TestKeys.signing(.v3Public, number)
        default: try TestKeys.signing(.v4Public, number)
        }
    }

    private static func wrapped(_ key: SigningKey, _ wrappingKey: SigningKey) throws -> [UInt8] {
        var text = ByteBuffer(capacity: 512)
        try PASERK.append(key, wrappedWith: wrappingKey, to: &text)
        return text.bytes.array
    }

    private static func protected(_ key: SigningKey, cost: PasswordCost = cheap) throws -> [UInt8] {
        var text = ByteBuffer(capacity: 512)
        try PASERK.append(key, password: password.span.raw, cost: cost, to: &text)
        return text.bytes.array
    }

    private static func sealed(_ key: SigningKey, _ recipient: VerificationKey) throws -> [UInt8] {
        var text = ByteBuffer(capacity: 512)
        try PASERK.append(key, sealedFor: recipient, to: &text)
        return text.bytes.array
    }

    private static func isSame(_ left: SigningKey, _ right: SigningKey) -> Bool {
        left.verificationKey.isSame(as: right.verificationKey)
    }

    @Test("a key comes back from every form", arguments: algorithms)
    func roundTrips(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm)
        var plain = ByteBuffer(capacity: 256)
        try PASERK.append(key, to: &plain)
        let plainText = plain.bytes.array
        #expect(try Self.isSame(PASERK.signingKey(plainText.span.raw, id: key.id), key))

        let wrappingKey = try Self.local(algorithm, 9)
        let wrapped = try Self.wrapped(key, wrappingKey)
        #expect(try Self.isSame(PASERK.signingKey(wrapped.span.raw, wrappedWith: wrappingKey, id: key.id), key))
        #expect(try Self.wrapped(key, wrappingKey) != wrapped)

        let protected = try Self.protected(key)
        #expect(
            try Self.isSame(PASERK.signingKey(protected.span.raw, password: Self.password.span.raw, id: key.id), key))
        #expect(try Self.protected(key) != protected)
    }

    @Test("a sealed local key comes back to the owner of the secret key alone", arguments: locals)
    func seals(algorithm: Algorithm) throws {
        let (key, recipient, stranger) = (
            try TestKeys.signing(algorithm), try Self.public(algorithm), try Self.public(algorithm, 2)
        )
        let sealed = try Self.sealed(key, recipient.verificationKey)
        #expect(try Self.isSame(PASERK.signingKey(sealed.span.raw, sealedFor: recipient, id: key.id), key))
        #expect(throws: KeyError.paserkMismatch) {
            try PASERK.signingKey(sealed.span.raw, sealedFor: stranger, id: key.id)
        }
        #expect(throws: KeyError.wrongKeyKind) { try Self.sealed(recipient, recipient.verificationKey) }
        #expect(throws: KeyError.wrongKeyKind) { try Self.sealed(key, key.verificationKey) }
    }

    @Test("keys of two versions don't go together", arguments: locals, locals)
    func versions(one: Algorithm, other: Algorithm) throws {
        guard one != other else { return }
        let key = try TestKeys.signing(one)
        let otherKey = try TestKeys.signing(other)
        #expect(throws: KeyError.wrongKeyKind) { try Self.wrapped(key, otherKey) }
        #expect(throws: KeyError.wrongKeyKind) { try Self.sealed(key, Self.public(other).verificationKey) }
        let wrapped = try Self.wrapped(key, Self.local(one, 9))
        let strangeLocal = try Self.local(other, 9)
        #expect(throws: KeyError.wrongKeyKind) {
            try PASERK.signingKey(wrapped.span.raw, wrappedWith: strangeLocal, id: key.id)
        }
        let sealed = try Self.sealed(key, Self.public(one).verificationKey)
        let strangePublic = try Self.public(other)
        #expect(throws: KeyError.wrongKeyKind) {
            try PASERK.signingKey(sealed.span.raw, sealedFor: strangePublic, id: key.id)
        }
        let protected = try Self.protected(key)
        #expect(throws: KeyError.wrongKeyKind) {
            try PASERK.signingKey(protected.span.raw, password: Self.password.span.raw, for: other, id: key.id)
        }
    }

    @Test("keys for JWT have no PASERK", arguments: [Algorithm.hs256, .edDSA])
    func keysForJWT(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm)
        #expect(throws: KeyError.wrongKeyKind) { try PASERK.id(of: key) }
        #expect(throws: KeyError.wrongKeyKind) { try PASERK.id(of: key.verificationKey) }
        #expect(throws: KeyError.wrongKeyKind) { try Self.wrapped(key, TestKeys.signing(.v4Local)) }
        #expect(throws: KeyError.wrongKeyKind) { try Self.wrapped(TestKeys.signing(.v4Local), key) }
    }

    @Test("any flipped bit and any truncation is refused", arguments: algorithms)
    func tampering(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm)
        let wrappingKey = try Self.local(algorithm, 9)
        let wrapped = try Self.wrapped(key, wrappingKey)
        for text in Self.alterations(wrapped) {
            #expect(throws: KeyError.self) {
                try PASERK.signingKey(text.span.raw, wrappedWith: wrappingKey, id: key.id)
            }
        }
        // Little may be spent, so that an alteration of the cost does not cost either.
        let protected = try Self.protected(key)
        for text in Self.alterations(protected) {
            #expect(throws: KeyError.self) {
                try PASERK.signingKey(
                    text.span.raw, password: Self.password.span.raw, for: algorithm,
                    atMost: PasswordCost(memoryBytes: 65_536, passes: 3, iterations: 100), id: key.id)
            }
        }
        guard Self.locals.contains(algorithm) else { return }
        let recipient = try Self.public(algorithm)
        for text in Self.alterations(try Self.sealed(key, recipient.verificationKey)) {
            #expect(throws: KeyError.self) {
                try PASERK.signingKey(text.span.raw, sealedFor: recipient, id: key.id)
            }
        }
    }

    /// The text with each byte altered in one bit, and without each number of bytes at its end.
    private static func alterations(_ text: [UInt8]) -> [[UInt8]] {
        let flipped = text.indices.map { index in
            var altered = text
            altered[index] ^= 1 << UInt8(index % 7)
            return altered
        }
        return flipped + text.indices.map { Array(text.prefix($0)) }
    }

    @Test("what a text may cost is bounded before it is spent", arguments: [Algorithm.v2Local, .v4Public])
    func argonCost(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm)
        let header = PASERKHeader(
            version: algorithm == .v2Local ? .k2 : .k4, type: algorithm == .v2Local ? .localPassword : .secretPassword)
        for (memory, passes, lanes) in [
            (UInt64.max, UInt32(1), UInt32(1)), (1 << 40, 1, 1), (1 << 20, .max, 1), (1 << 20, 1, 2), (1 << 20, 1, 0),
            (1 << 20, 0, 1), (8_191, 1, 1), (0, 1, 1), ((1 << 30) + 1, 1, 1), (1 << 20, 9, 1),
        ] {
            var body = [UInt8](repeating: 1, count: 16) + Self.bigEndian(memory, 8)
            body += Self.bigEndian(UInt64(passes), 4) + Self.bigEndian(UInt64(lanes), 4)
            body += [UInt8](repeating: 1, count: 24 + header.keyBytes + 32)
            let text = Array("\(header.text)\(body.base64URL)".utf8)
            #expect(throws: KeyError.paserkCostOutOfRange, "\(memory) \(passes) \(lanes)") {
                try PASERK.signingKey(text.span.raw, password: Self.password.span.raw, id: key.id)
            }
        }
        let dear = PasswordCost(memoryBytes: 1 << 40, passes: 1, iterations: 1)
        #expect(throws: KeyError.paserkCostOutOfRange) { try Self.protected(key, cost: dear) }
    }

    @Test("and so are the iterations of version 3", arguments: [0, 2_000_001, UInt32.max])
    func iterations(count: UInt32) throws {
        let key = try TestKeys.signing(.v3Local)
        let body =
            [UInt8](repeating: 1, count: 32) + Self.bigEndian(UInt64(count), 4)
            + [UInt8](repeating: 1, count: 16 + 32 + 48)
        let text = Array("k3.local-pw.\(body.base64URL)".utf8)
        #expect(throws: KeyError.paserkCostOutOfRange) {
            try PASERK.signingKey(text.span.raw, password: Self.password.span.raw, id: key.id)
        }
        let cost = PasswordCost(memoryBytes: 1, passes: 1, iterations: count)
        #expect(throws: KeyError.paserkCostOutOfRange) { try Self.protected(key, cost: cost) }
    }

    private static func bigEndian(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }

    @Test(
        "what is no key by itself is told so, and what looks like nothing is not repeated",
        arguments: [
            ("", KeyError.malformedPASERK), ("k4.local.", .malformedPASERK), ("k4.local.AAAA", .malformedPASERK),
            ("k4.local", .malformedPASERK), ("K4.local.AAAA", .malformedPASERK), ("k4.local.====", .malformedPASERK),
            ("k1.local.AAAA", .unsupportedPASERK(type: "k1.local")),
            ("k5.local.AAAA", .unsupportedPASERK(type: "k5.local")),
            ("k4.strange.AAAA", .unsupportedPASERK(type: "k4.strange")),
            ("k4.lid.AAAA", .unsupportedPASERK(type: "k4.lid")),
            ("k4.local-wrap.pie.AAAA", .unsupportedPASERK(type: "k4.local-wrap.pie")),
            ("k4.seal.AAAA", .unsupportedPASERK(type: "k4.seal")),
            ("k4.\(String(repeating: "x", count: 30)).AAAA", .malformedPASERK), ("k4.SECRET.AAAA", .malformedPASERK),
            ("v4.local.AAAA", .malformedPASERK),
        ])
    func otherTexts(text: String, error: KeyError) throws {
        let id = try KeyID("a")
        #expect(throws: error) { try PASERK.verificationKey(text.utf8Bytes.span.raw, id: id) }
    }

    @Test("a secret key beside another's public key is refused")
    func wrongPublicKey() throws {
        let seed = [UInt8](repeating: 1, count: 32)
        let text = "k4.secret.\((seed + (try TestKeys.ed25519(2).publicKey.bytes.array)).base64URL)"
        let id = try KeyID("a")
        #expect(throws: KeyError.invalidSecretKey) { try PASERK.signingKey(text.utf8Bytes.span.raw, id: id) }
    }

    @Test("key files hold each kind of key", arguments: algorithms)
    func keyFiles(algorithm: Algorithm) throws {
        let directory = try TemporaryDirectory()
        let key = try TestKeys.signing(algorithm)
        var secret = ByteBuffer(capacity: 256)
        try PASERK.append(key, to: &secret)
        try directory.write("one.paserk", secret.bytes.array)
        try directory.write("two.paserk", secret.bytes.array + [0x0A])
        var expected: Set = ["one", "two"]
        var signing = expected
        if !Self.locals.contains(algorithm) {
            var open = ByteBuffer(capacity: 256)
            try PASERK.append(key.verificationKey, to: &open)
            try directory.write("three.paserk", open.bytes.array)
            expected.insert("three")
        } else {
            let digits = try #require(Self.digits(key))
            try directory.write("four.\(algorithm.description.replacing(".", with: "")).key", digits)
            try directory.write("five.\(algorithm.description.replacing(".", with: "")).key", digits.dropLast())
            expected.formUnion(["four", "five"])
            signing.formUnion(["four", "five"])
        }
        let keys = try KeyDirectory(reading: directory.path)
        #expect(Set(keys.keyring.verificationKeys.map(\.id.text)) == expected)
        #expect(Set(keys.keyring.signingKeys.map(\.id.text)) == signing)
        #expect(keys.keyring.verificationKeys.allSatisfy { $0.algorithm == algorithm })
        let id = try PASERK.id(of: key)
        #expect(try keys.keyring.signingKeys.allSatisfy { try PASERK.id(of: $0) == id })
    }

    /// The key's digits, as a key file has them.
    private static func digits(_ key: SigningKey) -> [UInt8]? {
        switch key.material {
        case .v2Local(let key), .v3Local(let key), .v4Local(let key):
            var buffer = ByteBuffer(capacity: 128)
            key.append(hexadecimalTo: &buffer)
            return buffer.bytes.array
        default: return nil
        }
    }

    @Test(
        "a file of digits holds 64 of them and no more",
        arguments: [
            "", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
            String(repeating: "0g", count: 32),
            String(repeating: "00", count: 32) + "\n\n", " " + String(repeating: "0", count: 63),
            String(repeating: "0", count: 63) + "\n", "0x" + String(repeating: "0", count: 62),
        ])
    func digits(text: String) throws {
        let bytes = text.utf8Bytes
        #expect(throws: KeyError.malformedHexadecimal) { try LocalKey(hexadecimal: bytes.span.raw) }
    }

    @Test("digits come in either case")
    func digitCase() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 & 0xFF) }
        let key = try LocalKey(bytes.span.raw)
        var buffer = ByteBuffer(capacity: 128)
        key.append(hexadecimalTo: &buffer)
        let text = String(buffer.bytes)
        #expect(text == "00070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9\n")
        let capitals = text.uppercased().utf8Bytes
        let same = try LocalKey(hexadecimal: capitals.span.raw)
        #expect(same.equals(key))
    }
}
