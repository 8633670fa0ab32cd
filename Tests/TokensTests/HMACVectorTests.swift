import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("HMAC against Wycheproof")
struct HMACVectorTests {
    @Test(
        "takes valid codes, refuses the others, and computes what truncated codes begin with",
        arguments: [
            ("hmac_sha256_test.json", Algorithm.hs256), ("hmac_sha384_test.json", .hs384),
            ("hmac_sha512_test.json", .hs512),
        ])
    func wycheproof(file: String, algorithm: Algorithm) throws {
        var counts = Counts()
        for group in try Vectors.groups(file) {
            for test in try #require(group["tests"] as? [[String: Any]]) {
                let key = [UInt8](hex: try #require(test["key"] as? String))
                try check(WycheproofCase(test), key: key, algorithm, &counts)
            }
        }
        print(
            "Wycheproof HMAC of \(algorithm): \(counts.valid) valid, \(counts.invalid) refused,",
            "\(counts.truncated) truncated and refused, \(counts.shortKey) with keys that are too short")
        #expect(counts.valid > 0 && counts.invalid > 0)
    }

    private struct Counts {
        var valid = 0
        var invalid = 0
        var truncated = 0
        var shortKey = 0
    }

    private func check(_ test: WycheproofCase, key: [UInt8], _ algorithm: Algorithm, _ counts: inout Counts) throws {
        let id = try KeyID("key")
        let signing: SigningKey
        do throws(KeyError) {
            signing = try SigningKey(SymmetricSecret(key.span.raw), algorithm, id: id)
        } catch {
            #expect(error == .secretTooShort, test.name)
            counts.shortKey += 1
            return
        }
        let prepared = try PreparedKey(signing.verificationKey)
        let isTaken = prepared.isValid(test.signature.span.raw, for: test.message.span.raw)
        var code = ByteBuffer(capacity: 64)
        _ = try Signer(signing).append(signatureOver: test.message.span.raw, to: &code)
        guard test.signature.count == code.count else {
            #expect(
                Array(code.bytes.array.prefix(test.signature.count)) == test.signature || test.result != "valid",
                test.name)
            #expect(isTaken == false, test.name)
            counts.truncated += 1
            return
        }
        if test.result == "valid" { counts.valid += 1 } else { counts.invalid += 1 }
        #expect(isTaken == (test.result == "valid"), test.name)
    }
}
