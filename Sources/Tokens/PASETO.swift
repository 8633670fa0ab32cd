internal import Bytes

/// What the PASETO specification fixes.
enum PASETO {
    /// Whether `token` starts with a version, of whatever number. No JWT does: its first characters are JSON's `{`.
    static func isVersioned(_ token: RawSpan) -> Bool {
        token.byteCount >= 3 && token[0] == 0x76 && token[1] &- 0x30 < 10 && token[2] == 0x2E
    }

    /// The algorithm that `token` starts with; nil for version 1, which is too weak to be taken, and for what is none.
    static func algorithm(of token: RawSpan) -> Algorithm? {
        guard token.byteCount >= 3 else { return nil }
        switch token[1] {
        case 0x32: return algorithm(of: token, .v2Local, .v2Public)
        case 0x33: return algorithm(of: token, .v3Local, .v3Public)
        case 0x34: return algorithm(of: token, .v4Local, .v4Public)
        default: return nil
        }
    }

    private static func algorithm(of token: RawSpan, _ local: Algorithm, _ public: Algorithm) -> Algorithm? {
        if token.starts(with: local.pasetoHeader) { return local }
        return token.starts(with: `public`.pasetoHeader) ? `public` : nil
    }
}

extension Algorithm {
    /// Version and purpose as a PASETO starts, and as what proves it covers them; empty for a JWT's.
    var pasetoHeader: StaticString {
        switch self {
        case .v2Local: "v2.local."
        case .v2Public: "v2.public."
        case .v3Local: "v3.local."
        case .v3Public: "v3.public."
        case .v4Local: "v4.local."
        case .v4Public: "v4.public."
        default: ""
        }
    }

    /// Whether tokens may cover a text that is not sent with them: PASETO's versions 3 and 4.
    var coversImplicitAssertions: Bool {
        switch self {
        case .v3Local, .v3Public, .v4Local, .v4Public: true
        default: false
        }
    }
}

// MARK: - The pre-authentication encoding

extension PASETO {
    /// Appends the number of pieces that the encoding has.
    static func append(pieceCount: Int, to buffer: inout ByteBuffer) { append(length: pieceCount, to: &buffer) }

    /// Appends a piece behind its length.
    static func append(piece: borrowing ByteBuffer, to buffer: inout ByteBuffer) {
        append(length: piece.count, to: &buffer)
        buffer.append(piece, from: 0)
    }

    /// Appends a piece behind its length.
    static func append(piece: RawSpan, to buffer: inout ByteBuffer) {
        append(length: piece.byteCount, to: &buffer)
        buffer.append(piece)
    }

    /// Appends version and purpose behind their length.
    static func append(header: StaticString, to buffer: inout ByteBuffer) {
        append(length: header.utf8CodeUnitCount, to: &buffer)
        buffer.append(header)
    }

    /// Appends a length: 64 bits, the lowest byte first; the top bit, which stays clear, is never reached.
    static func append(length: Int, to buffer: inout ByteBuffer) {
        buffer.append(count: 8) { $0.storeBytes(of: UInt64(length).littleEndian, as: UInt64.self) }
    }
}

extension ByteBuffer {
    /// Appends what `other` holds from `start` on. (A span of one part of a value can't be lent while another part of it is
    /// changed; the part itself can.)
    mutating func append(_ other: borrowing ByteBuffer, from start: Int) {
        append(other.bytes.extracting(start..<other.count))
    }
}
