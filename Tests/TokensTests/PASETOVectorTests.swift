import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("PASETO against the standard's vectors")
struct PASETOVectorTests {
    @Test("v4: takes and makes the public tokens, and refuses those that must fail")
    func v4() throws {
        var counts = (valid: 0, refused: 0, notYet: 0)
        for test in try #require(Vectors.object("paseto/v4.json")["tests"] as? [[String: Any]]) {
            let name = Comment(rawValue: test["name"] as? String ?? "?")
            let token = try #require(test["token"] as? String)
            let footer = try #require(test["footer"] as? String)
            let assertion = try #require(test["implicit-assertion"] as? String)
            if test["expect-fail"] as? Bool == true {
                // These have a key for another purpose; any public key will do to show that they are refused.
                var verifier = try verifier(key: TestKeys.ed25519().publicKey, footer: footer, assertion: assertion)
                #expect(verifier.authenticationRefusal(token) != nil, name)
                counts.refused += 1
            } else if let publicKey = test["public-key"] as? String {
                try checkPublic(test, token: token, publicKey: publicKey, footer: footer, assertion: assertion)
                counts.valid += 1
            } else {
                var verifier = try verifier(key: TestKeys.ed25519().publicKey, footer: footer, assertion: assertion)
                #expect(verifier.authenticationRefusal(token) == .unsupportedPASETO, name)
                counts.notYet += 1
            }
        }
        print(
            "PASETO v4: \(counts.valid) public tokens, \(counts.refused) refused, \(counts.notYet) local ones not yet there"
        )
        #expect(counts.valid > 0 && counts.refused > 0)
    }

    @Test("the other versions are refused by name", arguments: ["v1", "v2", "v3"])
    func otherVersions(version: String) throws {
        var count = 0
        for test in try #require(Vectors.object("paseto/\(version).json")["tests"] as? [[String: Any]]) {
            let token = try #require(test["token"] as? String)
            var verifier = try verifier(key: TestKeys.ed25519().publicKey, footer: "", assertion: "")
            let refusal = verifier.authenticationRefusal(token)
            #expect(refusal == .unsupportedPASETO || !token.hasPrefix(version), "\(test["name"] ?? "?")")
            #expect(refusal != nil)
            count += 1
        }
        print("PASETO \(version): \(count) refused, since it is not yet there")
        #expect(count > 0)
    }

    private func checkPublic(
        _ test: [String: Any], token: String, publicKey: String, footer: String, assertion: String
    ) throws {
        let name = Comment(rawValue: test["name"] as? String ?? "?")
        let payload = try #require(test["payload"] as? String)
        let key = try Ed25519PublicKey([UInt8](hex: publicKey).span.raw)
        var verifier = try verifier(key: key, footer: footer, assertion: assertion)
        #expect(verifier.authenticationRefusal(token) == nil, name)
        #expect(verifier.payload == Array(payload.utf8), name)

        // The PEM files of the vector hold the same keys, and the secret one makes the same token.
        let secretPEM = Array(try #require(test["secret-key-pem"] as? String).utf8)
        let publicPEM = Array(try #require(test["public-key-pem"] as? String).utf8)
        guard case .secret(let secretKey) = try PEM.ed25519(secretPEM.span.raw),
            case .public(let samePublicKey) = try PEM.ed25519(publicPEM.span.raw)
        else {
            Issue.record("a PEM file was read as the wrong kind of key")
            return
        }
        #expect(secretKey.publicKey == key && samePublicKey == key, name)
        let made = TestToken.v4Public(payload: payload, footer: footer, implicitAssertion: assertion, secretKey)
        #expect(made == token, name)

        // A changed footer or assertion is refused.
        var stranger = try self.verifier(key: key, footer: footer, assertion: assertion + "x")
        #expect(stranger.authenticationRefusal(token) == .signatureMismatch, name)
        let withFooter = String(token.prefix { $0 != "." }) + ".public." + token.split(separator: ".")[2] + ".eA"
        #expect(verifier.authenticationRefusal(withFooter) == .signatureMismatch, name)
    }

    /// A verifier with one key, whose name is what the footer asks for.
    private func verifier(key: Ed25519PublicKey, footer: String, assertion: String) throws -> TestVerifier {
        let object = try? JSONSerialization.jsonObject(with: Data(footer.utf8)) as? [String: Any]
        let id = try KeyID(object?["kid"] as? String ?? "unnamed")
        return try TestVerifier(
            Keyring(verification: [.v4Public(key, id: id)]), policy: ClaimsPolicy(implicitAssertion: assertion))
    }
}
