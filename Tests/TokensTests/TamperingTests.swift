import Bytes
import TestSupport
import Testing

@testable import Tokens

@Suite("Tampering")
struct TamperingTests {
    private static func token(_ algorithm: Algorithm) throws -> [UInt8] {
        var buffer = ByteBuffer(capacity: 512)
        try TokenIssuer(TestKeys.signing(algorithm)).issue(
            TokenContent(subject: "jo", scope: "read:profile"), nowUnixSeconds: 1_700_000_000, into: &buffer)
        return buffer.bytes.array
    }

    private static func verifier() throws -> TestVerifier {
        try TestVerifier(Keyring(signing: Algorithm.allCases.map { try TestKeys.signing($0) }))
    }

    @Test("any flipped bit of any valid token is refused", arguments: Algorithm.allCases)
    func flippedBits(algorithm: Algorithm) throws {
        let token = try Self.token(algorithm)
        var verifier = try Self.verifier()
        #expect(throws: Never.self) { try verifier.verify(token) }
        for offset in token.indices {
            for bit in 0..<8 {
                var altered = token
                altered[offset] ^= 1 << UInt8(bit)
                #expect(throws: TokenError.self, "bit \(bit) of byte \(offset)") { try verifier.verify(altered) }
            }
        }
        #expect(throws: Never.self) { try verifier.verify(token) }
    }

    @Test("any truncation, any lost byte and any repeated byte is refused", arguments: Algorithm.allCases)
    func lostBytes(algorithm: Algorithm) throws {
        let token = try Self.token(algorithm)
        var verifier = try Self.verifier()
        for offset in token.indices {
            #expect(throws: TokenError.self, "ends at \(offset)") { try verifier.verify(Array(token.prefix(offset))) }
            var shorter = token
            shorter.remove(at: offset)
            #expect(throws: TokenError.self, "without byte \(offset)") { try verifier.verify(shorter) }
            var longer = token
            longer.insert(token[offset], at: offset)
            #expect(throws: TokenError.self, "with byte \(offset) twice") { try verifier.verify(longer) }
        }
    }

    @Test("a token's parts do not fit another token", arguments: Algorithm.jwt)
    func mixedParts(algorithm: Algorithm) throws {
        let first = String(decoding: try Self.token(algorithm), as: UTF8.self).split(separator: ".")
        let second = String(decoding: try Self.token(algorithm), as: UTF8.self).split(separator: ".")
        var verifier = try Self.verifier()
        #expect(verifier.refusal("\(first[0]).\(first[1]).\(second[2])") == .signatureMismatch)
        #expect(verifier.refusal("\(first[0]).\(second[1]).\(first[2])") == .signatureMismatch)
        // The headers are the same.
        #expect(verifier.refusal("\(second[0]).\(first[1]).\(first[2])") == nil)
    }

    @Test("random bytes never get through, and never stop the process (CVE-2025-64527)")
    func randomBytes() throws {
        var verifier = try Self.verifier()
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("ABab01-_.={}\"v4public \u{0}é".utf8)
        for length in 0..<600 {
            let token = (0..<length).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
            #expect(throws: TokenError.self) { try verifier.verify(token) }
            #expect(throws: TokenError.self) { try verifier.verify(Array("v4.public.".utf8) + token) }
        }
    }
}
