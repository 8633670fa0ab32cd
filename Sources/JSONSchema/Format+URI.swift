internal import Bytes

/// URIs and relative references, by the grammar of RFC 3986 appendix A.
extension RawSpan {
    var isURI: Bool {
        guard let colon = endOfScheme else { return false }
        return extracting(colon + 1..<byteCount).isHierarchy(allowsColonFirst: true)
    }

    var isURIReference: Bool { isURI || isHierarchy(allowsColonFirst: false) }

    /// Where the colon behind a scheme stands.
    private var endOfScheme: Int? {
        guard byteCount > 0, self[0].isLetter else { return nil }
        for offset in 0..<byteCount {
            let byte = self[offset]
            if byte == 0x3A { return offset }
            guard byte.isLetter || byte.isDigit || byte == 0x2B || byte == 0x2D || byte == 0x2E else { return nil }
        }
        return nil
    }

    /// What follows the scheme: authority, path, query and fragment.
    private func isHierarchy(allowsColonFirst: Bool) -> Bool {
        var rest = self
        if let hash = rest.firstOffset(of: 0x23) {
            guard rest.extracting(hash + 1..<rest.byteCount).consists(of: .query) else { return false }
            rest = rest.extracting(first: hash)
        }
        if let mark = rest.firstOffset(of: 0x3F) {
            guard rest.extracting(mark + 1..<rest.byteCount).consists(of: .query) else { return false }
            rest = rest.extracting(first: mark)
        }
        if rest.starts(with: "//") {
            let slash = rest.firstOffset(of: 0x2F, from: 2) ?? rest.byteCount
            guard rest.extracting(2..<slash).isAuthority else { return false }
            rest = rest.extracting(slash..<rest.byteCount)
        }
        guard rest.consists(of: .path) else { return false }
        if allowsColonFirst { return true }
        // A colon in the first segment of a relative path would be a scheme's.
        guard let colon = rest.firstOffset(of: 0x3A) else { return true }
        return (rest.firstOffset(of: 0x2F) ?? rest.byteCount) < colon
    }

    private var isAuthority: Bool {
        var host = self
        if let at = firstOffset(of: 0x40) {
            guard extracting(first: at).consists(of: .userInfo) else { return false }
            host = extracting(at + 1..<byteCount)
        }
        if host.byteCount > 0, host[0] == 0x5B {
            guard let end = host.firstOffset(of: 0x5D), host.extracting(1..<end).isAddressLiteral else { return false }
            let rest = host.extracting(end + 1..<host.byteCount)
            return rest.byteCount == 0 || rest[0] == 0x3A && rest.endOfDigits(from: 1) == rest.byteCount
        }
        if let colon = host.firstOffset(of: 0x3A) {
            guard host.endOfDigits(from: colon + 1) == host.byteCount else { return false }
            host = host.extracting(first: colon)
        }
        return host.consists(of: .registeredName)
    }

    /// An IPv6 address, or one of a later version (RFC 3986 section 3.2.2).
    private var isAddressLiteral: Bool {
        guard byteCount > 0, self[0] | 0x20 == 0x76 else { return isIPv6Address }
        let dot = endOfHexDigits(from: 1)
        guard dot > 1, dot + 1 < byteCount, self[dot] == 0x2E else { return false }
        for offset in dot + 1..<byteCount where !self[offset].isUnreservedOrDelimiter && self[offset] != 0x3A {
            return false
        }
        return true
    }

    private enum URIPart { case registeredName, userInfo, path, query }

    /// Whether every byte may stand in the part, and every percent sign has its two digits.
    private func consists(of part: URIPart) -> Bool {
        var offset = 0
        while offset < byteCount {
            let byte = self[offset]
            if byte == 0x25 {
                guard offset + 2 < byteCount, self[offset + 1].hexDigitValue != nil,
                    self[offset + 2].hexDigitValue != nil
                else { return false }
                offset += 3
                continue
            }
            let isAllowed =
                switch byte {
                case 0x3A: part != .registeredName
                case 0x40, 0x2F: part == .path || part == .query
                case 0x3F: part == .query
                default: byte.isUnreservedOrDelimiter
                }
            guard isAllowed else { return false }
            offset += 1
        }
        return true
    }
}

extension UInt8 {
    /// RFC 3986 sections 2.2 and 2.3: unreserved characters and sub-delimiters.
    fileprivate var isUnreservedOrDelimiter: Bool {
        switch self {
        case _ where isLetter || isDigit: true
        case 0x2D, 0x2E, 0x5F, 0x7E: true
        case 0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D: true
        default: false
        }
    }
}
