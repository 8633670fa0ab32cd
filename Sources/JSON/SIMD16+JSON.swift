extension SIMD16<UInt8> {
    /// Where the lanes are anything but plain text: a quote, a backslash, a control character, or above ASCII.
    ///
    /// Each comparison stands alone, its operand's type spelled out: in one larger expression the type checker settles
    /// for the operators that compare lane by lane.
    @inline(__always)
    var jsonMarks: SIMDMask<SIMD16<Int8>> {
        let quotes = self .== SIMD16<UInt8>(repeating: 0x22)
        let backslashes = self .== SIMD16<UInt8>(repeating: 0x5C)
        // Counted from the space, control characters wrap round and stand behind ASCII with what is above it.
        let specials = (self &- SIMD16<UInt8>(repeating: 0x20)) .>= SIMD16<UInt8>(repeating: 0x60)
        return quotes .| backslashes .| specials
    }

    /// Where the lanes are anything but a decimal digit.
    @inline(__always)
    var nonDigits: SIMDMask<SIMD16<Int8>> {
        (self &- SIMD16<UInt8>(repeating: 0x30)) .>= SIMD16<UInt8>(repeating: 10)
    }
}
