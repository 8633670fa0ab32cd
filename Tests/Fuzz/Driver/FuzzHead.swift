import Bytes
import HTTPWire

/// A head is read the same however it comes in pieces and whatever was read before it, and its table is what stands in
/// its bytes.
func fuzzHead(_ bytes: RawSpan) {
    var choices = Choices(of: bytes)
    let (narrow, wide): (HTTPLimits, HTTPLimits) = choices.coin() ? (.tight, .standard) : (.standard, .wide)
    var head = RequestHead()
    let end = head.end(of: bytes, narrow)
    // The other table has been used: by another request, and by every parse below.
    var used = RequestHead()
    require(used.end(of: other.bytes, .standard) != .incomplete, "the other request is whole")
    requireSameInPieces(head, end, bytes, narrow, &choices, &used)
    guard case .complete(let byteCount) = end else { return }
    require(byteCount <= bytes.byteCount, "a head ends within its bytes")
    head.requireTrue(of: bytes.extracting(first: byteCount), narrow)

    // A limit refuses. It never changes what is taken.
    require(used.end(of: bytes, wide) == end, "what narrow limits take, wide ones take")
    requireSame(head, used)
}

/// What became of a head.
enum HeadEnd: Equatable {
    case incomplete
    case complete(byteCount: Int)
    case refused(WireError)
}

extension RequestHead {
    /// Parses, and says what became of it.
    mutating func end(of bytes: RawSpan, _ limits: HTTPLimits) -> HeadEnd {
        do throws(WireError) {
            switch try parse(bytes, limits: limits) {
            case .incomplete: return .incomplete
            case .complete(let byteCount): return .complete(byteCount: byteCount)
            }
        } catch {
            return .refused(error)
        }
    }
}

/// Reads the head again in two pieces, and without what follows it.
private func requireSameInPieces(
    _ head: borrowing RequestHead, _ end: HeadEnd, _ bytes: RawSpan, _ limits: HTTPLimits, _ choices: inout Choices,
    _ used: inout RequestHead
) {
    let inLimit = bytes.extracting(first: min(bytes.byteCount, limits.headBytes))
    require(used.end(of: inLimit, limits) == end, "what stands behind the limit changes nothing")
    for _ in 0..<3 {
        let split = choices.next(below: bytes.byteCount + 1)
        let early = used.end(of: bytes.extracting(first: split), limits)
        if early == .incomplete {
            require(used.end(of: bytes, limits) == end, "a head in two pieces ends as it does in one")
        } else {
            require(early == end, "nothing is said of a head before it is true")
        }
        if case .complete = end { requireSame(head, used) }
    }
    if case .complete(let byteCount) = end {
        require(used.end(of: bytes.extracting(first: byteCount), limits) == end, "a head does not need what follows it")
        requireSame(head, used)
        let all = bytes.extracting(first: byteCount - 1)
        require(used.end(of: all, limits) == .incomplete, "a head is whole with its last byte, not before")
    }
}

private let other: StaticString =
    """
    POST http://other.example:8080/some/path?and=query HTTP/1.1\r
    Host: other.example:8080\r
    Connection: close, keep-alive\r
    Transfer-Encoding: chunked\r
    Expect: 100-continue\r
    Authorization: one\r
    Authorization: two\r
    X-Forwarded-For: 192.0.2.1\r
    \r

    """

/// Requires that two tables say the same.
private func requireSame(_ left: borrowing RequestHead, _ right: borrowing RequestHead) {
    require(left.method == right.method && left.methodRange == right.methodRange, "the method is the same")
    require(left.targetForm == right.targetForm && left.targetRange == right.targetRange, "the target is the same")
    require(left.pathRange == right.pathRange && left.queryRange == right.queryRange, "path and query are the same")
    require(left.authorityRange == right.authorityRange, "the authority is the same")
    require(left.version == right.version && left.framing == right.framing, "version and framing are the same")
    require(
        left.keepAlive == right.keepAlive && left.expectsContinue == right.expectsContinue,
        "what the connection and the client wait for is the same")
    require(left.headerCount == right.headerCount, "the number of headers is the same")
    for index in 0..<left.headerCount {
        let (one, two) = (left.header(index), right.header(index))
        require(one.name == two.name && one.value == two.value && one.known == two.known, "each header is the same")
    }
    for known in KnownHeader.allCases {
        require(
            left.count(of: known) == right.count(of: known)
                && left.firstIndex(of: known) == right.firstIndex(of: known),
            "the known headers are the same")
    }
}
