import Bytes
import JSON
import JSONSchema

/// A route's schema, as a document of another form can hold it.
struct PublishedSchema {
    private let text: String

    init(_ definition: SchemaDefinition) { text = definition.json }

    /// The schema as it stands in a document at `place`, a JSON pointer in a fragment (`#/components/schemas/Post`): what it
    /// refers to within itself is found there. A reference to another document, which nobody could follow, becomes `true`:
    /// everything is allowed, as far as a reader knows.
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

    private static func append(_ value: JSONValue, at place: String, to buffer: inout ByteBuffer) {
        switch value.kind {
        case .object:
            if let reference = value.member("$ref")?.asString {
                let target = copy(reference)
                guard !place.isEmpty, target == "#" || target.hasPrefix("#/") else { return buffer.append("true") }
                return buffer.append(JSONFragment.object(["$ref": JSONFragment.string(place + target.dropFirst())]))
            }
            var writer = JSONObjectWriter(into: &buffer)
            var members = value.members
            while let member = members.next() {
                writer.append(name: copy(member.name).utf8.span.raw, into: &buffer)
                append(member.value, at: place, to: &buffer)
            }
            writer.finish(into: &buffer)
        case .array:
            var writer = JSONArrayWriter(into: &buffer)
            var elements = value.elements
            while let element = elements.next() {
                writer.beginElement(into: &buffer)
                append(element, at: place, to: &buffer)
            }
            writer.finish(into: &buffer)
        case .null, .bool, .number, .string: buffer.append(json: value)
        }
    }

    private static func copy(_ text: JSONString) -> String {
        var buffer = ByteBuffer(capacity: 64)
        text.append(to: &buffer)
        return String(buffer.bytes)
    }
}
