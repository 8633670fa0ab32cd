import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("Ed25519 against Wycheproof")
struct Ed25519VectorTests {
    @Test("takes valid signatures and refuses the others")
    func wycheproof() throws {
        let file = try Vectors.object("jose/wycheproof/ed25519_test.json")
        var counts = (valid: 0, invalid: 0)
        for group in try #require(file["testGroups"] as? [[String: Any]]) {
            let encoding = [UInt8](hex: try #require((group["publicKey"] as? [String: Any])?["pk"] as? String))
            let key = try Ed25519PublicKey(encoding.span.raw)
            try checkEncodings(group, of: key)
            for test in try #require(group["tests"] as? [[String: Any]]) {
                let message = [UInt8](hex: try #require(test["msg"] as? String))
                let signature = [UInt8](hex: try #require(test["sig"] as? String))
                let isValid = test["result"] as? String == "valid"
                if isValid { counts.valid += 1 } else { counts.invalid += 1 }
                let isTaken = key.isValid(signature.span.raw, for: message.span.raw)
                #expect(isTaken == isValid, "tcId \(test["tcId"] ?? "?")")
            }
        }
        print("Ed25519: \(counts.valid) valid, \(counts.invalid) refused")
        #expect(counts.valid > 0 && counts.invalid > 0)
    }

    /// The group's PEM and JWK hold the same key.
    private func checkEncodings(_ group: [String: Any], of key: Ed25519PublicKey) throws {
        let pem = Array(try #require(group["publicKeyPem"] as? String).utf8)
        guard case .public(let fromPEM) = try PEM.ed25519(pem.span.raw) else {
            Issue.record("a public key was read as a secret one")
            return
        }
        #expect(fromPEM == key)
        var jwk = try #require(group["publicKeyJwk"] as? [String: Any])
        jwk["kid"] = "from-jwk"
        guard case .verification(let fromJWK) = try Vectors.key(jwk) else {
            Issue.record("a public key was read as a secret one")
            return
        }
        #expect(fromJWK.isSame(as: .edDSA(key, id: try KeyID("from-jwk"))))
    }
}
