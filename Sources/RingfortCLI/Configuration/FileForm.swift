import YAML

/// What a setting's value looks like in a configuration file.
indirect enum FileForm: Equatable, Sendable {
    case text
    case wholeNumber(ClosedRange<Int64>)
    case word([String])
    /// `off`, or a mapping of `rate`, `per_seconds` and `burst`.
    case limit
    /// A sequence of texts.
    case texts
    /// `true` or `false`.
    case flag
    /// A mapping with certain members.
    case record([FileMember])
    /// A sequence.
    case list(FileForm)
    /// A mapping whose keys are names of the operator's.
    case map(FileForm, key: String)
}

extension FileForm {
    /// The text that an option would take for the same value; nil when the value has not this form.
    func text(of node: YAMLNode) -> String? {
        switch (self, node.content) {
        case (.wholeNumber, .number(let text)), (.text, .string(let text)), (.word, .string(let text)): text
        case (.flag, .bool(let value)): "\(value)"
        case (.limit, .string("off")): "off"
        case (.limit, .mapping(let members)): Self.limitText(members)
        case (.texts, .sequence(let elements)): Self.list(elements)
        default: nil
        }
    }

    private static func limitText(_ members: [YAMLMember]) -> String? {
        func number(_ key: String) -> String? {
            guard case .number(let text) = members.first(where: { $0.key == key })?.value.content else { return nil }
            return text
        }
        guard let rate = number("rate"), let burst = number("burst") else { return nil }
        return "\(rate)/\(number("per_seconds") ?? "1"):\(burst)"
    }

    /// The texts with commas between them; nil when one is no text, or has a comma of its own.
    private static func list(_ elements: [YAMLNode]) -> String? {
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element.content, !text.contains(",") else { return nil }
            texts.append(text)
        }
        return texts.joined(separator: ",")
    }
}

extension FileForm {
    /// The keywords of the form's JSON Schema, for a line that is indented so.
    func keywords(_ indent: String) -> [String] {
        switch self {
        case .flag: [#""type": "boolean""#]
        case .record(let members):
            [
                #""type": "object""#, #""additionalProperties": false"#,
                #""properties": \#(Self.object(members, indent))"#,
            ]
                + Self.required(members)
        case .list(let form): [#""type": "array""#, #""items": \#(form.schema(indent))"#]
        case .map(let form, _):
            [#""type": ["object", "null"]"#, #""additionalProperties": \#(form.schema(indent))"#]
        case .text: [#""type": "string""#, #""minLength": 1"#]
        case .wholeNumber(let range):
            [#""type": "integer""#, #""minimum": \#(range.lowerBound)"#, #""maximum": \#(range.upperBound)"#]
        case .texts: [#""type": "array""#, #""items": {"type": "string", "minLength": 1}"#]
        case .word(let words): [#""enum": [\#(words.map(\.inQuotes).joined(separator: ", "))]"#]
        case .limit:
            [
                #""type": ["object", "string"]"#, #""pattern": "^off$""#,
                #""properties": {"rate": \#(Self.count), "per_seconds": \#(Self.count), "burst": \#(Self.count)}"#,
                #""required": ["rate", "burst"]"#, #""additionalProperties": false"#,
            ]
        }
    }

    /// The form's JSON Schema, whose lines but the first are indented so.
    func schema(_ indent: String, description: String? = nil, defaultValue: String? = nil) -> String {
        let described = description.map { [#""description": \#($0.inQuotes)"#] } ?? []
        let fallback = defaultValue.map { [#""default": \#(json(ofText: $0))"#] } ?? []
        let lines = (described + keywords(indent + "  ") + fallback).map { "\(indent)  \($0)" }
        return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    }

    private static func object(_ members: [FileMember], _ indent: String) -> String {
        let inner = indent + "  "
        let lines = members.map { "\(inner)\($0.key.inQuotes): \($0.form.schema(inner, description: $0.help))" }
        return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    }

    private static func required(_ members: [FileMember]) -> [String] {
        let keys = members.filter(\.isRequired).map(\.key.inQuotes)
        return keys.isEmpty ? [] : [#""required": [\#(keys.joined(separator: ", "))]"#]
    }

    /// The JSON of a value that an option's text stands for.
    func json(ofText text: String) -> String {
        switch self {
        case .text, .word: return text.inQuotes
        case .wholeNumber, .flag, .record, .list, .map: return text
        case .texts: return "[\(text.split(separator: ",").map { String($0).inQuotes }.joined(separator: ", "))]"
        case .limit:
            guard let limit = RequestLimit(text) else { return text.inQuotes }
            let window = limit.everySeconds == 1 ? "" : #""per_seconds": \#(limit.everySeconds), "#
            return #"{"rate": \#(limit.requests), \#(window)"burst": \#(limit.burst)}"#
        }
    }

    /// What is wanted, as it follows "is not", where an option's text would be something else.
    var wanted: String? {
        self == .limit
            ? "{ rate: N, burst: N }, also with per_seconds: N, nor 'off'; a bucket must refill within a day" : nil
    }

    /// The keys that a value of this form may have.
    var keys: [String] {
        switch self {
        case .limit: Self.limitKeys
        case .record(let members): members.map(\.key)
        default: []
        }
    }

    /// The form of the part that a key or an index leads to.
    func part(_ key: String) -> FileForm? {
        switch self {
        case .record(let members): members.first { $0.key == key }?.form
        case .list(let form), .map(let form, _): form
        default: nil
        }
    }

    /// The keys of a limit.
    private static let limitKeys = ["rate", "per_seconds", "burst"]

    private static let count = #"{"type": "integer", "minimum": 1, "maximum": \#(RequestLimit.most)}"#
}
