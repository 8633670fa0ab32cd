import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("JWS against the vectors of the RFCs and Wycheproof")
struct JWSVectorTests {
    @Test("RFC 7515, RFC 7520 and RFC 8037: takes what is signed by our algorithms, and refuses what is not")
    func rfc() throws {
        var counts = (valid: 0, refused: 0, notYet: 0)
        for test in try #require(Vectors.json("jose/rfc/jws.json") as? [[String: Any]]) {
            let name = Comment(rawValue: test["name"] as? String ?? "?")
            guard let token = test["compact"] as? String else {
                // The JSON serialisations are outside the product: refused by name.
                let json = try #require(test["json"] as? [String: Any])
                let text = String(decoding: try JSONSerialization.data(withJSONObject: json), as: UTF8.self)
                #expect(try refusal(text, jwk: nil) == .jsonSerialization, name)
                counts.refused += 1
                continue
            }
            let algorithm = test["alg"] as? String
            guard var jwk = test["jwk"] as? [String: Any] else {
                #expect(try refusal(token, jwk: nil) == .unsecuredToken, name)
                counts.refused += 1
                continue
            }
            guard algorithm == "HS256" || algorithm == "EdDSA" else {
                #expect(throws: KeyError.self, name) { try Vectors.key(jwk) }
                counts.notYet += 1
                continue
            }
            // Where a JWK does not say its algorithm, the configuration must; here the vector does.
            jwk["alg"] = algorithm
            #expect(try refusal(token, jwk: jwk) == nil, name)
            counts.valid += 1
        }
        for file in ["jws/4_4.hmac-sha2_integrity_protection", "curve25519/jws"] {
            let test = try Vectors.object("jose/cookbook/\(file).json")
            let input = try #require(test["input"] as? [String: Any])
            let output = try #require(test["output"] as? [String: Any])
            let jwk = try #require(input["key"] as? [String: Any])
            let payload = try #require(input["payload"] as? String)
            #expect(try payloadIfTaken(#require(output["compact"] as? String), jwk: jwk) == Array(payload.utf8))
            counts.valid += 1
            for form in ["json", "json_flat"] {
                let text = String(
                    decoding: try JSONSerialization.data(withJSONObject: #require(output[form])), as: UTF8.self)
                #expect(try refusal(text, jwk: jwk) == .jsonSerialization)
                counts.refused += 1
            }
        }
        print(
            "JWS of RFCs: \(counts.valid) valid, \(counts.refused) refused, \(counts.notYet) whose algorithm is not yet there"
        )
        #expect(counts.valid >= 4 && counts.refused > 0)
    }

    @Test(
        "Wycheproof: takes valid tokens of our algorithms and refuses the others",
        arguments: [
            "json_web_signature_test", "json_web_crypto_test",
        ])
    func wycheproof(file: String) throws {
        var counts = (valid: 0, invalid: 0, contradictory: 0, notYet: 0)
        let groups = try #require(Vectors.object("jose/wycheproof/\(file).json")["testGroups"] as? [[String: Any]])
        for group in groups {
            let jwk = try #require((group["public"] ?? group["private"]) as? [String: Any])
            let tests = try #require(group["tests"] as? [[String: Any]])
            let validTokens = Set(
                tests.filter { $0["result"] as? String == "valid" }.compactMap { $0["jws"] as? String })
            for test in tests {
                guard let token = test["jws"] as? String,
                    jwk["alg"] as? String == "HS256" || jwk["crv"] as? String == "Ed25519"
                else {
                    counts.notYet += 1
                    continue
                }
                let isValid = test["result"] as? String == "valid"
                // Two cases about padding have lost theirs, and are letter by letter a token that must be taken.
                guard isValid || !validTokens.contains(token) else {
                    counts.contradictory += 1
                    continue
                }
                if isValid { counts.valid += 1 } else { counts.invalid += 1 }
                #expect(try (refusal(token, jwk: jwk) == nil) == isValid, "tcId \(test["tcId"] ?? "?")")
            }
        }
        print(
            "Wycheproof \(file): \(counts.valid) valid, \(counts.invalid) refused,",
            "\(counts.contradictory) invalid ones that equal a valid one,",
            "\(counts.notYet) whose algorithm is not yet there or that are JWE")
        #expect(counts.valid > 0 && counts.invalid > 0)
    }

    @Test("Wycheproof: a set of keys is refused for what it must be refused for")
    func wycheproofKeySets() throws {
        var counts = (refusedKeys: 0, refusedTokens: 0, notYet: 0)
        let path = "jose/wycheproof/json_web_key_test.json"
        for group in try #require(Vectors.object(path)["testGroups"] as? [[String: Any]]) {
            let set = try #require((group["public"] ?? group["private"]) as? [String: Any])
            let jwks = try #require(set["keys"] as? [[String: Any]])
            for test in try #require(group["tests"] as? [[String: Any]]) where test["result"] as? String == "invalid" {
                guard jwks.allSatisfy({ $0["kty"] as? String == "oct" }) else {
                    counts.notYet += 1
                    continue
                }
                do {
                    let keys = try jwks.map { try Vectors.key($0) }
                    var verifier = try TestVerifier(keyring(keys))
                    let refusal = verifier.authenticationRefusal(try #require(test["jws"] as? String))
                    #expect(refusal != nil, "tcId \(test["tcId"] ?? "?")")
                    counts.refusedTokens += 1
                } catch is KeyError {
                    counts.refusedKeys += 1
                }
            }
        }
        print(
            "Wycheproof json_web_key: \(counts.refusedKeys) keys and \(counts.refusedTokens) tokens refused,",
            "\(counts.notYet) whose algorithm is not yet there")
        #expect(counts.refusedKeys > 0 && counts.refusedTokens > 0)
    }

    private func keyring(_ keys: [KeyFile]) throws -> Keyring {
        var signing: [SigningKey] = []
        var verification: [VerificationKey] = []
        for key in keys {
            switch key {
            case .signing(let key): signing.append(key)
            case .verification(let key): verification.append(key)
            }
        }
        return try Keyring(verification: verification, signing: signing)
    }

    private func refusal(_ token: String, jwk: [String: Any]?) throws -> TokenError? {
        var verifier = try TestVerifier(keyring(jwk.map { [try Vectors.key($0)] } ?? []))
        return verifier.authenticationRefusal(token)
    }

    private func payloadIfTaken(_ token: String, jwk: [String: Any]) throws -> [UInt8]? {
        var verifier = try TestVerifier(keyring([Vectors.key(jwk)]))
        return verifier.authenticationRefusal(token) == nil ? verifier.payload : nil
    }
}
