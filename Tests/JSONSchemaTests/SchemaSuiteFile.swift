import Bytes
import JSON
import TestSupport

/// A file of the official suite: groups of documents, each group with its schema.
struct SchemaSuiteFile {
    let groups: [Group]

    struct Group {
        let description: String
        let schema: [UInt8]
        let cases: [Case]
    }

    struct Case {
        let description: String
        let document: [UInt8]
        let isValid: Bool
    }

    static let folder = "json-schema/tests/draft2020-12"
    private static let limits = JSONLimits(depth: 512)

    /// Reads a file by its path below the draft's folder.
    init(_ name: String) throws {
        let bytes = try Fixture.bytes("\(Self.folder)/\(name)")
        var tape = JSONTape()
        let root = try tape.parse(bytes.span.raw, limits: Self.limits)
        var groups: [Group] = []
        var rest = root.elements
        while let group = rest.next() { groups.append(Group(group)) }
        self.groups = groups
    }
}

extension SchemaSuiteFile.Group {
    fileprivate init(_ group: JSONValue) {
        var cases: [SchemaSuiteFile.Case] = []
        if let tests = group.member("tests") {
            var rest = tests.elements
            while let test = rest.next() {
                cases.append(
                    SchemaSuiteFile.Case(
                        description: text(of: "description", in: test), document: json(of: "data", in: test),
                        isValid: json(of: "valid", in: test).elementsEqual("true".utf8)))
            }
        }
        self.init(description: text(of: "description", in: group), schema: json(of: "schema", in: group), cases: cases)
    }
}

private func text(of name: StaticString, in object: JSONValue) -> String {
    guard let value = object.member(name), let string = value.asString else { return "" }
    return String(string.raw)
}

private func json(of name: StaticString, in object: JSONValue) -> [UInt8] {
    guard let value = object.member(name) else { return [] }
    return Array(spelling(of: value).utf8)
}

/// A value's JSON text, numbers and strings exactly as they were written.
private func spelling(of value: JSONValue) -> String {
    switch value.kind {
    case .null: return "null"
    case .bool: return value.asBool == true ? "true" : "false"
    case .number:
        guard let text = value.numberText else { return "" }
        return String(text)
    case .string:
        guard let string = value.asString else { return "" }
        return "\"\(String(string.raw))\""
    case .array:
        var elements: [String] = []
        var rest = value.elements
        while let element = rest.next() { elements.append(spelling(of: element)) }
        return "[\(elements.joined(separator: ","))]"
    case .object:
        var members: [String] = []
        var rest = value.members
        while let member = rest.next() {
            members.append("\"\(String(member.name.raw))\":\(spelling(of: member.value))")
        }
        return "{\(members.joined(separator: ","))}"
    }
}
