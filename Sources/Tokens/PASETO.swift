internal import Bytes

/// What the PASETO specification fixes (paseto-spec, version 4).
enum PASETO {
    /// Version and purpose, as a token starts and as its signature covers.
    static let v4Public: StaticString = "v4.public."

    /// Whether `token` starts with a version, of whatever number. No JWT does: its first characters are JSON's `{`.
    static func isVersioned(_ token: RawSpan) -> Bool {
        token.byteCount >= 3 && token[0] == 0x76 && token[1] &- 0x30 < 10 && token[2] == 0x2E
    }

    /// Appends the number of pieces that the pre-authentication encoding has.
    static func append(pieceCount: Int, to buffer: inout ByteBuffer) { append(length: pieceCount, to: &buffer) }

    /// Appends a piece behind its length.
    static func append(piece: borrowing ByteBuffer, to buffer: inout ByteBuffer) {
        append(length: piece.count, to: &buffer)
        buffer.append(piece, from: 0)
    }

    /// Appends a length: 64 bits, the lowest byte first; the top bit, which stays clear, is never reached.
    static func append(length: Int, to buffer: inout ByteBuffer) {
        var word = UInt64(length).littleEndian
        for _ in 0..<8 {
            buffer.append(UInt8(truncatingIfNeeded: word))
            word >>= 8
        }
    }
}

extension ByteBuffer {
    /// Appends what `other` holds from `start` on. (A span of one part of a value can't be lent while another part of it is
    /// changed; the part itself can.)
    mutating func append(_ other: borrowing ByteBuffer, from start: Int) {
        append(other.bytes.extracting(start..<other.count))
    }
}
