/// Comparisons of sixteen bytes whose result is bytes again.
///
/// The mask's type is written out in each: where it is inferred, the compiler takes the generic comparison, which goes
/// lane by lane and is forty times slower.
extension SIMD16<UInt8> {
    /// `byte` where a lane is `other`, and zero elsewhere.
    @inline(__always)
    func lanes(equalTo other: UInt8, as byte: UInt8) -> SIMD16<UInt8> {
        let mask: SIMDMask<SIMD16<Int8>> = self .== SIMD16<UInt8>(repeating: other)
        return mask.lanes & SIMD16(repeating: byte)
    }

    /// `byte` where a lane is among the `count` bytes from `start` on, and zero elsewhere; `count` is below 128.
    @inline(__always)
    func lanes(from start: UInt8, count: Int8, as byte: UInt8) -> SIMD16<UInt8> {
        // Moved to where the signed numbers begin, of which every processor compares sixteen at once.
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        let moved = unsafe unsafeBitCast(self &- SIMD16(repeating: start &+ 0x80), to: SIMD16<Int8>.self)
        let mask: SIMDMask<SIMD16<Int8>> = moved .< SIMD16<Int8>(repeating: .min &+ count)
        return mask.lanes & SIMD16(repeating: byte)
    }

    /// `byte` where a lane is not below `limit`, and zero elsewhere.
    @inline(__always)
    func lanes(from limit: UInt8, as byte: UInt8) -> SIMD16<UInt8> {
        let mask: SIMDMask<SIMD16<Int8>> = self .>= SIMD16<UInt8>(repeating: limit)
        return mask.lanes & SIMD16(repeating: byte)
    }

    /// Whether every lane is zero.
    @inline(__always)
    var isZero: Bool {
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        let words = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return words[0] | words[1] == 0
    }

    /// Whether every lane has its top bit set.
    @inline(__always)
    var allHaveTopBit: Bool {
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        let words = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return words[0] & words[1] & 0x8080_8080_8080_8080 == 0x8080_8080_8080_8080
    }
}

extension SIMDMask<SIMD16<Int8>> {
    /// Ones all through where a lane is set.
    @inline(__always)
    fileprivate var lanes: SIMD16<UInt8> {
        // SAFETY: both are sixteen bytes, and every bit pattern is valid in both.
        unsafe unsafeBitCast(self, to: SIMD16<UInt8>.self)
    }
}
