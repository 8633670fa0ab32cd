import YAML

/// What a setting's value looks like in a configuration file.
enum FileForm: Equatable, Sendable {
    case text
    case wholeNumber(ClosedRange<Int64>)
    case word([String])
    /// `off`, or a mapping of `rate`, `per_seconds` and `burst`.
    case limit
    /// A sequence of texts.
    case texts
}

extension FileForm {
    /// The text that an option would take for the same value; nil when the value has not this form.
    func text(of node: YAMLNode) -> String? {
        switch (self, node.content) {
        case (.wholeNumber, .number(let text)), (.text, .string(let text)), (.word, .string(let text)): text
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
    /// The keywords of the form's JSON Schema.
    var keywords: [String] {
        switch self {
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

    /// The JSON of a value that an option's text stands for.
    func json(ofText text: String) -> String {
        switch self {
        case .text, .word: return text.inQuotes
        case .wholeNumber: return text
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

    /// The keys of a limit.
    static let limitKeys = ["rate", "per_seconds", "burst"]

    private static let count = #"{"type": "integer", "minimum": 1, "maximum": \#(RequestLimit.most)}"#
}
