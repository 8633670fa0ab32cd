import Bytes
import HTTPWire

/// A path has one canonical form or none, in whatever request it stands; that form has nothing in it that could mean
/// another path, and whatever spelling of it is sent, the same comes out.
func fuzzPath(_ bytes: RawSpan) {
    var head = RequestHead()
    let target = CanonicalTarget("GET ", bytes, " HTTP/1.1\r\nHost: h\r\n\r\n", &head)
    guard target.result != .noPath else { return }
    let path = target.path.bytes
    requireSameEverywhere(target, &head)

    guard let expected = modelOfCanonicalPath(path) else {
        if case .refused = target.result { return }
        fail("what should be refused is refused")
    }
    require(target.result == (path.firstOffset(of: 0x25) == nil ? .inPlace : .decoded), "what is right is taken")
    require(target.canonical.bytes.equals(expected.span.raw), "each escape is decoded once")
    requireHarmless(target.canonical.bytes)

    var choices = Choices(of: bytes)
    for everySoOften in [1, 3, 0] {
        let spelling = spelling(of: target.canonical.bytes, everySoOften: everySoOften, &choices)
        let other = CanonicalTarget("GET ", spelling.bytes, " HTTP/1.1\r\nHost: h\r\n\r\n", &head)
        require(other.canonical.bytes.equals(expected.span.raw), "all spellings of a path have one canonical form")
    }
}

/// Puts the same path into other requests.
private func requireSameEverywhere(_ target: borrowing CanonicalTarget, _ head: inout RequestHead) {
    let path = target.path.bytes
    target.requireSame(CanonicalTarget("GET ", path, " HTTP/1.0\r\n\r\n", &head))
    target.requireSame(CanonicalTarget("POST ", path, "?a=//../%2e%zz\\ HTTP/1.1\r\nHost: h\r\n\r\n", &head))
    target.requireSame(CanonicalTarget("GET http://h", path, " HTTP/1.1\r\nHost: other\r\n\r\n", &head))
    target.requireSame(CanonicalTarget("\r\nPUT hTTps://[::1]:8080", path, "?q HTTP/1.0\r\nA: b\r\n\r\n", &head))
}

/// The target of a request, and what became of its path.
private struct CanonicalTarget: ~Copyable {
    enum Result: Equatable {
        /// The request is refused before its path is looked at, or has none.
        case noPath
        case inPlace
        case decoded
        case refused(WireError)
    }

    private(set) var result = Result.noPath
    /// The path as it was sent.
    private(set) var path = ByteBuffer(capacity: 64)
    /// Its canonical form; empty where it is refused.
    private(set) var canonical = ByteBuffer(capacity: 64)

    init(_ front: StaticString, _ target: RawSpan, _ rest: StaticString, _ head: inout RequestHead) {
        var request = ByteBuffer(capacity: target.byteCount + 128)
        request.append(front)
        request.append(target)
        request.append(rest)
        let bytes = request.bytes
        guard case .complete = head.end(of: bytes, .wide),
            head.targetForm == .origin || head.targetForm == .absolute
        else { return }
        let sent = bytes.extracting(head.pathRange)
        path.append(sent)
        var scratch = ByteBuffer(capacity: 64)
        scratch.append("what was here before")
        do throws(WireError) {
            switch try head.canonicalPath(in: bytes, scratch: &scratch) {
            case .inPlace:
                result = .inPlace
                canonical.append(sent)
            case .decoded:
                result = .decoded
                canonical.append(scratch.bytes)
            }
        } catch {
            result = .refused(error)
        }
    }

    borrowing func requireSame(_ other: borrowing CanonicalTarget) {
        require(path.bytes.equals(other.path.bytes), "a path is the same in another request")
        require(result == other.result, "a path is taken or refused for itself")
        require(canonical.bytes.equals(other.canonical.bytes), "a path's canonical form is the path's alone")
    }
}

/// The canonical form of a path by the book (SECURITY-REQUIREMENTS: one decoding, then no doubt), or nil.
private func modelOfCanonicalPath(_ path: RawSpan) -> [UInt8]? {
    var decoded: [UInt8] = []
    var offset = 0
    while offset < path.byteCount {
        var byte = path[offset]
        offset += 1
        if byte == 0x25 {
            guard offset + 1 < path.byteCount, let high = path[offset].hexDigitValue,
                let low = path[offset + 1].hexDigitValue
            else { return nil }
            byte = high * 16 + low
            offset += 2
            if byte == 0x2F { return nil }
        }
        if byte < 0x20 || byte == 0x7F || byte == 0x5C { return nil }
        decoded.append(byte)
    }
    let segments = decoded.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst()
    for (index, segment) in segments.enumerated() {
        if segment.isEmpty, index < segments.count - 1 { return nil }
        if segment.elementsEqual([0x2E]) || segment.elementsEqual([0x2E, 0x2E]) { return nil }
    }
    return String(validating: decoded, as: UTF8.self) == nil ? nil : decoded
}

/// Requires that nothing in a canonical path could be taken for another path.
private func requireHarmless(_ path: RawSpan) {
    require(path.starts(with: "/"), "a canonical path begins with a slash")
    for offset in 0..<path.byteCount {
        let rest = path.extracting(droppingFirst: offset)
        require(rest[0] >= 0x20 && rest[0] != 0x7F, "a canonical path has no control characters")
        require(rest[0] != 0x5C, "a canonical path has no backslash")
        require(!rest.starts(with: "//"), "a canonical path has no empty segment")
        require(!rest.starts(with: "/./") && !rest.equals("/."), "a canonical path has no dot segment")
        require(!rest.starts(with: "/../") && !rest.equals("/.."), "a canonical path does not go up")
    }
}

/// Another way to write a canonical path: what must be escaped is, and about one in `everySoOften` of the other bytes,
/// or none.
private func spelling(of path: RawSpan, everySoOften: Int, _ choices: inout Choices) -> ByteBuffer {
    let upper: StaticString = "0123456789ABCDEF"
    let lower: StaticString = "0123456789abcdef"
    var spelling = ByteBuffer(capacity: path.byteCount * 3)
    for offset in 0..<path.byteCount {
        let byte = path[offset]
        let mayStand = (0x21...0x7E).contains(byte) && byte != 0x23 && byte != 0x25 && byte != 0x3F
        if byte == 0x2F || mayStand && (everySoOften == 0 || choices.next(below: everySoOften) > 0) {
            spelling.append(byte)
        } else {
            let digits = (choices.coin() ? upper : lower).bytes
            spelling.append(0x25)
            spelling.append(digits[Int(byte >> 4)])
            spelling.append(digits[Int(byte & 0xF)])
        }
    }
    return spelling
}
