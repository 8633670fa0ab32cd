public import Bytes

extension ByteBuffer {
    /// Appends a value as JSON, for those who prefer `Codable` to `JSONObjectWriter`.
    ///
    /// Members come in the order in which the type encodes them, without those of nil optionals. No type is treated in a way
    /// of its own: a `Date` is the number that its own `encode(to:)` gives. The value is built as a tree first, which
    /// allocates for each container and string. O(size of the text).
    ///
    /// - Throws: `EncodingError`, for a number that JSON can't write (infinite or none at all); what the type throws.
    ///   The buffer is then as it was.
    public mutating func append(json value: some Encodable) throws {
        let root = JSONEncodedValue()
        try JSONValueEncoder(root, codingPath: []).encode(value)
        root.write(into: &self)
    }
}

/// A value in the making. Containers are references: an encoder may go on with an outer one while an inner one is open.
final class JSONEncodedValue {
    enum Content {
        case null
        /// A number or a word, as JSON has it.
        case word(String)
        case string(String)
        case array([JSONEncodedValue])
        case object(JSONEncodedMembers<JSONEncodedName, JSONEncodedValue>)
    }

    var content = Content.null

    func write(into buffer: inout ByteBuffer) {
        switch content {
        case .null: buffer.append("null")
        case .word(let text): buffer.append(text)
        case .string(let text): buffer.append(jsonString: text.utf8.span.raw)
        case .array(let elements):
            var writer = JSONArrayWriter(into: &buffer)
            for element in elements {
                writer.beginElement(into: &buffer)
                element.write(into: &buffer)
            }
            writer.finish(into: &buffer)
        case .object(let members):
            var writer = JSONObjectWriter(into: &buffer)
            for member in members.entries {
                writer.append(name: member.name.text.utf8.span.raw, into: &buffer)
                member.value.write(into: &buffer)
            }
            writer.finish(into: &buffer)
        }
    }

    /// Adds a member; one of that name takes its place.
    func addMember(_ name: String) -> JSONEncodedValue {
        let value = JSONEncodedValue()
        var members = JSONEncodedMembers<JSONEncodedName, JSONEncodedValue>()
        if case .object(let others) = content { members = others }
        content = .null
        members.set(JSONEncodedName(text: name), to: value)
        content = .object(members)
        return value
    }

    /// Adds an element.
    func addElement() -> JSONEncodedValue {
        let value = JSONEncodedValue()
        guard case .array(var elements) = content else {
            content = .array([value])
            return value
        }
        content = .null
        elements.append(value)
        content = .array(elements)
        return value
    }
}
