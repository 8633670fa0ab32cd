import Bytes
import Foundation
import TestSupport
import Testing

@testable import Tokens

@Suite("RSA against Wycheproof")
struct RSAVectorTests {
    private static let signatureFiles = [
        "rsa_signature_2048_sha256", "rsa_signature_2048_sha384", "rsa_signature_2048_sha512",
    ]
    private static let pssFiles = [
        "rsa_pss_2048_sha256_mgf1_32", "rsa_pss_2048_sha384_mgf1_48", "rsa_pss_3072_sha256_mgf1_32",
        "rsa_pss_4096_sha512_mgf1_64",
    ]

    @Test("takes valid signatures and refuses the others", arguments: signatureFiles + pssFiles)
    func wycheproof(file: String) throws {
        var counts = (valid: 0, refused: 0)
        for group in try Vectors.groups("\(file)_test.json") {
            let algorithm = try algorithm(group)
            let verifier = try RSAVerifier(key(group, algorithm), algorithm)
            for test in try Vectors.cases(group) {
                // "acceptable" is a signature whose DigestInfo lacks a NULL that RFC 8017 section 9.2 demands.
                let isValid = test.result == "valid"
                if isValid { counts.valid += 1 } else { counts.refused += 1 }
                let isTaken = verifier.isValid(test.signature.span.raw, for: test.message.span.raw)
                #expect(isTaken == isValid, test.name)
            }
        }
        print("Wycheproof \(file): \(counts.valid) valid, \(counts.refused) refused")
        #expect(counts.valid > 0 && counts.refused > 0)
    }

    @Test("makes the very signatures of PKCS #1 that others make")
    func signing() throws {
        var counts = (same: 0, otherHash: 0)
        for group in try Vectors.groups("rsa_pkcs1_2048_sig_gen_test.json") {
            let tests = try Vectors.cases(group)
            guard let algorithm = try? algorithm(group) else {
                counts.otherHash += tests.count
                continue
            }
            let encoding = [UInt8](hex: try #require(group["privateKeyPkcs8"] as? String))
            let key = try RSASecretKey(OpenSSLKey(privateKeyInfo: encoding.span.raw))
            for test in tests {
                var signature = ByteBuffer(capacity: 512)
                let isSigned = try RSASigner(key, algorithm).append(
                    signatureOver: test.message.span.raw, to: &signature)
                #expect(isSigned)
                #expect(signature.bytes.array == test.signature, test.name)
                counts.same += 1
            }
        }
        print(
            "Wycheproof rsa_pkcs1_2048_sig_gen: \(counts.same) the same, \(counts.otherHash) of SHA-1 and SHA-224, which JWT has not"
        )
        #expect(counts.same > 0)
    }

    private struct OtherHash: Error {}

    private func algorithm(_ group: [String: Any]) throws -> RSAAlgorithm {
        switch (try #require(group["type"] as? String).contains("Pss"), group["sha"] as? String) {
        case (false, "SHA-256"): .rs256
        case (false, "SHA-384"): .rs384
        case (false, "SHA-512"): .rs512
        case (true, "SHA-256"): .ps256
        case (true, "SHA-384"): .ps384
        case (true, "SHA-512"): .ps512
        default: throw OtherHash()
        }
    }

    /// The group's key: its numbers, its PEM and its JWK are the same one.
    private func key(_ group: [String: Any], _ algorithm: RSAAlgorithm) throws -> RSAPublicKey {
        let pem = Array(try #require(group["publicKeyPem"] as? String).utf8)
        let key = try RSAPublicKey(PEM.key(pem.span.raw).key)
        let numbers = try #require(group["publicKey"] as? [String: Any])
        let n = [UInt8](hex: try #require(numbers["modulus"] as? String))
        let e = [UInt8](hex: try #require(numbers["publicExponent"] as? String))
        #expect(try RSAPublicKey(n: n.span.raw, e: e.span.raw) == key)
        if let jwk = (group["publicKeyJwk"] ?? group["keyJwk"]) as? [String: Any] {
            let fromJWK = try Vectors.key(jwk).verificationKey
            #expect(fromJWK.isSame(as: .rsa(key, algorithm, id: fromJWK.id)))
        }
        return key
    }
}
