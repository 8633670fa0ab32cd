internal import Bytes

/// Host names (RFC 1123 section 2.1) and addresses (RFC 2673 section 3.2, RFC 4291 section 2.2).
extension RawSpan {
    /// Labels of letters, digits and hyphens. What an `xn--` label decodes to is not looked at.
    var isHostName: Bool {
        guard byteCount > 0 && byteCount <= 253 else { return false }
        var start = 0
        for offset in 0...byteCount where offset == byteCount || self[offset] == 0x2E {
            guard extracting(start..<offset).isHostLabel else { return false }
            start = offset + 1
        }
        return true
    }

    private var isHostLabel: Bool {
        guard byteCount > 0 && byteCount <= 63, self[0] != 0x2D, self[byteCount - 1] != 0x2D else { return false }
        for offset in 0..<byteCount {
            guard self[offset].isLetter || self[offset].isDigit || self[offset] == 0x2D else { return false }
        }
        // Hyphens in the third and fourth place are kept for encodings (RFC 5891 section 4.2.3.1).
        guard byteCount > 3, self[2] == 0x2D, self[3] == 0x2D else { return true }
        return extracting(first: 2).equalsIgnoringASCIICase("xn") && byteCount > 5
    }

    var isIPv4Address: Bool {
        var offset = 0
        for part in 0..<4 {
            if part > 0 {
                guard offset < byteCount, self[offset] == 0x2E else { return false }
                offset += 1
            }
            let end = endOfDigits(from: offset)
            guard (1...3).contains(end - offset), let value = number(at: offset, digits: end - offset),
                value < 256, end - offset == 1 || self[offset] != 0x30
            else { return false }
            offset = end
        }
        return offset == byteCount
    }

    var isIPv6Address: Bool {
        var groups = 0
        var hasGap = false
        var offset = 0
        if starts(with: "::") {
            hasGap = true
            offset = 2
        }
        while offset < byteCount {
            if extracting(offset..<byteCount).isIPv4Address {
                groups += 2
                offset = byteCount
                break
            }
            let end = endOfHexDigits(from: offset)
            guard (1...4).contains(end - offset) else { return false }
            groups += 1
            offset = end
            guard offset < byteCount else { break }
            guard self[offset] == 0x3A, offset + 1 < byteCount else { return false }
            offset += 1
            if self[offset] == 0x3A {
                guard !hasGap else { return false }
                hasGap = true
                offset += 1
            }
        }
        return hasGap ? groups < 8 : groups == 8
    }

    func endOfHexDigits(from start: Int) -> Int {
        var offset = start
        while offset < byteCount, self[offset].hexDigitValue != nil { offset += 1 }
        return offset
    }
}

extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
}
