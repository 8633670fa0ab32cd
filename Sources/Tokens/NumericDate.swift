internal import Bytes
package import JSON

/// Dates as JWT's claims spell them (RFC 7519 section 2): a number of seconds since 1970.
package enum NumericDate {
    /// Times further from 1970 than this, in seconds, are taken for this: 285 million years, which is for ever.
    static let farthest: Int64 = 1 << 53

    /// The Unix time of a JSON number in seconds; nil for anything but a finite number. O(digits).
    ///
    /// - Parameter roundsUp: what becomes of a fraction. Up is exact for the end of something: against a clock of whole
    ///   seconds, `now >= exp` holds for both or for neither. Down is exact for what began before a whole second.
    package static func unixSeconds(_ value: borrowing JSONValue, roundsUp: Bool = true) -> Int64? {
        guard let text = value.numberText else { return nil }
        if let seconds = tenDigits(text) ?? plainSeconds(text, roundsUp: roundsUp) { return seconds }
        guard let seconds = value.asDouble else { return nil }
        return Int64(min(max(seconds.rounded(roundsUp ? .up : .down), -Double(farthest)), Double(farthest)))
    }

    /// The number that ten digits spell, as they do all whole seconds from 2001 to 2286; nil for any other text.
    @inline(__always)
    private static func tenDigits(_ text: RawSpan) -> Int64? {
        guard text.byteCount == 10, let eight = text.eightDigits(at: 0) else { return nil }
        let (tens, ones) = (text[8] &- 0x30, text[9] &- 0x30)
        guard tens < 10 && ones < 10 else { return nil }
        return eight &* 100 &+ Int64(tens &* 10 &+ ones)
    }

    /// The same for a number without exponent, which is how nearly everyone writes them; nil for the others.
    private static func plainSeconds(_ text: RawSpan, roundsUp: Bool) -> Int64? {
        let isNegative = text[0] == 0x2D
        var offset = isNegative ? 1 : 0
        var seconds: Int64 = 0
        while offset < text.byteCount, text[offset] &- 0x30 < 10 {
            // Far below what 64 bits hold, since it is cut to 2^53 at each digit.
            seconds = min(seconds &* 10 &+ Int64(text[offset] &- 0x30), farthest)
            offset &+= 1
        }
        guard offset < text.byteCount else { return isNegative ? -seconds : seconds }
        guard text[offset] == 0x2E else { return nil }
        var hasFraction = false
        for offset in offset &+ 1..<text.byteCount {
            guard text[offset] &- 0x30 < 10 else { return nil }
            if text[offset] != 0x30 { hasFraction = true }
        }
        guard hasFraction else { return isNegative ? -seconds : seconds }
        return isNegative ? (roundsUp ? -seconds : -seconds - 1) : (roundsUp ? seconds + 1 : seconds)
    }
}

extension RawSpan {
    /// The number that eight decimal digits at `offset` spell; nil when that is not what stands there.
    @inline(__always)
    fileprivate func eightDigits(at offset: Int) -> Int64? {
        guard offset &+ 8 <= byteCount else { return nil }
        // The first digit is the lowest byte. Whatever is no digit ends above 9, which the sum carries into the top bit.
        let digits = word(at: offset, as: UInt64.self).littleEndian &- 0x3030_3030_3030_3030
        guard (digits | digits &+ 0x7676_7676_7676_7676) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let pairs = (digits &* 10 &+ digits &>> 8) & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* 100 &+ pairs &>> 16) & 0x0000_FFFF_0000_FFFF
        return Int64((fours &* 10_000 &+ fours &>> 32) & 0xFFFF_FFFF)
    }
}
