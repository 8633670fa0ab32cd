import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("PASETO against the standard's vectors")
struct PASETOVectorTests {
    @Test("takes and makes the tokens of each version, and refuses those that must fail", arguments: ["2", "3", "4"])
    func vectors(version: String) throws {
        var counts = (local: 0, public: 0, refused: 0)
        for test in try #require(Vectors.object("paseto/v\(version).json")["tests"] as? [[String: Any]]) {
            let vector = try Vector(test, version: version)
            if vector.mustFail {
                try checkFailure(vector)
                counts.refused += 1
            } else if vector.isLocal {
                try check(vector, key: vector.localKey())
                counts.local += 1
            } else {
                let key = try vector.secretKey()
                let publicKey = try vector.publicKey()
                #expect(key.verificationKey.isSame(as: publicKey), "\(vector.name)")
                try check(vector, key: key)
                let again = try made(vector, key)
                #expect((again == vector.token) == (version != "3"), "\(vector.name)")
                try checkPEM(test, key)
                counts.public += 1
            }
        }
        print(
            "PASETO v\(version): \(counts.local) local tokens opened and made, \(counts.public) public ones, "
                + "\(counts.refused) refused")
        #expect(counts.local > 0 && counts.public > 0 && counts.refused > 0)
    }

    @Test("version 1 is refused by name")
    func version1() throws {
        let keyring = try Keyring(signing: Algorithm.allCases.map { try TestKeys.signing($0) })
        var counts = (unsupported: 0, refused: 0)
        for test in try #require(Vectors.object("paseto/v1.json")["tests"] as? [[String: Any]]) {
            let token = try #require(test["token"] as? String)
            var verifier = try TestVerifier(keyring)
            let refusal = verifier.authenticationRefusal(token)
            #expect(refusal != nil)
            if token.hasPrefix("v1.") {
                #expect(refusal == .unsupportedPASETO)
                counts.unsupported += 1
            } else {
                counts.refused += 1
            }
        }
        print("PASETO v1: \(counts.unsupported) refused by name, \(counts.refused) of another version refused")
        #expect(counts.unsupported > 0)
    }

    private func check(_ vector: Vector, key: SigningKey) throws {
        let name = Comment(rawValue: vector.name)
        var verifier = try verifier(key.verificationKey, vector)
        #expect(verifier.authenticationRefusal(vector.token) == nil, name)
        #expect(verifier.payload == Array(vector.payload.utf8), name)
        let again = try made(vector, key)
        if vector.isLocal { #expect(again == vector.token, name) }
        #expect(verifier.authenticationRefusal(again) == nil, name)
        #expect(verifier.payload == Array(vector.payload.utf8), name)

        // A changed footer or assertion is refused.
        let parts = vector.token.split(separator: ".").prefix(3).joined(separator: ".")
        #expect(verifier.authenticationRefusal(parts + ".eA") == .signatureMismatch, name)
        var stranger = try TestVerifier(
            Keyring(verification: [key.verificationKey]),
            policy: ClaimsPolicy(implicitAssertion: vector.assertion + "x"))
        let refusal = stranger.authenticationRefusal(vector.token)
        #expect(refusal == (key.algorithm.coversImplicitAssertions ? .signatureMismatch : .assertionNotCovered), name)
    }

    private func made(_ vector: Vector, _ key: SigningKey) throws -> String {
        try TestToken.paseto(
            key, payload: vector.payload, footer: vector.footer, implicitAssertion: vector.assertion,
            nonce: vector.nonce)
    }

    /// Whatever key the row gives, alone and beside one of each algorithm.
    private func checkFailure(_ vector: Vector) throws {
        let name = Comment(rawValue: vector.name)
        let key = try vector.verificationKey()
        var alone = try verifier(key, vector)
        #expect(alone.authenticationRefusal(vector.token) != nil, name)
        let others = try Algorithm.allCases.map { try TestKeys.signing($0).verificationKey }
        var among = try TestVerifier(
            Keyring(verification: [key] + others), policy: ClaimsPolicy(implicitAssertion: vector.assertion))
        #expect(among.authenticationRefusal(vector.token) != nil, name)
    }

    /// The PEM files of the vector hold the same keys.
    private func checkPEM(_ test: [String: Any], _ key: SigningKey) throws {
        for member in ["secret-key-pem", "public-key-pem"] {
            let text = Array(try #require(test[member] as? String).utf8)
            let suffix = key.algorithm.name.description.replacing(".", with: "")
            let name = try #require(KeyFileName("\(key.id).\(suffix).pem"))
            switch try KeyFile.key(name, content: text.span.raw) {
            case .signing(let same): #expect(same.verificationKey.isSame(as: key.verificationKey))
            case .verification(let same): #expect(same.isSame(as: key.verificationKey))
            }
        }
    }

    /// A verifier with one key, whose name is what the footer asks for.
    private func verifier(_ key: VerificationKey, _ vector: Vector) throws -> TestVerifier {
        try TestVerifier(
            Keyring(verification: [key]), policy: ClaimsPolicy(implicitAssertion: vector.assertion))
    }
}

/// One row of a file.
private struct Vector {
    let name: String
    let version: String
    let token: String
    let payload: String
    let footer: String
    /// Empty in version 2, which covers none: what its rows give is to be discarded.
    let assertion: String
    let mustFail: Bool
    let nonce: [UInt8]
    private let test: [String: Any]

    init(_ test: [String: Any], version: String) throws {
        self.test = test
        self.version = version
        name = try #require(test["name"] as? String)
        token = try #require(test["token"] as? String)
        mustFail = test["expect-fail"] as? Bool == true
        payload = test["payload"] as? String ?? ""
        footer = try #require(test["footer"] as? String)
        let given = try #require(test["implicit-assertion"] as? String)
        assertion = version == "2" ? "" : given
        nonce = [UInt8](hex: test["nonce"] as? String ?? String(repeating: "00", count: 32))
    }

    var isLocal: Bool { test["key"] != nil }

    /// The name that the footer asks for.
    private func id() throws -> KeyID {
        let object = try? JSONSerialization.jsonObject(with: Data(footer.utf8)) as? [String: Any]
        return try KeyID(object?["kid"] as? String ?? "unnamed")
    }

    private func bytes(_ member: String) throws -> [UInt8] { [UInt8](hex: try #require(test[member] as? String)) }

    func localKey() throws -> SigningKey {
        let id = try id()
        let bytes = try bytes("key")
        let key = try LocalKey(bytes.span.raw)
        switch version {
        case "2": return .v2Local(key, id: id)
        case "3": return .v3Local(key, id: id)
        default: return .v4Local(key, id: id)
        }
    }

    func verificationKey() throws -> VerificationKey {
        if isLocal { return try localKey().verificationKey }
        return try publicKey()
    }

    func secretKey() throws -> SigningKey {
        let id = try id()
        let bytes = try bytes("secret-key")
        if version == "3" { return .v3Public(try P384SecretKey(scalar: bytes.span.raw), id: id) }
        let key = try Ed25519SecretKey(seed: Array(bytes.prefix(32)).span.raw)
        return version == "2" ? .v2Public(key, id: id) : .v4Public(key, id: id)
    }

    func publicKey() throws -> VerificationKey {
        let id = try id()
        let bytes = try bytes("public-key")
        if version == "3" { return .v3Public(try P384PublicKey(bytes.span.raw), id: id) }
        let key = try Ed25519PublicKey(bytes.span.raw)
        return version == "2" ? .v2Public(key, id: id) : .v4Public(key, id: id)
    }
}
