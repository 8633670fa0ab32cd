public import Bytes
import JSON

extension RawSpan {
    /// Appends the query's parameters as a JSON object of strings: `a=1&b=x+y` becomes `{"a":"1","b":"x y"}`.
    ///
    /// Decoded as application/x-www-form-urlencoded (WHATWG URL section 5.1): `+` is a space, an escape that is none stays
    /// as it is, and what is no UTF-8 becomes U+FFFD. A name that is given twice stands twice, for the reader to refuse.
    func writeQueryObject(into object: inout ByteBuffer, scratch: inout ByteBuffer) {
        var writer = JSONObjectWriter(into: &object)
        var pairs = QueryPairs(query: self)
        while let pair = pairs.next() {
            scratch.removeAll()
            pair.name.decodeForm(into: &scratch)
            writer.append(name: scratch.bytes, into: &object)
            scratch.removeAll()
            pair.value.decodeForm(into: &scratch)
            object.append(jsonString: scratch.bytes)
        }
        writer.finish(into: &object)
    }

    /// Appends the parameters of a form in the same way, but of one that every reader reads alike. False, with half an
    /// object, where an escape is none, a byte should have been one, or something is no UTF-8.
    func writeFormObject(into object: inout ByteBuffer, scratch: inout ByteBuffer) -> Bool {
        var writer = JSONObjectWriter(into: &object)
        var pairs = QueryPairs(query: self)
        while let pair = pairs.next() {
            scratch.removeAll()
            guard pair.name.decodeForm(into: &scratch), scratch.bytes.isUTF8 else { return false }
            writer.append(name: scratch.bytes, into: &object)
            scratch.removeAll()
            guard pair.value.decodeForm(into: &scratch), scratch.bytes.isUTF8 else { return false }
            object.append(jsonString: scratch.bytes)
        }
        writer.finish(into: &object)
        return true
    }

    /// Decodes a name or a value; false where an escape is none, or a byte stands for itself that must not: a control
    /// character, or one beyond ASCII.
    @discardableResult
    func decodeForm(into text: inout ByteBuffer) -> Bool {
        var (offset, isStrict) = (0, true)
        while offset < byteCount {
            let byte = self[offset]
            if byte == 0x25, offset + 2 < byteCount, let high = self[offset + 1].hexDigitValue,
                let low = self[offset + 2].hexDigitValue
            {
                text.append(high << 4 | low)
                offset += 3
            } else {
                if byte == 0x25 || byte &- 0x20 > 0x5E { isStrict = false }
                text.append(byte == 0x2B ? 0x20 : byte)
                offset += 1
            }
        }
        return isStrict
    }
}

/// The parameters of a query as they were sent, one after the other.
private struct QueryPairs: ~Escapable {
    struct Pair: ~Escapable {
        let name: RawSpan
        let value: RawSpan

        @_lifetime(copy pair)
        init(_ pair: RawSpan) {
            let middle = pair.firstOffset(of: 0x3D) ?? pair.byteCount
            name = pair.extracting(first: middle)
            value = pair.extracting(droppingFirst: min(middle + 1, pair.byteCount))
        }
    }

    private let query: RawSpan
    private var start = 0

    @_lifetime(copy query)
    init(query: RawSpan) { self.query = query }

    @_lifetime(copy self)
    mutating func next() -> Pair? {
        while start < query.byteCount {
            let end = query.firstOffset(of: 0x26, from: start) ?? query.byteCount
            let pair = query.extracting(start..<end)
            start = end + 1
            if !pair.isEmpty { return Pair(pair) }
        }
        return nil
    }
}

extension Request {
    /// The value of the first of the query's parameters called `name`, decoded as the route's schema saw it; nil when there
    /// is none. O(query), and a copy.
    public func queryParameter(_ name: StaticString) -> ByteBuffer? {
        guard let query else { return nil }
        var text = ByteBuffer(capacity: 64)
        var pairs = QueryPairs(query: query)
        while let pair = pairs.next() {
            text.removeAll()
            pair.name.decodeForm(into: &text)
            guard text.bytes.equals(name) else { continue }
            text.removeAll()
            pair.value.decodeForm(into: &text)
            // Its text, in which what is no UTF-8 is U+FFFD, as in the object that the schema has judged.
            let value = String(text.bytes)
            text.removeAll()
            text.append(value)
            return text
        }
        return nil
    }
}

extension RouteTable {
    /// Appends the parameters of a matched path as a JSON object of strings.
    func writeParameters(
        _ parameters: PathParameters, route: Int, path: RawSpan, into object: inout ByteBuffer
    ) {
        var writer = JSONObjectWriter(into: &object)
        for index in 0..<parameters.count {
            appendParameterName(index, route: route, &writer, into: &object)
            object.append(jsonString: path.extracting(parameters[index]))
        }
        writer.finish(into: &object)
    }
}
