public import Bytes
internal import JSON

extension ByteBuffer {
    /// Appends a node as JSON text: the same values, without their places.
    public mutating func append(json node: YAMLNode) {
        switch node.content {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let text): append(text)
        case .string(let text): append(jsonString: Array(text.utf8).span.raw)
        case .sequence(let elements):
            var writer = JSONArrayWriter(into: &self)
            for element in elements {
                writer.beginElement(into: &self)
                append(json: element)
            }
            writer.finish(into: &self)
        case .mapping(let members):
            var writer = JSONObjectWriter(into: &self)
            for member in members {
                writer.append(name: Array(member.key.utf8).span.raw, into: &self)
                append(json: member.value)
            }
            writer.finish(into: &self)
        }
    }
}
