public import Bytes

extension ByteBuffer {
    /// Appends a value without the white space between its parts.
    public mutating func append(json value: borrowing JSONValue) {
        switch value.kind {
        case .object: append(jsonObject: value)
        case .array:
            var writer = JSONArrayWriter(into: &self)
            var elements = value.elements
            while let element = elements.next() {
                writer.beginElement(into: &self)
                append(json: element)
            }
            writer.finish(into: &self)
        case .string: append(jsonText: value)
        case .number: if let text = value.numberText { append(text) }
        case .bool: append(value.asBool == true ? "true" : "false")
        case .null: append("null")
        }
    }

    private mutating func append(jsonObject value: borrowing JSONValue) {
        var writer = JSONObjectWriter(into: &self)
        var members = value.members
        while let member = members.next() {
            var name = ByteBuffer(capacity: 64)
            member.name.append(to: &name)
            writer.append(name: name.bytes, into: &self)
            append(json: member.value)
        }
        writer.finish(into: &self)
    }

    private mutating func append(jsonText value: borrowing JSONValue) {
        guard let string = value.asString else { return }
        var text = ByteBuffer(capacity: 64)
        string.append(to: &text)
        append(jsonString: text.bytes)
    }
}
