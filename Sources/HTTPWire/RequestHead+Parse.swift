import Bytes

/// How far `RequestHead.parse` came.
public enum ParseProgress: Equatable, Sendable {
    /// The head goes on behind the bytes that are there.
    case incomplete
    /// The head is whole and took this many bytes; the body, or the next request, begins there.
    case complete(byteCount: Int)
}

extension RequestHead {
    /// Parses the head of the request at the front of `bytes`. O(bytes of the head).
    ///
    /// When the head is not whole yet, call again with the same bytes and those that came after them: parsing starts
    /// over, so that nothing has to be kept of a split head but its bytes. What is wrong is reported by the first
    /// byte that shows it, and the outcome is the same however the bytes were split.
    ///
    /// - Throws: `WireError`; what the table holds means nothing then.
    public mutating func parse(_ bytes: RawSpan, limits: HTTPLimits) throws(WireError) -> ParseProgress {
        begin(limits)
        // A head may not be longer, so that what stands behind its limit can't change what is said about it.
        let head = bytes.byteCount > limits.headBytes ? bytes.extracting(first: limits.headBytes) : bytes
        if let end = try parseLines(head, limits) { return .complete(byteCount: end) }
        guard bytes.byteCount < limits.headBytes else { throw .headTooLarge }
        return .incomplete
    }

    private mutating func begin(_ limits: HTTPLimits) {
        if headers.count < limits.headers { headers = Self.table(limits.headers) }
        method = nil
        headerCount = 0
        seen = 0
        expectsContinue = false
        saysClose = false
        saysKeepAlive = false
        framing = .none
        authorityRange16 = Range16()
        queryRange16 = Range16()
    }

    /// Parses up to the empty line, and returns the offset behind it, or nil when it is not there yet.
    private mutating func parseLines(_ bytes: RawSpan, _ limits: HTTPLimits) throws(WireError) -> Int? {
        guard let start = try Self.skipEmptyLine(bytes),
            var line = try parseRequestLine(bytes, from: start, limits)
        else { return nil }
        while line < bytes.byteCount {
            if bytes[line] == ASCII.carriageReturn {
                guard let end = try Self.lineEnd(bytes, at: line) else { return nil }
                guard seen & KnownHeader.host.bit != 0 || version == .http10 else { throw .missingHost }
                return end
            }
            guard let next = try parseHeader(bytes, from: line, limits) else { return nil }
            line = next
        }
        return nil
    }

    /// Skips one CRLF, which old clients send behind a body (RFC 9112 section 2.2).
    private static func skipEmptyLine(_ bytes: RawSpan) throws(WireError) -> Int? {
        guard bytes.byteCount > 0 else { return nil }
        guard bytes[0] == ASCII.carriageReturn else { return 0 }
        return try Self.lineEnd(bytes, at: 0)
    }

    /// The offset behind the CRLF whose CR stands at `offset`, or nil when the LF is not there yet.
    @inline(__always)
    private static func lineEnd(_ bytes: RawSpan, at offset: Int) throws(WireError) -> Int? {
        guard offset &+ 1 < bytes.byteCount else { return nil }
        guard bytes[offset &+ 1] == ASCII.lineFeed else { throw .bareCarriageReturn }
        return offset &+ 2
    }
}

// MARK: - Header lines

extension RequestHead {
    /// Parses the header line at `line`, and returns the offset behind it, or nil when it is not whole yet.
    @inline(__always)
    private mutating func parseHeader(
        _ bytes: RawSpan, from line: Int, _ limits: HTTPLimits
    ) throws(WireError) -> Int? {
        guard headerCount < limits.headers else { throw .tooManyHeaders }
        let longest = line &+ limits.headerBytes

        var colon = bytes.firstOffset(from: line) { .!$0.plainNameBytes }
        if colon < bytes.byteCount, bytes[colon] != ASCII.colon {
            colon = try Self.rareNameEnd(bytes, from: colon, line, longest: longest, isFirst: headerCount == 0)
        }
        guard colon <= longest else { throw .headerTooLarge }
        guard colon < bytes.byteCount else { return nil }
        guard colon > line else { throw .emptyHeaderName }

        var start = colon &+ 1
        while start < bytes.byteCount, bytes[start].isOptionalWhitespace { start &+= 1 }
        let stop = bytes.firstOffset(from: start, where: { $0.valueStops })
        guard stop <= longest else { throw .headerTooLarge }
        guard stop < bytes.byteCount else { return nil }
        guard bytes[stop] == ASCII.carriageReturn else {
            throw bytes[stop] == ASCII.lineFeed ? .bareLineFeed : .malformedHeaderValue
        }
        guard let next = try Self.lineEnd(bytes, at: stop) else { return nil }
        var end = stop
        while end > start, bytes[end &- 1].isOptionalWhitespace { end &-= 1 }

        let known = knownHeaders.lookUp(bytes, from: line, length: colon &- line)
        headers[headerCount] = HeaderField(name: Range16(line, colon), value: Range16(start, end), known: known)
        if let known {
            let isFirst = record(known, at: headerCount)
            try apply(known, bytes, Range16(start, end), isFirst: isFirst)
        }
        headerCount &+= 1
        return next
    }

    /// The end of a name that has other bytes than letters, digits and hyphens, the first of them at `offset`: the
    /// offset of its colon, or of the end of `bytes`.
    @inline(never)
    private static func rareNameEnd(
        _ bytes: RawSpan, from offset: Int, _ line: Int, longest: Int, isFirst: Bool
    ) throws(WireError) -> Int {
        var offset = offset
        while offset < bytes.byteCount, bytes[offset].isTokenByte { offset += 1 }
        guard offset <= longest else { throw .headerTooLarge }
        guard offset < bytes.byteCount, bytes[offset] != ASCII.colon else { return offset }
        switch bytes[offset] {
        case ASCII.lineFeed: throw .bareLineFeed
        case ASCII.space, ASCII.tab:
            guard offset == line else { throw .malformedHeaderName }
            throw isFirst ? .whitespaceBeforeHeader : .foldedHeader
        default: throw .malformedHeaderName
        }
    }
}
