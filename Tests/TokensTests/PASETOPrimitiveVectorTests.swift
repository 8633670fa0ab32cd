import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("PASETO's primitives against Wycheproof")
struct PASETOPrimitiveVectorTests {
    private struct Case {
        let name: Comment
        let isValid: Bool
        let members: [String: Any]

        func bytes(_ member: String) throws -> [UInt8] { [UInt8](hex: try #require(members[member] as? String)) }
    }

    private func cases(_ file: String) throws -> [Case] {
        let groups = try #require(Vectors.object("jose/wycheproof/\(file)")["testGroups"] as? [[String: Any]])
        return try groups.flatMap { try #require($0["tests"] as? [[String: Any]]) }.map {
            Case(
                name: Comment(rawValue: "tcId \($0["tcId"] ?? "?"): \($0["comment"] ?? "")"),
                isValid: $0["result"] as? String != "invalid", members: $0)
        }
    }

    @Test("XChaCha20-Poly1305 opens and makes what it should, and nothing else")
    func xchacha20Poly1305() throws {
        var counts = (valid: 0, refused: 0, otherLengths: 0)
        for test in try cases("xchacha20_poly1305_test.json") {
            let (key, nonce, associated) = (try test.bytes("key"), try test.bytes("iv"), try test.bytes("aad"))
            guard nonce.count == XChaCha20.nonceBytes else {
                // No caller can have a nonce of another length: it is taken from a token by its length.
                #expect(!test.isValid)
                counts.otherLengths += 1
                continue
            }
            let (message, sealed) = (try test.bytes("msg"), try test.bytes("ct") + test.bytes("tag"))
            var buffer = ByteBuffer(copying: sealed.span.raw)
            let isOpened = XChaCha20.open(
                &buffer, from: 0, associated: associated.span.raw, key: key.span.raw, nonce: nonce.span.raw)
            #expect(isOpened == test.isValid, test.name)
            guard test.isValid else {
                counts.refused += 1
                continue
            }
            #expect(buffer.bytes.array == message, test.name)
            var again = ByteBuffer(capacity: 64)
            XChaCha20.seal(
                message.span.raw, associated: associated.span.raw, key: key.span.raw, nonce: nonce.span.raw,
                into: &again)
            #expect(again.bytes.array == sealed, test.name)
            counts.valid += 1
        }
        print(
            "Wycheproof XChaCha20-Poly1305: \(counts.valid) opened and made, \(counts.refused) refused, "
                + "\(counts.otherLengths) with nonces that can't be given")
        #expect(counts.valid > 0 && counts.refused > 0)
    }

    @Test("HKDF-SHA-384 without salt, in one block, as version 3 uses it")
    func hkdf() throws {
        var counts = (valid: 0, other: 0)
        for test in try cases("hkdf_sha384_test.json") {
            let size = try #require(test.members["size"] as? Int)
            guard try test.bytes("salt").isEmpty, size <= 48 else {
                counts.other += 1
                continue
            }
            let (material, information) = (try test.bytes("ikm"), try test.bytes("info"))
            let block = try HKDFSHA384(extractingFrom: material.span.raw).block(information.span.raw)
            #expect(try Array(block.bytes.array.prefix(size)) == test.bytes("okm"), test.name)
            counts.valid += 1
        }
        print("Wycheproof HKDF-SHA-384: \(counts.valid) right, \(counts.other) with a salt or more than a block")
        #expect(counts.valid > 0)
    }

    @Test("HMAC-SHA-384 under keys of any length")
    func hmac() throws {
        var counts = (valid: 0, refused: 0)
        for test in try cases("hmac_sha384_test.json") {
            let (key, message, tag) = (try test.bytes("key"), try test.bytes("msg"), try test.bytes("tag"))
            let code = HMACState.code(of: message.span.raw, key: key.span.raw, start: SHA512State.sha384).bytes.array
            #expect((Array(code.prefix(tag.count)) == tag) == test.isValid, test.name)
            if test.isValid { counts.valid += 1 } else { counts.refused += 1 }
        }
        print("Wycheproof HMAC-SHA-384: \(counts.valid) right, \(counts.refused) refused")
        #expect(counts.valid > 0 && counts.refused > 0)
    }

    @Test("X25519 agrees, and refuses points of small order")
    func x25519() throws {
        var counts = (valid: 0, smallOrder: 0)
        for test in try cases("x25519_test.json") {
            let (secret, publicKey) = (try test.bytes("private"), try test.bytes("public"))
            let expected = try test.bytes("shared")
            guard expected.contains(where: { $0 != 0 }) else {
                #expect(throws: KeyError.paserkMismatch, test.name) {
                    _ = try X25519.shared(secret: secret.span.raw, publicKey: publicKey.span.raw)
                }
                counts.smallOrder += 1
                continue
            }
            let shared = try X25519.shared(secret: secret.span.raw, publicKey: publicKey.span.raw)
            #expect(shared.bytes.array == expected, test.name)
            counts.valid += 1
        }
        print("Wycheproof X25519: \(counts.valid) agreed, \(counts.smallOrder) of small order refused")
        #expect(counts.valid > 0 && counts.smallOrder > 0)
    }

    @Test("ECDSA over P-384 takes and refuses what it should, with signatures of 96 bytes")
    func p384() throws {
        var counts = (valid: 0, refused: 0)
        let document = try Vectors.object("jose/wycheproof/ecdsa_secp384r1_sha384_p1363_test.json")
        for group in try #require(document["testGroups"] as? [[String: Any]]) {
            let members = try #require(group["publicKey"] as? [String: Any])
            let point = [UInt8](hex: try #require(members["uncompressed"] as? String))
            let compressed = [2 + (point[96] & 1)] + point[1..<49]
            let key = try P384PublicKey(compressed.span.raw)
            for test in try #require(group["tests"] as? [[String: Any]]) {
                let message = [UInt8](hex: try #require(test["msg"] as? String))
                let signature = [UInt8](hex: try #require(test["sig"] as? String))
                let digest = HashFunction.sha384.digest(of: message.span.raw)
                let isValid = key.isValid(signature.span.raw, for: digest.bytes)
                #expect(isValid == (test["result"] as? String == "valid"), "tcId \(test["tcId"] ?? "?")")
                if isValid { counts.valid += 1 } else { counts.refused += 1 }
            }
        }
        print("Wycheproof ECDSA P-384: \(counts.valid) taken, \(counts.refused) refused")
        #expect(counts.valid > 0 && counts.refused > 0)
    }
}
