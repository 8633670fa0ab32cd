public import Bytes

extension Base64URL {
    /// Appends the text of `bytes` to `buffer`. O(n).
    public static func encode(_ bytes: RawSpan, into buffer: inout ByteBuffer) {
        buffer.append(count: encodedCount(bytes: bytes.byteCount)) { output in
            var offset = 0
            var target = 0
            // A vector takes twelve bytes, and reads one more.
            while offset &+ 13 <= bytes.byteCount {
                let characters = characters(of: sextets(of: bytes, at: offset))
                output.storeBytes(of: characters, toByteOffset: target, as: SIMD16<UInt8>.self)
                offset &+= 12
                target &+= 16
            }
            encodeRest(bytes, from: offset, into: &output, at: target)
        }
    }

    /// Twelve bytes from `offset` as sixteen times six bits.
    @inline(__always)
    private static func sextets(of bytes: RawSpan, at offset: Int) -> SIMD16<UInt8> {
        let words =
            SIMD4(
                bytes.word(at: offset, as: UInt32.self).bigEndian,
                bytes.word(at: offset &+ 3, as: UInt32.self).bigEndian,
                bytes.word(at: offset &+ 6, as: UInt32.self).bigEndian,
                bytes.word(at: offset &+ 9, as: UInt32.self).bigEndian
            ) &>> 8
        let mask = SIMD4<UInt32>(repeating: 0x3F)
        let low = words &>> 18 | (words &>> 12 & mask) &<< 8
        let high = (words &>> 6 & mask) &<< 16 | (words & mask) &<< 24
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        return unsafe unsafeBitCast(low | high, to: SIMD16<UInt8>.self)
    }

    @inline(__always)
    private static func characters(of sextets: SIMD16<UInt8>) -> SIMD16<UInt8> {
        // Each class is a step from the one below it.
        let lower = sextets.lanes(from: 26, as: 0x61 &- 26 &- 0x41)
        let digit = sextets.lanes(from: 52, as: 0x30 &- 52 &- 0x61 &+ 26)
        let dash = sextets.lanes(equalTo: 62, as: 0x2D &- 62 &- 0x30 &+ 52)
        let underscore = sextets.lanes(equalTo: 63, as: 0x5F &- 63 &- 0x30 &+ 52)
        return sextets &+ SIMD16(repeating: 0x41) &+ lower &+ digit &+ dash &+ underscore
    }

    private static func encodeRest(_ bytes: RawSpan, from start: Int, into output: inout MutableRawSpan, at first: Int)
    {
        var offset = start
        var target = first
        while offset < bytes.byteCount {
            let count = min(3, bytes.byteCount &- offset)
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits &<< 8 | (index < count ? UInt32(bytes[offset &+ index]) : 0) }
            for index in 0...count {
                let value = UInt8(truncatingIfNeeded: bits &>> UInt32(18 &- 6 &* index)) & 0x3F
                output.storeBytes(of: character(of: value), toByteOffset: target &+ index, as: UInt8.self)
            }
            offset &+= 3
            target &+= 4
        }
    }

    private static func character(of sextet: UInt8) -> UInt8 {
        switch sextet {
        case 0..<26: sextet &+ 0x41
        case 26..<52: sextet &- 26 &+ 0x61
        case 52..<62: sextet &- 52 &+ 0x30
        case 62: 0x2D
        default: 0x5F
        }
    }
}
