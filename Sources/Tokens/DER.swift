internal import Bytes

/// Just enough of ASN.1's distinguished encoding (X.690) to hand a key's numbers to OpenSSL as a file would.
enum DER {
    static let sequence: UInt8 = 0x30
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04

    /// Appends an element: its tag, its length, and `content`.
    static func append(_ tag: UInt8, _ content: RawSpan, to buffer: inout ByteBuffer) {
        buffer.append(tag)
        append(length: content.byteCount, to: &buffer)
        buffer.append(content)
    }

    /// Appends the number of a version.
    static func append(version: UInt8, to buffer: inout ByteBuffer) {
        buffer.append(0x02)
        buffer.append(0x01)
        buffer.append(version)
    }

    /// Appends a number that is not negative, given as big-endian bytes of any length.
    static func append(integer bytes: RawSpan, to buffer: inout ByteBuffer) {
        var start = 0
        while start < bytes.byteCount, bytes[start] == 0 { start += 1 }
        let magnitude = bytes.extracting(start..<bytes.byteCount)
        // The highest bit is the sign's.
        let needsZero = magnitude.byteCount == 0 || magnitude[0] >= 0x80
        buffer.append(0x02)
        append(length: magnitude.byteCount + (needsZero ? 1 : 0), to: &buffer)
        if needsZero { buffer.append(0x00) }
        buffer.append(magnitude)
    }

    private static func append(length: Int, to buffer: inout ByteBuffer) {
        precondition(length < 1 << 16, "no key is that long")
        switch length {
        case 0..<0x80: break
        case 0x80..<0x100: buffer.append(0x81)
        default:
            buffer.append(0x82)
            buffer.append(UInt8(length >> 8))
        }
        buffer.append(UInt8(truncatingIfNeeded: length))
    }
}
