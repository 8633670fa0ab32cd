import Bytes
import JSON
import JSONSchema

/// A route's schema, as a document of another form can hold it.
struct PublishedSchema {
    private let text: String

    init(_ definition: SchemaDefinition) { text = definition.json }

    /// The schema as it stands in a document at `place`, a JSON pointer in a fragment (`#/components/schemas/Post`): what it
    /// refers to within itself is found there. A reference that nobody could follow, to another document or to a name, is
    /// left out: everything is allowed that what stands beside it allows. So is `$id`, from which references would start.
    func text(at place: String) -> String {
        withDocument { document in
            var buffer = ByteBuffer(capacity: text.utf8.count)
            Self.append(document, at: place, to: &buffer)
            return String(buffer.bytes)
        } ?? "true"
    }

    /// A parameter that the schema of an object of strings names.
    struct Parameter: Equatable {
        let name: String
        let schema: String
        let isRequired: Bool
    }

    /// The properties of an object's schema, in their order; none where it is no such schema.
    var parameters: [Parameter] {
        withDocument { document in
            var parameters: [Parameter] = []
            var required: [String] = []
            if let list = document.member("required") {
                var names = list.elements
                while let name = names.next() { if let text = name.asString { required.append(Self.copy(text)) } }
            }
            guard let properties = document.member("properties") else { return parameters }
            var members = properties.members
            while let member = members.next() {
                let name = Self.copy(member.name)
                var schema = ByteBuffer(capacity: 256)
                Self.append(member.value, at: "", to: &schema)
                parameters.append(
                    Parameter(name: name, schema: String(schema.bytes), isRequired: required.contains(name)))
            }
            return parameters
        } ?? []
    }

    private func withDocument<Result>(_ body: (JSONValue) -> Result) -> Result? {
        var tape = JSONTape()
        do throws(JSONError) {
            // Whether it is a schema was found out when the server was made.
            return body(try tape.parse(text.utf8.span.raw))
        } catch {
            return nil
        }
    }

    /// Appends a schema, or a map from names to schemas, such as `properties`, whose names are no keywords.
    private static func append(
        _ value: JSONValue, at place: String, isMap: Bool = false, to buffer: inout ByteBuffer
    ) {
        switch value.kind {
        case .object:
            var writer = JSONObjectWriter(into: &buffer)
            var members = value.members
            while let member = members.next() {
                let name = copy(member.name)
                if !isMap, name == "$id", member.value.asString != nil { continue }
                if !isMap, name == "$ref", let text = member.value.asString {
                    let target = copy(text)
                    guard !place.isEmpty, target == "#" || target.hasPrefix("#/") else { continue }
                    writer.append(name: name.utf8.span.raw, into: &buffer)
                    buffer.append(jsonString: "\(place)\(target.dropFirst())".utf8.span.raw)
                    continue
                }
                writer.append(name: name.utf8.span.raw, into: &buffer)
                if !isMap && data.contains(name) {
                    buffer.append(json: member.value)
                } else {
                    let isMap = !isMap && maps.contains(name)
                    append(member.value, at: Self.place(place, in: member.value), isMap: isMap, to: &buffer)
                }
            }
            writer.finish(into: &buffer)
        case .array:
            var writer = JSONArrayWriter(into: &buffer)
            var elements = value.elements
            while let element = elements.next() {
                writer.beginElement(into: &buffer)
                append(element, at: Self.place(place, in: element), to: &buffer)
            }
            writer.finish(into: &buffer)
        case .null, .bool, .number, .string: buffer.append(json: value)
        }
    }

    /// Where references below a value start: a part with a name of its own starts anew, at a place that has no pointer here.
    private static func place(_ place: String, in value: JSONValue) -> String {
        value.member("$id")?.asString == nil ? place : ""
    }

    /// Keywords whose values are data, whatever they look like (validation sections 6.1.2, 6.1.3, 9.2 and 9.5).
    private static let data: Set = ["const", "default", "enum", "examples"]
    /// Keywords whose values are schemas by names (core sections 8.2.4, 10.2.2 and 10.3.2; `definitions` of older drafts).
    private static let maps: Set = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]

    private static func copy(_ text: JSONString) -> String {
        var buffer = ByteBuffer(capacity: 64)
        text.append(to: &buffer)
        return String(buffer.bytes)
    }
}
