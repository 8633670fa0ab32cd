import Bytes

extension RequestHead {
    /// Parses the request line at `start`, and returns the offset behind it, or nil when it is not whole yet.
    @inline(__always)
    mutating func parseRequestLine(
        _ bytes: RawSpan, from start: Int, _ limits: HTTPLimits
    ) throws(WireError) -> Int? {
        guard let target = try parseMethod(bytes, from: start),
            let version = try parseTarget(bytes, from: target, limits)
        else { return nil }
        return try parseVersion(bytes, from: version)
    }

    /// Parses the method at `start`, and returns where the target begins.
    @inline(__always)
    private mutating func parseMethod(_ bytes: RawSpan, from start: Int) throws(WireError) -> Int? {
        var end = bytes.firstOffset(from: start) { .!$0.plainNameBytes }
        if end < bytes.byteCount, bytes[end] != ASCII.space { end = bytes.tokenEnd(from: end) }
        guard end &- start <= Self.longestMethod else { throw .methodTooLong }
        guard end < bytes.byteCount else { return nil }
        guard bytes[end] == ASCII.space, end > start else { throw bytes.fault(at: end, else: .malformedRequestLine) }
        methodRange16 = Range16(start, end)
        method = Method(bytes.extracting(start..<end))
        return end &+ 1
    }

    /// Parses the target at `start`, and returns where the version begins.
    @inline(__always)
    private mutating func parseTarget(
        _ bytes: RawSpan, from start: Int, _ limits: HTTPLimits
    ) throws(WireError) -> Int? {
        let pathEnd = bytes.firstOffset(from: start, where: { $0.pathStops })
        var end = pathEnd
        if end < bytes.byteCount, bytes[end] == 0x3F {
            end = bytes.firstOffset(from: end &+ 1, where: { $0.queryStops })
            queryRange16 = Range16(pathEnd &+ 1, end)
        }
        guard end &- start <= limits.targetBytes else { throw .targetTooLong }
        guard end < bytes.byteCount else { return nil }
        guard bytes[end] == ASCII.space, end > start else { throw bytes.fault(at: end, else: .malformedTarget) }
        targetRange16 = Range16(start, end)
        if bytes[start] == ASCII.slash, method != .connect {
            targetForm = .origin
            pathRange16 = Range16(start, pathEnd)
        } else {
            try parseRareTarget(bytes, start, pathEnd: pathEnd)
        }
        return end &+ 1
    }

    /// Parses the version at `start`, and returns where the headers begin.
    @inline(__always)
    private mutating func parseVersion(_ bytes: RawSpan, from start: Int) throws(WireError) -> Int? {
        if start <= bytes.byteCount &- 10, bytes.extracting(start..<start &+ 10).equals("HTTP/1.1\r\n") {
            version = .http11
            return start &+ 10
        }
        return try parseRareVersion(bytes, from: start)
    }

    /// Parses a version that is not 1.1, not right or not whole.
    @inline(never)
    private mutating func parseRareVersion(_ bytes: RawSpan, from start: Int) throws(WireError) -> Int? {
        let pattern: StaticString = "HTTP/d.d\r\n"
        for index in 0..<pattern.utf8CodeUnitCount {
            guard start + index < bytes.byteCount else { return nil }
            let byte = bytes[start + index]
            switch index {
            case 5, 7:
                guard byte &- ASCII.zero < 10 else { throw bytes.fault(at: start + index, else: .malformedVersion) }
                guard index == 5 ? byte == 0x31 : byte <= 0x31 else { throw .unsupportedVersion }
                version = byte == 0x31 ? .http11 : .http10
            case 9:
                guard byte == ASCII.lineFeed else { throw .bareCarriageReturn }
            default:
                // SAFETY: `index` is below the literal's length.
                guard byte == (unsafe pattern.utf8Start[index]) else {
                    throw bytes.fault(at: start + index, else: .malformedVersion)
                }
            }
        }
        return start + pattern.utf8CodeUnitCount
    }

    /// The longest method that is read to its end: far above any that is registered.
    private static let longestMethod = 32
}

extension RawSpan {
    /// The offset of the first byte from `start` on that no token may hold, or `byteCount`.
    @inline(never)
    func tokenEnd(from start: Int) -> Int {
        var offset = start
        while offset < byteCount, self[offset].isTokenByte { offset += 1 }
        return offset
    }

    /// The name of the fault when the byte at `offset` ends a part of the request line that should go on.
    @inline(never)
    func fault(at offset: Int, else other: WireError) -> WireError {
        switch self[offset] {
        case ASCII.lineFeed: .bareLineFeed
        case ASCII.carriageReturn, ASCII.space, ASCII.tab: .malformedRequestLine
        default: other
        }
    }
}
