import Bytes
import Foundation
import TestSupport
import Testing

@testable import Tokens

@Suite("JWS against the vectors of the RFCs and Wycheproof")
struct JWSVectorTests {
    @Test("RFC 7515 and RFC 8037: takes what is signed, and refuses the unsecured and the JSON forms by name")
    func rfc() throws {
        var counts = (valid: 0, refused: 0)
        for test in try #require(Vectors.json("jose/rfc/jws.json") as? [[String: Any]]) {
            let name = Comment(rawValue: test["name"] as? String ?? "?")
            guard let token = test["compact"] as? String else {
                let json = try #require(test["json"] as? [String: Any])
                #expect(try refusal(text(json), keys: []) == .jsonSerialization, name)
                counts.refused += 1
                continue
            }
            guard let jwk = test["jwk"] as? [String: Any] else {
                #expect(try refusal(token, keys: []) == .unsecuredToken, name)
                counts.refused += 1
                continue
            }
            // Where a JWK does not say its algorithm, the configuration must; here the vector does.
            let key = try Vectors.key(jwk, algorithm: Vectors.algorithm(test["alg"] as? String))
            #expect(try refusal(token, keys: [key]) == nil, name)
            counts.valid += 1
        }
        print("JWS of RFC 7515 and RFC 8037: \(counts.valid) valid, \(counts.refused) refused")
        #expect(counts.valid >= 5 && counts.refused > 0)
    }

    @Test("RFC 7520 and RFC 8037, the cookbook: takes the compact forms, and refuses the JSON forms by name")
    func cookbook() throws {
        var counts = (valid: 0, refused: 0)
        for folder in ["jws", "curve25519"] {
            for file in try cookbookFiles(folder) {
                let test = try Vectors.object("jose/cookbook/\(folder)/\(file)")
                let input = try #require(test["input"] as? [String: Any])
                let output = try #require(test["output"] as? [String: Any])
                if let token = output["compact"] as? String {
                    let jwk = try #require(input["key"] as? [String: Any])
                    let key = try Vectors.key(jwk, algorithm: Vectors.algorithm(input["alg"] as? String))
                    let payload = try #require(input["payload"] as? String)
                    #expect(try payloadIfTaken(token, key: key) == Array(payload.utf8), "\(file)")
                    counts.valid += 1
                }
                for form in ["json", "json_flat"] {
                    guard let json = output[form] else { continue }
                    #expect(try refusal(text(json), keys: []) == .jsonSerialization, "\(file)")
                    counts.refused += 1
                }
            }
        }
        for file in try cookbookFiles("rfc7797") {
            let output = try #require(Vectors.object("jose/cookbook/rfc7797/\(file)")["output"] as? [String: Any])
            for case let token as String in output.values where !token.hasPrefix("{") {
                // Detached or unencoded payloads are outside the product: refused for what announces them.
                #expect(try refusal(token, keys: []) == .criticalExtension, "\(file)")
                counts.refused += 1
            }
        }
        print("JWS of the cookbook: \(counts.valid) valid, \(counts.refused) refused (JSON forms, b64)")
        #expect(counts.valid >= 4 && counts.refused > 0)
    }

    @Test(
        "Wycheproof: takes valid tokens and refuses the others",
        arguments: ["json_web_signature_test.json", "json_web_crypto_test.json", "json_web_key_test.json"])
    func wycheproof(file: String) throws {
        var counts = Counts()
        for group in try Vectors.groups(file) {
            let keys = try #require((group["public"] ?? group["private"]) as? [String: Any])
            let tests = try #require(group["tests"] as? [[String: Any]])
            let valid = Set(tests.filter { $0["result"] as? String == "valid" }.compactMap { $0["jws"] as? String })
            for test in tests { try check(test, keys: keys, valid: valid, file: file, &counts) }
        }
        print(
            "Wycheproof \(file): \(counts.valid) valid, \(counts.invalid) refused, \(counts.others) JWE and JSON forms refused,",
            "\(counts.contradictory) invalid ones that are letter by letter a valid one,",
            "\(counts.stricter) called valid and refused (alg of key and token differ, or no such alg)")
        #expect(counts.valid > 0 && counts.invalid > 0)
    }

    private struct Counts {
        var valid = 0
        var invalid = 0
        var others = 0
        var contradictory = 0
        var stricter = 0
    }

    /// Cases of json_web_signature that are called valid although the key's `alg` is PS256 and the token's PS384, or the
    /// key's the unregistered ES521.
    private static let strictlyInvalid: Set<Int> = [346, 347, 350, 351]

    private func check(
        _ test: [String: Any], keys: [String: Any], valid: Set<String>, file: String, _ counts: inout Counts
    ) throws {
        let number = try #require(test["tcId"] as? Int)
        guard let token = test["jws"] as? String else {
            // Some of the encrypted tokens have lost a part, so that nothing tells what they were.
            let other = try #require(test["jws"] ?? test["jwe"])
            let token = try other as? String ?? text(other)
            #expect(try refusal(token, keys: []) != nil, "tcId \(number)")
            counts.others += 1
            return
        }
        let isValid = test["result"] as? String == "valid"
        guard isValid || !valid.contains(token) else {
            counts.contradictory += 1
            return
        }
        let isTaken = try isTaken(token, jwk: keys)
        if isValid && file.contains("signature") && Self.strictlyInvalid.contains(number) {
            #expect(!isTaken, "tcId \(number)")
            counts.stricter += 1
        } else {
            if isValid { counts.valid += 1 } else { counts.invalid += 1 }
            #expect(isTaken == isValid, "tcId \(number): \(test["comment"] ?? "")")
        }
    }

    /// Whether a token is taken under a key or a set of keys; a key that can't be had takes nothing.
    private func isTaken(_ token: String, jwk: [String: Any]) throws -> Bool {
        do throws(KeyError) {
            let keyring: Keyring
            if let keys = jwk["keys"] as? [[String: Any]] {
                let set = try keySet(keys)
                keyring = try Keyring(verification: set.verificationKeys, signing: set.signingKeys)
            } else {
                keyring = try Keyring(verification: [try key(jwk).verificationKey])
            }
            var verifier = try testVerifier(keyring)
            return verifier.authenticationRefusal(token) == nil
        } catch {
            return false
        }
    }

    // Typed, so that nothing but a key's refusal is taken for one.
    private func keySet(_ keys: [[String: Any]]) throws(KeyError) -> JWKSet {
        do { return try Vectors.set(keys) } catch { throw error as? KeyError ?? .malformedJWKSet }
    }

    private func key(_ jwk: [String: Any]) throws(KeyError) -> KeyFile {
        do { return try Vectors.key(jwk) } catch { throw error as? KeyError ?? .malformedJWK }
    }

    private func testVerifier(_ keyring: Keyring) throws(KeyError) -> TestVerifier {
        do { return try TestVerifier(keyring) } catch { throw error as? KeyError ?? .malformedJWK }
    }

    private func cookbookFiles(_ folder: String) throws -> [String] {
        try Fixture.names(in: "jose/cookbook/\(folder)", suffix: ".json")
    }

    private func text(_ json: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: json), as: UTF8.self)
    }

    private func refusal(_ token: String, keys: [KeyFile]) throws -> TokenError? {
        var verifier = try TestVerifier(Keyring(verification: keys.map(\.verificationKey)))
        return verifier.authenticationRefusal(token)
    }

    private func payloadIfTaken(_ token: String, key: KeyFile) throws -> [UInt8]? {
        var verifier = try TestVerifier(Keyring(verification: [key.verificationKey]))
        return verifier.authenticationRefusal(token) == nil ? verifier.payload : nil
    }
}
