import Bytes
import JSON
import JSONSchema

extension SchemaDefinition {
    /// Where objects are described without a word about the members that have no name there, as JSON pointers into the
    /// schema.
    ///
    /// Only what describes a value by itself is looked at: a branch of `allOf` and the like may leave that to the others.
    var openObjects: [String] {
        guard self != .anything else { return [""] }
        var tape = JSONTape()
        let text = Array(json.utf8)
        do throws(JSONError) {
            let root = try tape.parse(text.span.raw, limits: JSONLimits(depth: 128, membersInObject: .max, nodes: .max))
            return Self.openObjects(in: root, at: "")
        } catch {
            // What is no JSON is no schema, and refused as such.
            return []
        }
    }

    private static func openObjects(in schema: JSONValue, at pointer: String) -> [String] {
        guard schema.kind == .object else { return [] }
        let describesObjects = schema.member("properties") != nil || schema.member("type")?.names("object") == true
        let decides = schema.member("additionalProperties") != nil || schema.member("unevaluatedProperties") != nil
        var found = describesObjects && !decides ? [pointer] : []
        if let properties = schema.member("properties") {
            var members = properties.members
            while let member = members.next() {
                found += openObjects(in: member.value, at: "\(pointer)/properties/\(member.name.text)")
            }
        }
        if let items = schema.member("items") { found += openObjects(in: items, at: "\(pointer)/items") }
        return found
    }
}

extension JSONValue {
    /// Whether the value of `type` names this type.
    fileprivate func names(_ type: StaticString) -> Bool {
        if let string = asString { return string.equals(type) }
        var rest = elements
        while let element = rest.next() {
            if element.asString?.equals(type) == true { return true }
        }
        return false
    }
}

extension JSONString {
    fileprivate var text: String {
        var buffer = ByteBuffer(capacity: 64)
        append(to: &buffer)
        return String(buffer.bytes)
    }
}
