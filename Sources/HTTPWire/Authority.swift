import Bytes

/// The authority of a request: `uri-host [":" port]` (RFC 9110 section 7.2, RFC 3986 section 3.2.2).
///
/// Stricter than the grammar in three points: a host is never empty, a port is at most 65535, and user information is
/// refused, as RFC 9110 section 4.2.4 asks for.
enum Authority {
    /// Whether the bytes from `start` to `end` are a host, perhaps with a port. O(n).
    ///
    /// It is given the whole head so that sixteen bytes at a time can be looked at, also where fewer belong to it.
    @inline(__always)
    static func isValid(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        let stop = bytes.firstOffset(from: start) { .!($0.plainNameBytes .| ($0 .== .all(ASCII.dot))) }
        if stop > start {
            if stop >= end { return true }
            if bytes[stop] == ASCII.colon { return isPort(bytes, from: stop &+ 1, to: end) }
        }
        return isRareAuthority(bytes.extracting(start..<end))
    }

    /// Whether the bytes are a host and a port that is not empty, as CONNECT needs it. O(n).
    static func isHostWithPort(_ authority: RawSpan) -> Bool {
        // In a valid authority a colon stands in brackets or before the port, and nothing but a port follows a bracket.
        isValid(authority, from: 0, to: authority.byteCount) && authority.firstOffset(of: ASCII.colon) != nil
            && authority[authority.byteCount - 1] &- ASCII.zero < 10
    }

    /// Whether the bytes from `start` to `end` are a port; an empty one is the scheme's own.
    @inline(__always)
    private static func isPort(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        guard end &- start <= 5 else { return false }
        var port = 0
        for offset in start..<end {
            let digit = bytes[offset] &- ASCII.zero
            guard digit < 10 else { return false }
            port = port * 10 + Int(digit)
        }
        return port <= 65_535
    }

    /// Whether an authority with a literal address, an escape or rare punctuation is right.
    @inline(never)
    private static func isRareAuthority(_ authority: RawSpan) -> Bool {
        guard authority.byteCount > 0 else { return false }
        let hostEnd: Int
        if authority[0] == 0x5B {
            guard let close = authority.firstOffset(of: 0x5D),
                isAddressLiteral(authority.extracting(1..<close))
            else { return false }
            hostEnd = close + 1
        } else {
            hostEnd = registeredNameEnd(authority)
            guard hostEnd > 0 else { return false }
        }
        if hostEnd == authority.byteCount { return true }
        return authority[hostEnd] == ASCII.colon && isPort(authority, from: hostEnd + 1, to: authority.byteCount)
    }

    /// The offset behind the longest registered name at the front.
    private static func registeredNameEnd(_ bytes: RawSpan) -> Int {
        var offset = 0
        while offset < bytes.byteCount {
            if bytes[offset].isRegisteredNameByte {
                offset += 1
            } else if bytes[offset] == ASCII.percent, offset + 2 < bytes.byteCount,
                bytes[offset + 1].hexDigitValue != nil, bytes[offset + 2].hexDigitValue != nil
            {
                offset += 3
            } else {
                break
            }
        }
        return offset
    }

    /// Whether the bytes between `[` and `]` are an IPv6 address or an address of a future version.
    private static func isAddressLiteral(_ literal: RawSpan) -> Bool {
        if literal.byteCount > 0, literal[0] | 0x20 == 0x76 { return isFutureAddress(literal) }
        return isIPv6(literal)
    }

    /// `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`
    private static func isFutureAddress(_ literal: RawSpan) -> Bool {
        guard let dot = literal.firstOffset(of: ASCII.dot), dot > 1, dot + 1 < literal.byteCount else { return false }
        for offset in 1..<dot where literal[offset].hexDigitValue == nil { return false }
        for offset in dot + 1..<literal.byteCount {
            guard literal[offset].isRegisteredNameByte || literal[offset] == ASCII.colon else { return false }
        }
        return true
    }

    /// Eight groups of up to four hexadecimal digits; one `::` stands for one group or more, and the last two may be
    /// written as an IPv4 address.
    private static func isIPv6(_ literal: RawSpan) -> Bool {
        var groups = 0
        var isCompressed = false
        var offset = 0
        if literal.starts(with: "::") {
            isCompressed = true
            offset = 2
        }
        while offset < literal.byteCount {
            let start = offset
            while offset < literal.byteCount, literal[offset].hexDigitValue != nil { offset += 1 }
            if offset < literal.byteCount, literal[offset] == ASCII.dot {
                guard isIPv4(literal.extracting(start..<literal.byteCount)) else { return false }
                groups += 2
                break
            }
            guard (1...4).contains(offset - start) else { return false }
            groups += 1
            guard offset < literal.byteCount else { break }
            guard literal[offset] == ASCII.colon, offset + 1 < literal.byteCount else { return false }
            offset += 1
            if literal[offset] == ASCII.colon {
                guard !isCompressed else { return false }
                isCompressed = true
                offset += 1
            }
        }
        return isCompressed ? groups <= 7 : groups == 8
    }

    /// Four decimal numbers up to 255, without leading zeros.
    private static func isIPv4(_ address: RawSpan) -> Bool {
        var numbers = 0
        var offset = 0
        while true {
            let start = offset
            var number = 0
            while offset < address.byteCount, offset - start < 3, address[offset] &- ASCII.zero < 10 {
                number = number * 10 + Int(address[offset] - ASCII.zero)
                offset += 1
            }
            let digits = offset - start
            guard digits > 0, number <= 255, digits == 1 || address[start] != ASCII.zero else { return false }
            numbers += 1
            if offset == address.byteCount { return numbers == 4 }
            guard address[offset] == ASCII.dot, numbers < 4 else { return false }
            offset += 1
        }
    }
}
