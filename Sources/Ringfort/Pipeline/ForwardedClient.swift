import Bytes
import HTTPWire
import Reactor

extension TrustedProxies {
    /// The client of a request that came from the proxy `peer`: the last address in its header that is no trusted
    /// proxy's. O(bytes of the header).
    ///
    /// Where a proxy has written what is no address (`unknown`, or an obfuscated name), it answers for it itself.
    func client(of head: borrowing RequestHead, _ headBytes: RawSpan, from peer: PeerAddress) -> PeerAddress {
        let known: KnownHeader
        switch header {
        case .xForwardedFor: known = .xForwardedFor
        case .forwarded: known = .forwarded
        }
        var client = peer
        // Several headers of one name are one list (RFC 9110 section 5.3).
        for index in (0..<head.headerCount).reversed() where head.header(index).known == known {
            guard step(through: headBytes.extracting(head.header(index).value), &client) else { break }
        }
        return client
    }

    /// Goes through one header from its end; false when the client is found.
    ///
    /// Commas separate, also within quotes: no address has one, and a quote that a client opened must not swallow what
    /// a proxy appended.
    private func step(through list: RawSpan, _ client: inout PeerAddress) -> Bool {
        var end = list.byteCount
        while end >= 0 {
            var start = end
            while start > 0, list[start - 1] != 0x2C { start -= 1 }
            let element = list.extracting(start..<end).trimmed
            end = start - 1
            guard !element.isEmpty else { continue }
            guard let address = address(in: element) else { return false }
            client = address
            guard contains(client) else { return false }
        }
        return true
    }

    private func address(in element: RawSpan) -> PeerAddress? {
        switch header {
        case .xForwardedFor: PeerAddress(node: element)
        case .forwarded: Self.forwardedFor(element)
        }
    }

    /// The one `for` of a `Forwarded` element (RFC 7239 section 4).
    private static func forwardedFor(_ element: RawSpan) -> PeerAddress? {
        // Cut within quotes: what stands between a proxy's own quotes may be its client's, such as a Host with commas.
        guard !element.endsWithinQuotes else { return nil }
        var found: PeerAddress?
        var start = 0
        while start < element.byteCount {
            let end = element.firstOffset(of: 0x3B, from: start) ?? element.byteCount
            let pair = element.extracting(start..<end).trimmed
            start = end + 1
            guard pair.byteCount > 4, pair.extracting(first: 4).equalsIgnoringASCIICase("for=") else { continue }
            guard found == nil, let address = PeerAddress(node: pair.extracting(droppingFirst: 4).unquoted) else {
                return nil
            }
            found = address
        }
        return found
    }
}

extension PeerAddress {
    /// The address of a node with or without its port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
    fileprivate init?(node: RawSpan) {
        guard !node.isEmpty else { return nil }
        if node[0] == 0x5B {
            guard let end = node.firstOffset(of: 0x5D), end + 1 == node.byteCount || node[end + 1] == 0x3A else {
                return nil
            }
            self.init(parsing: node.extracting(1..<end))
        } else if let colon = node.firstOffset(of: 0x3A), node.firstOffset(of: 0x3A, from: colon + 1) == nil {
            self.init(parsing: node.extracting(first: colon))
        } else {
            self.init(parsing: node)
        }
    }
}

extension RawSpan {
    /// The bytes without the whitespace around them.
    fileprivate var trimmed: RawSpan {
        @_lifetime(copy self)
        get {
            var (start, end) = (0, byteCount)
            while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
            while start < end, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
            return extracting(start..<end)
        }
    }

    /// Whether a quoted string is open at the end (RFC 9110 section 5.6.4).
    fileprivate var endsWithinQuotes: Bool {
        var isQuoted = false
        var offset = 0
        while offset < byteCount {
            if isQuoted && self[offset] == 0x5C {
                offset += 1
            } else if self[offset] == 0x22 {
                isQuoted.toggle()
            }
            offset += 1
        }
        return isQuoted
    }

    /// The bytes between quotes, where they stand between quotes.
    fileprivate var unquoted: RawSpan {
        @_lifetime(copy self)
        get {
            guard byteCount >= 2, self[0] == 0x22, self[byteCount - 1] == 0x22 else { return self }
            return extracting(1..<byteCount - 1)
        }
    }
}
