import Bytes
import Testing

@testable import Tokens

/// The pre-authentication encoding (paseto-spec, section 2.2): what every signature and code covers.
@Suite("PASETO's pre-authentication encoding")
struct PASETOEncodingTests {
    private static func encoding(_ pieces: [String]) -> [UInt8] {
        var buffer = ByteBuffer(capacity: 64)
        PASETO.append(pieceCount: pieces.count, to: &buffer)
        for piece in pieces { PASETO.append(piece: Array(piece.utf8).span.raw, to: &buffer) }
        return buffer.bytes.array
    }

    @Test(
        "puts the number of pieces first, and each piece behind its length",
        arguments: [
            ([], "0000000000000000"),
            ([""], "01000000000000000000000000000000"),
            (["test"], "0100000000000000040000000000000074657374"),
            (["a", ""], "02000000000000000100000000000000610000000000000000"),
        ])
    func pieces(pieces: [String], expected: String) {
        #expect(Self.encoding(pieces) == [UInt8](hex: expected))
    }

    @Test("tells pieces apart that are the same when they are joined")
    func unambiguous() {
        let encodings = [["ab"], ["a", "b"], ["", "ab"], ["ab", ""], ["", "a", "b"]].map(Self.encoding)
        #expect(Set(encodings).count == encodings.count)
    }

    @Test(
        "writes lengths as 64 bits, the lowest byte first, the top bit clear",
        arguments: [
            (0, "0000000000000000"), (1, "0100000000000000"), (256, "0001000000000000"),
            (0x0102_0304_0506_0708, "0807060504030201"), (Int.max, "ffffffffffffff7f"),
        ])
    func lengths(length: Int, expected: String) {
        var buffer = ByteBuffer(capacity: 8)
        PASETO.append(length: length, to: &buffer)
        let bytes = buffer.bytes.array
        #expect(bytes == [UInt8](hex: expected))
        #expect(bytes[7] & 0x80 == 0)
    }
}
