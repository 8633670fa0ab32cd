extension SIMDMask<SIMD16<Int8>> {
    /// The index of the first lane that is set, or 16. O(1): two words and a count of trailing zeros, on any machine.
    ///
    /// That none is set is a branch of its own: where it is foreseen, a caller goes on before the lanes are compared.
    @inlinable
    public var firstIndex: Int {
        // SAFETY: a mask of sixteen bytes and two words have the same size, and every bit pattern is valid in both.
        let words = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
        if words[0] != 0 { return words[0].littleEndian.trailingZeroBitCount >> 3 }
        if words[1] != 0 { return 8 + words[1].littleEndian.trailingZeroBitCount >> 3 }
        return 16
    }
}
