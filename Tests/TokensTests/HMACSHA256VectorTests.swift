import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("HMAC-SHA-256 against Wycheproof")
struct HMACSHA256VectorTests {
    @Test("takes valid codes, refuses the others, and computes what truncated codes begin with")
    func wycheproof() throws {
        let file = try Vectors.object("jose/wycheproof/hmac_sha256_test.json")
        var counts = (valid: 0, invalid: 0, truncated: 0, shortKey: 0)
        for group in try #require(file["testGroups"] as? [[String: Any]]) {
            for test in try #require(group["tests"] as? [[String: Any]]) {
                let name = Comment(rawValue: "tcId \(test["tcId"] ?? "?")")
                let key = [UInt8](hex: try #require(test["key"] as? String))
                let message = [UInt8](hex: try #require(test["msg"] as? String))
                let tag = [UInt8](hex: try #require(test["tag"] as? String))
                let isValid = test["result"] as? String == "valid"
                guard key.count >= 32 else {
                    counts.shortKey += 1
                    #expect(throws: KeyError.secretTooShort, name) { try SymmetricSecret(key.span.raw) }
                    continue
                }
                let hmac = try HMACSHA256(SymmetricSecret(key.span.raw))
                if tag.count < HMACSHA256.codeBytes {
                    counts.truncated += 1
                    let code = hmac.code(of: message.span.raw).span.raw.array
                    #expect(Array(code.prefix(tag.count)) == tag || !isValid, name)
                    let isTaken = hmac.isValid(tag.span.raw, for: message.span.raw)
                    #expect(isTaken == false, name)
                } else {
                    if isValid { counts.valid += 1 } else { counts.invalid += 1 }
                    let isTaken = hmac.isValid(tag.span.raw, for: message.span.raw)
                    #expect(isTaken == isValid, name)
                }
            }
        }
        print(
            "HMACSHA256: \(counts.valid) valid, \(counts.invalid) refused, \(counts.truncated) truncated and refused,",
            "\(counts.shortKey) with keys that are too short")
        #expect(counts.valid > 0 && counts.invalid > 0)
    }
}
