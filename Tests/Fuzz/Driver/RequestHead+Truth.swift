import Bytes
import HTTPWire

extension RequestHead {
    /// Requires that the table is what stands in `bytes`, which are exactly those of the head.
    borrowing func requireTrue(of bytes: RawSpan, _ limits: HTTPLimits) {
        require(bytes.byteCount <= limits.headBytes, "the head is within its limit")
        var walk = Walk(bytes)
        if bytes.starts(with: "\r\n") { walk.pass("\r\n") }
        walk.pass(methodRange)
        walk.pass(" ")
        walk.pass(targetRange)
        walk.pass(version == .http11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n")
        requireTrueRequestLine(of: bytes, limits)
        require(headerCount <= limits.headers, "there are no more headers than the limit allows")
        for index in 0..<headerCount {
            let header = header(index)
            let start = walk.offset
            walk.pass(header.name)
            walk.pass(":")
            walk.passBlanks()
            walk.pass(header.value)
            walk.passBlanks()
            require(walk.offset - start <= limits.headerBytes, "a header is within its limit")
            walk.pass("\r\n")
            header.requireTrue(of: bytes)
        }
        walk.pass("\r\n")
        require(walk.offset == bytes.byteCount, "the head ends with its empty line")
        requireTrueCounts()
        requireTrueFraming(of: bytes)
    }

    private borrowing func requireTrueRequestLine(of bytes: RawSpan, _ limits: HTTPLimits) {
        let name = bytes.extracting(methodRange)
        require(name.byteCount > 0 && name.consists { $0.isToken }, "the method is a token")
        for method in Method.allCases {
            require(name.equals(method.name) == (self.method == method), "the method has its name")
        }
        let target = bytes.extracting(targetRange)
        require((1...limits.targetBytes).contains(target.byteCount), "the target is within its limit")
        require(target.consists { (0x21...0x7E).contains($0) && $0 != 0x23 }, "the target is visible, without #")
        let mark = target.firstOffset(of: 0x3F).map { targetRange.lowerBound + $0 }
        require(queryRange == mark.map { $0 + 1..<targetRange.upperBound }, "a query is what follows the first ?")
        require(pathRange.isWithin(targetRange), "the path stands in the target")
        requireTrueForm(of: bytes)
    }

    private borrowing func requireTrueForm(of bytes: RawSpan) {
        let target = bytes.extracting(targetRange)
        switch targetForm {
        case .origin, .absolute:
            let path = bytes.extracting(pathRange)
            require(path.starts(with: "/") && path.firstOffset(of: 0x3F) == nil, "a path begins with a slash")
        case .asterisk: require(method == .options && target.equals("*"), "only OPTIONS asks for *")
        case .authority: require(method == .connect, "only CONNECT names an authority alone")
        }
        guard let authorityRange else {
            require(version == .http10 && count(of: .host) == 0, "only old clients name no authority")
            return
        }
        if targetForm == .absolute || targetForm == .authority {
            require(authorityRange.isWithin(targetRange), "the authority is the target's where it has one")
        } else {
            require(authorityRange == value(of: .host), "the authority is else the Host header's")
        }
        let authority = bytes.extracting(authorityRange)
        let isPlain = authority.byteCount > 0 && authority.consists { $0.isText && $0 != 0x2F && $0 != 0x40 }
        require(isPlain, "an authority is a host and a port, without user or path")
    }

    private borrowing func requireTrueCounts() {
        for known in KnownHeader.allCases {
            var count = 0
            var first: Int?
            for index in 0..<headerCount where header(index).known == known {
                count += 1
                first = first ?? index
            }
            require(count == self.count(of: known) && first == firstIndex(of: known), "known headers are counted")
            require(value(of: known) == first.map { header($0).value }, "a known header's value is its first one's")
        }
    }

    private borrowing func requireTrueFraming(of bytes: RawSpan) {
        require(count(of: .host) <= 1 && (version == .http10 || count(of: .host) == 1), "there is one Host")
        let lengths = count(of: .contentLength)
        let codings = count(of: .transferEncoding)
        switch framing {
        case .none: require(lengths == 0 && codings == 0, "what has no framing has no header that says so")
        case .chunked:
            require(lengths == 0 && codings == 1 && version == .http11, "chunks exclude a length")
            guard let value = value(of: .transferEncoding) else { return }
            require(bytes.extracting(value).equalsIgnoringASCIICase("chunked"), "the coding is chunked alone")
        case .contentLength(let length):
            require(lengths == 1 && codings == 0, "a length excludes chunks, and another length")
            guard let value = value(of: .contentLength) else { return }
            let digits = bytes.extracting(value)
            require(digits.consists { (0x30...0x39).contains($0) }, "a length is digits alone")
            require(UInt64(String(digits)) == length, "the length is the header's")
        }
        require(!expectsContinue || version == .http11 && count(of: .expect) > 0, "only a client that says so waits")
        require(
            count(of: .connection) > 0 || keepAlive == (version == .http11), "the version decides over the connection")
    }
}

extension HeaderField {
    fileprivate func requireTrue(of bytes: RawSpan) {
        let name = bytes.extracting(name)
        require(name.byteCount > 0 && name.consists { $0.isToken }, "a header's name is a token")
        let value = bytes.extracting(value)
        require(value.consists { $0.isText }, "a header's value has no control characters")
        let hasBlankEnds = value.byteCount > 0 && (value[0].isBlank || value[value.byteCount - 1].isBlank)
        require(!hasBlankEnds, "blanks around a value are none of it")
        for other in KnownHeader.allCases {
            require(name.equalsIgnoringASCIICase(other.name) == (known == other), "a header is known by its name alone")
        }
    }
}

extension Range<Int> {
    fileprivate func isWithin(_ other: Self) -> Bool {
        lowerBound >= other.lowerBound && upperBound <= other.upperBound
    }
}

/// Passes over the parts of a head, each of which must begin where the last one ended.
private struct Walk: ~Escapable {
    private let bytes: RawSpan
    private(set) var offset = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    mutating func pass(_ range: Range<Int>) {
        require(range.lowerBound == offset && range.upperBound <= bytes.byteCount, "nothing is left out of a head")
        offset = range.upperBound
    }

    mutating func pass(_ literal: StaticString) {
        require(bytes.extracting(droppingFirst: offset).starts(with: literal), "what stands between is the grammar's")
        offset += literal.utf8CodeUnitCount
    }

    mutating func passBlanks() {
        while offset < bytes.byteCount, bytes[offset].isBlank { offset += 1 }
    }
}
