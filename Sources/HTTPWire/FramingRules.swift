import Bytes

// What the headers that the wire itself obeys mean (RFC 9112 sections 3.2, 6 and 9.3).

extension RequestHead {
    /// Obeys the header just recorded, when it is one that decides over framing, authority or persistence.
    @inline(__always)
    mutating func apply(
        _ known: KnownHeader, _ bytes: RawSpan, _ value: Range16, isFirst: Bool
    ) throws(WireError) {
        switch known {
        case .host: try applyHost(bytes, value, isFirst)
        case .connection: applyConnection(bytes.extracting(value.range))
        case .contentLength: try applyContentLength(bytes.extracting(value.range))
        case .transferEncoding: try applyTransferEncoding(bytes.extracting(value.range), isFirst)
        case .expect: applyExpect(bytes.extracting(value.range))
        default: return
        }
    }

    @inline(__always)
    private mutating func applyHost(_ bytes: RawSpan, _ value: Range16, _ isFirst: Bool) throws(WireError) {
        guard isFirst else { throw .duplicateHost }
        guard Authority.isValid(bytes, from: Int(value.start), to: Int(value.end)) else { throw .malformedHost }
        if targetForm == .origin || targetForm == .asterisk { authorityRange16 = value }
    }

    @inline(never)
    private mutating func applyConnection(_ value: RawSpan) {
        if value.hasListElement("close") { saysClose = true }
        if value.hasListElement("keep-alive") { saysKeepAlive = true }
    }

    /// An expectation that is not known may be ignored (RFC 9110 section 10.1.1), and HTTP/1.0 has none.
    @inline(never)
    private mutating func applyExpect(_ value: RawSpan) {
        if version == .http11, value.hasListElement("100-continue") { expectsContinue = true }
    }

    /// One plain decimal number. A list of equal numbers could be collapsed, but nobody sends one in good faith.
    @inline(never)
    private mutating func applyContentLength(_ value: RawSpan) throws(WireError) {
        guard framing != .chunked else { throw .lengthWithTransferEncoding }
        guard framing == .none else { throw .duplicateContentLength }
        guard value.byteCount > 0 else { throw .malformedContentLength }
        var length: UInt64 = 0
        for offset in 0..<value.byteCount {
            let digit = value[offset] &- ASCII.zero
            guard digit < 10 else { throw .malformedContentLength }
            let (tens, overflowsTens) = length.multipliedReportingOverflow(by: 10)
            let (sum, overflowsSum) = tens.addingReportingOverflow(UInt64(digit))
            guard !overflowsTens, !overflowsSum else { throw .malformedContentLength }
            length = sum
        }
        framing = .contentLength(length)
    }

    /// `chunked`, once, and nothing else. Another coding before it is honest but not implemented; anything else
    /// leaves the end of the body in doubt.
    @inline(never)
    private mutating func applyTransferEncoding(_ value: RawSpan, _ isFirst: Bool) throws(WireError) {
        guard version == .http11 else { throw .transferEncodingInHTTP10 }
        guard isFirst else { throw .malformedTransferEncoding }
        guard framing == .none else { throw .lengthWithTransferEncoding }
        if value.equalsIgnoringASCIICase("chunked") {
            framing = .chunked
            return
        }
        guard let last = value.lastOffset(of: ASCII.comma),
            value.extracting(last + 1..<value.byteCount).trimmed.equalsIgnoringASCIICase("chunked"),
            !value.extracting(first: last).hasListElement("chunked")
        else { throw .malformedTransferEncoding }
        throw .unsupportedTransferEncoding
    }
}

extension RawSpan {
    /// Whether one element of this comma-separated list is `lowercase`, in any case (RFC 9110 section 5.6.1). O(n).
    func hasListElement(_ lowercase: StaticString) -> Bool {
        var start = 0
        while start <= byteCount {
            let end = firstOffset(of: ASCII.comma, from: start) ?? byteCount
            if extracting(start..<end).trimmed.equalsIgnoringASCIICase(lowercase) { return true }
            start = end + 1
        }
        return false
    }

    /// The same bytes without the spaces and tabs at both ends.
    var trimmed: RawSpan {
        @_lifetime(copy self)
        get {
            var start = 0
            var end = byteCount
            while start < end, self[start].isOptionalWhitespace { start += 1 }
            while end > start, self[end - 1].isOptionalWhitespace { end -= 1 }
            return extracting(start..<end)
        }
    }

    /// The offset of the last `byte`, or nil.
    func lastOffset(of byte: UInt8) -> Int? {
        var offset = byteCount
        while offset > 0 {
            offset -= 1
            if self[offset] == byte { return offset }
        }
        return nil
    }
}
