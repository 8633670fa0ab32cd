import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("ECDSA against Wycheproof")
struct ECDSAVectorTests {
    @Test(
        "takes valid signatures and refuses the others",
        arguments: [
            ("ecdsa_secp256r1_sha256_p1363_test.json", ECCurve.p256), ("ecdsa_secp384r1_sha384_p1363_test.json", .p384),
            ("ecdsa_secp521r1_sha512_p1363_test.json", .p521),
        ])
    func wycheproof(file: String, curve: ECCurve) throws {
        var counts = (valid: 0, invalid: 0)
        for group in try Vectors.groups(file) {
            let verifier = try ECDSAVerifier(key(group, curve: curve))
            for test in try Vectors.cases(group) {
                let isValid = test.result == "valid"
                if isValid { counts.valid += 1 } else { counts.invalid += 1 }
                let isTaken = verifier.isValid(test.signature.span.raw, for: test.message.span.raw)
                #expect(isTaken == isValid, test.name)
            }
        }
        print("Wycheproof ECDSA over \(curve): \(counts.valid) valid, \(counts.invalid) refused")
        #expect(counts.valid > 0 && counts.invalid > 0)
    }

    @Test(
        "takes no signature in DER, and reads the fields of those that are valid as OpenSSL writes them",
        arguments: [
            ("ecdsa_secp256r1_sha256_test.json", ECCurve.p256), ("ecdsa_secp384r1_sha384_test.json", .p384),
            ("ecdsa_secp521r1_sha512_test.json", .p521),
        ])
    func wycheproofDER(file: String, curve: ECCurve) throws {
        var counts = (valid: 0, refused: 0)
        for group in try Vectors.groups(file) {
            let verifier = try ECDSAVerifier(key(group, curve: curve))
            for test in try Vectors.cases(group) {
                let isTaken = verifier.isValid(test.signature.span.raw, for: test.message.span.raw)
                #expect(isTaken == false, test.name)
                counts.refused += 1
                guard test.result == "valid" else { continue }
                var fields = ByteBuffer(capacity: 144)
                let isRead = ECDSASignature.append(fieldsOf: test.signature.span.raw, curve: curve, to: &fields)
                #expect(isRead, test.name)
                let isValid = verifier.isValid(fields.bytes, for: test.message.span.raw)
                #expect(isValid == true, test.name)
                counts.valid += 1
            }
        }
        print(
            "Wycheproof ECDSA in DER over \(curve): \(counts.refused) refused as they are, \(counts.valid) valid as fields"
        )
        #expect(counts.valid > 0 && counts.refused > counts.valid)
    }

    /// The group's key: its numbers, its PEM and its JWK are the same one.
    private func key(_ group: [String: Any], curve: ECCurve) throws -> ECPublicKey {
        let pem = Array(try #require(group["publicKeyPem"] as? String).utf8)
        let key = try ECPublicKey(PEM.key(pem.span.raw).key)
        #expect(key.curve == curve)
        if let jwk = group["publicKeyJwk"] as? [String: Any] {
            let fromJWK = try Vectors.key(jwk).verificationKey
            #expect(fromJWK.isSame(as: .ec(key, id: fromJWK.id)))
        }
        return key
    }
}
