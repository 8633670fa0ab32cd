import Bytes
import JSON

extension RawSpan {
    /// Appends the query's parameters as a JSON object of strings: `a=1&b=x+y` becomes `{"a":"1","b":"x y"}`.
    ///
    /// Decoded as application/x-www-form-urlencoded (WHATWG URL section 5.1): `+` is a space, an escape that is none stays
    /// as it is, and what is no UTF-8 becomes U+FFFD. A name that is given twice stands twice, for the reader to refuse.
    func writeQueryObject(into object: inout ByteBuffer, scratch: inout ByteBuffer) {
        var writer = JSONObjectWriter(into: &object)
        var start = 0
        while start < byteCount {
            let end = firstOffset(of: 0x26, from: start) ?? byteCount
            let pair = extracting(start..<end)
            start = end + 1
            guard !pair.isEmpty else { continue }
            let middle = pair.firstOffset(of: 0x3D) ?? pair.byteCount
            scratch.removeAll()
            pair.extracting(first: middle).decodeForm(into: &scratch)
            writer.append(name: scratch.bytes, into: &object)
            scratch.removeAll()
            if middle < pair.byteCount { pair.extracting(droppingFirst: middle + 1).decodeForm(into: &scratch) }
            object.append(jsonString: scratch.bytes)
        }
        writer.finish(into: &object)
    }

    private func decodeForm(into text: inout ByteBuffer) {
        var offset = 0
        while offset < byteCount {
            let byte = self[offset]
            if byte == 0x25, offset + 2 < byteCount, let high = self[offset + 1].hexDigitValue,
                let low = self[offset + 2].hexDigitValue
            {
                text.append(high << 4 | low)
                offset += 3
            } else {
                text.append(byte == 0x2B ? 0x20 : byte)
                offset += 1
            }
        }
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
