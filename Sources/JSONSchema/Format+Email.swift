internal import Bytes

/// Mailboxes of RFC 5321 section 4.1.2.
extension RawSpan {
    var isEmailAddress: Bool {
        guard let at = endOfLocalPart, at > 0, at <= 64, at < byteCount, self[at] == 0x40 else { return false }
        let domain = extracting(at + 1..<byteCount)
        guard domain.byteCount > 2, domain[0] == 0x5B, domain[domain.byteCount - 1] == 0x5D else {
            return domain.isHostName
        }
        let literal = domain.extracting(1..<domain.byteCount - 1)
        guard literal.byteCount > 5, literal.extracting(first: 5).equalsIgnoringASCIICase("ipv6:") else {
            return literal.isIPv4Address
        }
        return literal.extracting(5..<literal.byteCount).isIPv6Address
    }

    private var endOfLocalPart: Int? {
        guard byteCount > 0 else { return nil }
        return self[0] == 0x22 ? endOfQuotedString : endOfDotString
    }

    private var endOfQuotedString: Int? {
        var offset = 1
        while offset < byteCount {
            let byte = self[offset]
            if byte == 0x22 { return offset + 1 }
            if byte == 0x5C { offset += 1 }
            guard offset < byteCount, self[offset] >= 0x20 && self[offset] < 0x7F else { return nil }
            offset += 1
        }
        return nil
    }

    /// Atoms with single dots between them.
    private var endOfDotString: Int? {
        var offset = 0
        while true {
            let start = offset
            while offset < byteCount, self[offset].isAtomText { offset += 1 }
            guard offset > start else { return nil }
            guard offset < byteCount, self[offset] == 0x2E else { return offset }
            offset += 1
        }
    }
}

extension UInt8 {
    /// RFC 5322 section 3.2.3.
    fileprivate var isAtomText: Bool {
        switch self {
        case _ where isLetter || isDigit: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E, 0x5F, 0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
