import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("Base64url")
struct Base64URLTests {
    @Test("spells bytes of every length as RFC 4648 does, without padding, and reads them back", arguments: 0..<200)
    func roundTrip(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
        let expected = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        #expect(encode(bytes) == expected)
        #expect(decode(Array(expected.utf8)) == bytes)
    }

    @Test("refuses every byte outside its alphabet, wherever it stands", arguments: [4, 7, 16, 22, 43, 64])
    func refusesStrangers(length: Int) {
        let alphabet = Set(Self.alphabet)
        for position in 0..<length {
            for byte in UInt8.min...UInt8.max {
                // In the last place the leftover bits decide, too; they have a test of their own.
                if position == length - 1 && length % 4 != 0 && alphabet.contains(byte) { continue }
                var text = [UInt8](repeating: UInt8(ascii: "A"), count: length)
                text[position] = byte
                let isTaken = decode(text) != nil
                #expect(isTaken == alphabet.contains(byte), "byte \(byte) at \(position) of \(length)")
            }
        }
    }

    @Test(
        "refuses padding, white space and the standard alphabet",
        arguments: [
            "QQ==", "QUI=", "QUJD=", "=", "QU JD", "QUJD\n", "\nQUJD", "QU\tJD", "-+==", "ab+/", "QUJDQUJDQUJDQUJDQUI=",
        ])
    func refusesSloppyText(text: String) {
        #expect(decode(Array(text.utf8)) == nil)
    }

    @Test("refuses a length that no bytes have", arguments: [1, 5, 9, 17, 33, 65])
    func refusesLengths(length: Int) {
        #expect(decode([UInt8](repeating: UInt8(ascii: "A"), count: length)) == nil)
        #expect(Base64URL.decodedCount(characters: length) == nil)
    }

    @Test(
        "refuses leftover bits that are not zero, so that bytes have one spelling", arguments: [2, 3, 18, 19, 42, 43])
    func refusesLeftoverBits(length: Int) {
        let step = length % 4 == 2 ? 16 : 4
        for (value, character) in Self.alphabet.enumerated() {
            let text = [UInt8](repeating: UInt8(ascii: "z"), count: length - 1) + [character]
            #expect((decode(text) != nil) == (value % step == 0), "\(value) at the end of \(length)")
        }
    }

    @Test("leaves a buffer as it was when the text is refused")
    func leavesBuffer() {
        var buffer = ByteBuffer(capacity: 8)
        buffer.append("before")
        let refused = Base64URL.decode(Array("QUJ!".utf8).span.raw, into: &buffer)
        #expect(refused == false)
        #expect(buffer.bytes.equals("before") == true)
        let taken = Base64URL.decode(Array("QUJD".utf8).span.raw, into: &buffer)
        #expect(taken == true)
        #expect(buffer.bytes.equals("beforeABC") == true)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private func decode(_ text: [UInt8]) -> [UInt8]? {
        var buffer = ByteBuffer(capacity: 8)
        return Base64URL.decode(text.span.raw, into: &buffer) ? buffer.bytes.array : nil
    }

    private func encode(_ bytes: [UInt8]) -> String {
        var buffer = ByteBuffer(capacity: 8)
        Base64URL.encode(bytes.span.raw, into: &buffer)
        return String(buffer.bytes)
    }
}
