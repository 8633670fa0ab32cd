import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("Adversarial JWTs")
struct AdversarialJWTVectorTests {
    @Test("every case gets the verdict that it must get")
    func cases() throws {
        let file = try Vectors.object("jose/jwt-adversarial/cases.json")
        let policy = try #require(file["policy"] as? [String: Any])
        var verifier = try TestVerifier(
            keyring(#require(file["keys"] as? [[String: Any]])),
            policy: ClaimsPolicy(
                issuer: policy["iss"] as? String, audience: policy["aud"] as? String, clockSkewSeconds: 0,
                // One case lives for three hundred years.
                longestLifetimeSeconds: 400 * 31_557_600),
            now: #require(file["now"] as? Int64))
        var counts = (valid: 0, invalid: 0, freeTaken: 0, freeRefused: 0)
        for test in try #require(file["cases"] as? [[String: Any]]) {
            let name = Comment(rawValue: test["name"] as? String ?? "?")
            let isTaken = verifier.refusal(try token(test)) == nil
            switch test["expect"] as? String {
            case "valid":
                #expect(isTaken, name)
                counts.valid += 1
            case "invalid":
                #expect(!isTaken, name)
                counts.invalid += 1
            default:
                if isTaken { counts.freeTaken += 1 } else { counts.freeRefused += 1 }
            }
        }
        print(
            "Adversarial JWTs: \(counts.valid) taken, \(counts.invalid) refused; of those that are free \(counts.freeTaken)",
            "taken and \(counts.freeRefused) refused")
        #expect(counts.valid > 0 && counts.invalid > 0)
    }

    private func keyring(_ jwks: [[String: Any]]) throws -> Keyring {
        try Keyring(verification: jwks.map { try Vectors.key($0).verificationKey })
    }

    private func token(_ test: [String: Any]) throws -> String {
        if let token = test["token"] as? String { return token }
        let parts = try #require(test["token_parts"] as? [[Any]])
        return try parts.map { String(repeating: try #require($0[0] as? String), count: try #require($0[1] as? Int)) }
            .joined()
    }
}
