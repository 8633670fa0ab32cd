import Bytes
import Testing

@Suite("A byte buffer")
struct ByteBufferTests {
    @Test("grows without losing what it holds")
    func grows() {
        var buffer = ByteBuffer(capacity: 0)
        for value in 0..<10_000 { buffer.append(UInt8(truncatingIfNeeded: value)) }
        #expect(buffer.count == 10_000)
        #expect((0..<10_000).allSatisfy { buffer.bytes[$0] == UInt8(truncatingIfNeeded: $0) })
    }

    @Test("writes numbers in digits", arguments: [0, 7, 10, 423, 1_000_000_007, UInt64.max])
    func decimal(value: UInt64) {
        var buffer = ByteBuffer(capacity: 8)
        buffer.append(decimal: value)
        #expect(String(buffer.bytes) == String(value))
    }

    @Test("writes signed numbers in digits", arguments: [0, -1, 42, Int64.min, Int64.max])
    func signedDecimal(value: Int64) {
        var buffer = ByteBuffer(capacity: 8)
        buffer.append(decimal: value)
        #expect(String(buffer.bytes) == String(value))
    }

    @Test(
        "pads numbers to a width",
        arguments: [(0, 2, "00"), (7, 2, "07"), (42, 2, "42"), (100, 2, "100"), (5, 4, "0005")]
    )
    func padded(value: UInt64, width: Int, text: String) {
        var buffer = ByteBuffer(capacity: 8)
        buffer.append(decimal: value, width: width)
        #expect(String(buffer.bytes) == text)
    }

    @Test("writes sixteen hexadecimal digits", arguments: [0, 0x0123_4567_89AB_CDEF, UInt64.max])
    func hexadecimal(value: UInt64) {
        var buffer = ByteBuffer(capacity: 8)
        buffer.append(hex: value)
        let digits = String(value, radix: 16)
        #expect(String(buffer.bytes) == String(repeating: "0", count: 16 - digits.count) + digits)
    }

    @Test("gives up its first bytes and keeps the rest")
    func removeFirst() {
        var buffer = ByteBuffer(capacity: 8)
        buffer.append("correlation")
        buffer.removeFirst(3)
        #expect(String(buffer.bytes) == "relation")
        buffer.removeFirst(8)
        #expect(buffer.count == 0)
    }

    @Test("never shows what memory held before")
    func partialWrite() {
        var buffer = ByteBuffer(capacity: 64)
        buffer.append("secret secret secret")
        buffer.removeAll()
        buffer.append(count: 4) { $0.storeBytes(of: 0x41, as: UInt8.self) }
        #expect(String(buffer.bytes) == "A\0\0\0")
    }
}

@Suite("Raw bytes")
struct RawSpanTests {
    @Test("find a byte, wherever it stands")
    func firstOffset() {
        var buffer = ByteBuffer(capacity: 64)
        buffer.append("GET /api/health HTTP/1.1\r\n")
        #expect(buffer.bytes.firstOffset(of: 0x0D) == 24)
        #expect(buffer.bytes.firstOffset(of: 0x47, from: 1) == nil)
        #expect(buffer.bytes.firstOffset(of: 0x47, from: 26) == nil)
    }

    @Test("compare with literals, with and without case")
    func equality() {
        var buffer = ByteBuffer(capacity: 64)
        buffer.append("Content-Length")
        #expect(buffer.bytes.equals("Content-Length") == true)
        #expect(buffer.bytes.equals("content-length") == false)
        #expect(buffer.bytes.equalsIgnoringASCIICase("content-length") == true)
        #expect(buffer.bytes.equalsIgnoringASCIICase("content-lengtj") == false)
        #expect(buffer.bytes.starts(with: "Content") == true)
        #expect(buffer.bytes.starts(with: "Content-Length:") == false)
    }

    @Test("are equal when every byte is, of any length", arguments: 0...40)
    func equalityOfEveryByte(count: Int) {
        let bytes = (0..<count).map { UInt8($0 * 7 & 0xFF) }
        let copy = bytes
        let isEqual = bytes.span.raw.equals(copy.span.raw)
        #expect(isEqual)
        for place in 0..<count {
            for bit in 0..<8 {
                var other = bytes
                other[place] ^= 1 << UInt8(bit)
                let isEqual = bytes.span.raw.equals(other.span.raw)
                #expect(!isEqual, "bit \(bit) of byte \(place)")
            }
        }
    }

    @Test("mask a vector to the first match", arguments: 0...16)
    func firstIndex(lane: Int) {
        var vector = SIMD16<UInt8>(repeating: 1)
        if lane < 16 { vector[lane] = 0 }
        #expect((vector .== SIMD16(repeating: 0)).firstIndex == lane)
    }
}
