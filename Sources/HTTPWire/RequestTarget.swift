import Bytes

extension RequestHead {
    /// Parses a target that is not in origin form: the bytes up to `pathEnd` are visible ASCII without `#` and `?`.
    @inline(never)
    mutating func parseRareTarget(_ bytes: RawSpan, _ start: Int, pathEnd: Int) throws(WireError) {
        let target = targetRange16
        if method == .connect {
            guard Authority.isHostWithPort(bytes.extracting(target.range)) else { throw .malformedTarget }
            targetForm = .authority
            pathRange16 = target
            authorityRange16 = target
        } else if bytes.extracting(target.range).equals("*") {
            guard method == .options else { throw .malformedTarget }
            targetForm = .asterisk
            pathRange16 = target
        } else {
            try parseAbsoluteTarget(bytes, start, pathEnd: pathEnd)
        }
    }

    /// Parses `http://authority/path` or `https://authority/path` (RFC 9112 section 3.2.2).
    private mutating func parseAbsoluteTarget(_ bytes: RawSpan, _ start: Int, pathEnd: Int) throws(WireError) {
        let target = bytes.extracting(start..<pathEnd)
        guard let schemeLength = target.httpSchemeLength else { throw .malformedTarget }
        let authority = start + schemeLength
        let path = min(bytes.firstOffset(of: ASCII.slash, from: authority) ?? pathEnd, pathEnd)
        guard Authority.isValid(bytes, from: authority, to: path) else { throw .malformedTarget }
        targetForm = .absolute
        authorityRange16 = Range16(authority, path)
        // Without a path the target means `/` (RFC 9110 section 4.2.3), and `//` has one that can be shown.
        pathRange16 = path < pathEnd ? Range16(path, pathEnd) : Range16(authority - 1, authority)
    }
}

extension RawSpan {
    /// The length of `http://` or `https://`, in any case, at the front.
    fileprivate var httpSchemeLength: Int? {
        if byteCount >= 7, extracting(first: 7).equalsIgnoringASCIICase("http://") { return 7 }
        if byteCount >= 8, extracting(first: 8).equalsIgnoringASCIICase("https://") { return 8 }
        return nil
    }
}
