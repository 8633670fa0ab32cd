import Bytes

// The grammar's classes of bytes, once for sixteen of them at a time and once for a single one.

enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let percent: UInt8 = 0x25
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let backslash: UInt8 = 0x5C
    static let delete: UInt8 = 0x7F
}

extension UInt8 {
    /// A byte of a token (RFC 9110 section 5.6.2).
    var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        // ! # $ % & ' * + - . ^ _ ` | ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// A byte of a registered name: unreserved or sub-delims (RFC 3986 section 3.2.2), but no escape.
    var isRegisteredNameByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        // ! $ & ' ( ) * + , - . ; = _ ~
        case 0x21, 0x24, 0x26...0x2E, 0x3B, 0x3D, 0x5F, 0x7E: true
        default: false
        }
    }

    /// A byte that a field value must not hold (RFC 9110 section 5.5): a control character other than the tab.
    @inline(__always)
    var isForbiddenInValue: Bool { self < 0x20 && self != ASCII.tab || self == ASCII.delete }

    /// A space or a tab.
    @inline(__always)
    var isOptionalWhitespace: Bool { self == ASCII.space || self == ASCII.tab }
}

typealias ByteMask = SIMDMask<SIMD16<Int8>>

extension SIMD16<UInt8> {
    /// Letters, digits and hyphens: what nearly every name is made of. The rest of the token bytes are rare.
    @inline(__always)
    var plainNameBytes: ByteMask {
        let letters = (self | .all(0x20)) &- .all(0x61) .< .all(26)
        let digits = self &- .all(ASCII.zero) .< .all(10)
        return letters .| digits .| (self .== .all(ASCII.hyphen))
    }

    /// Bytes that end a field value, rightly (CR) or not.
    @inline(__always)
    var valueStops: ByteMask {
        (self .< .all(0x20)) .& (self .!= .all(ASCII.tab)) .| (self .== .all(ASCII.delete))
    }

    /// Bytes that end the path of a target, rightly (space, `?`) or not: all but the visible ASCII ones, and `#`.
    @inline(__always)
    var pathStops: ByteMask { queryStops .| (self .== .all(0x3F)) }

    /// Bytes that end a target, rightly (space) or not.
    @inline(__always)
    var queryStops: ByteMask { (self &- .all(0x21) .> .all(0x5D)) .| (self .== .all(0x23)) }

    /// Sixteen times the same byte. The operators between a vector and a single byte are generic code, one lane at a
    /// time; those between two vectors are one instruction.
    @inline(__always)
    static func all(_ byte: UInt8) -> Self { Self(repeating: byte) }

    /// The number of each lane.
    @inline(__always)
    static var lanes: Self { Self(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
}

extension RawSpan {
    /// The offset of the first byte at or after `start` for which `stops` has a lane set, or `byteCount`. O(n).
    @inline(__always)
    func firstOffset(from start: Int, where stops: (SIMD16<UInt8>) -> ByteMask) -> Int {
        var offset = start
        while offset <= byteCount &- 16 {
            let lane = stops(vector16(at: offset)).firstIndex
            if lane < 16 { return offset &+ lane }
            offset &+= 16
        }
        guard offset < byteCount else { return byteCount }
        return Swift.min(offset &+ stops(lastVector(from: offset)).firstIndex, byteCount)
    }

    /// Sixteen bytes from `offset`, with zeros for what lies behind the span.
    @inline(__always)
    func vector16(padded offset: Int) -> SIMD16<UInt8> {
        offset <= byteCount &- 16 ? vector16(at: offset) : lastVector(from: offset)
    }

    /// The bytes from `offset` on, of which there are fewer than sixteen, with zeros behind them.
    @inline(never)
    private func lastVector(from offset: Int) -> SIMD16<UInt8> {
        guard byteCount >= 16 else {
            var vector = SIMD16<UInt8>(repeating: 0)
            for lane in 0..<byteCount - offset { vector[lane] = self[offset + lane] }
            return vector
        }
        let last = UInt128(littleEndian: word(at: byteCount - 16, as: UInt128.self))
        let moved = last >> UInt128((offset - (byteCount - 16)) * 8)
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        return unsafe unsafeBitCast(moved.littleEndian, to: SIMD16<UInt8>.self)
    }
}
