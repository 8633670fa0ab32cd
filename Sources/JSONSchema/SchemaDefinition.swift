internal import Bytes
internal import JSON

/// A schema written in Swift: the same documents, by the same compiler, with less to misspell.
///
///     let post = SchemaDefinition.object(
///         [
///             "title": .string(minLength: 1, maxLength: 120),
///             "tags": .array(of: .string(pattern: "^[a-z-]+$"), maxItems: 8, uniqueItems: true),
///         ],
///         required: ["title"])
///     let schema = try Schema(post)
///
/// A definition is a value; `json` is its document, for publishing it or for reading it again.
public struct SchemaDefinition: Sendable, Equatable {
    /// The schema's JSON text.
    public let json: String

    private init(json: String) { self.json = json }

    private init(_ members: [String?]) { json = "{\(members.compactMap { $0 }.joined(separator: ","))}" }

    /// Everything is allowed.
    public static let anything = SchemaDefinition(json: "true")
    /// `null` alone.
    public static let null = SchemaDefinition(json: #"{"type":"null"}"#)
    /// `true` or `false`.
    public static let boolean = SchemaDefinition(json: #"{"type":"boolean"}"#)

    /// A schema as JSON text, for what has no form here. That it is one is found out when it is compiled.
    public static func json(_ text: String) -> SchemaDefinition { SchemaDefinition(json: text) }
}

// MARK: - Strings and numbers

extension SchemaDefinition {
    /// A string. Lengths are in characters (Unicode code points); the pattern is of ECMA-262, and matches anywhere
    /// unless it is anchored.
    public static func string(
        minLength: Int? = nil, maxLength: Int? = nil, pattern: String? = nil, format: String? = nil
    ) -> SchemaDefinition {
        SchemaDefinition([
            member("type", "\"string\""), member("minLength", minLength), member("maxLength", maxLength),
            member("pattern", pattern?.asJSON), member("format", format?.asJSON),
        ])
    }

    /// One of a few strings.
    public static func oneOf(strings: [String]) -> SchemaDefinition {
        SchemaDefinition([member("enum", "[\(strings.map(\.asJSON).joined(separator: ","))]")])
    }

    /// An integer, within bounds where there are any.
    public static func integer(minimum: Int64? = nil, maximum: Int64? = nil) -> SchemaDefinition {
        SchemaDefinition([member("type", "\"integer\""), member("minimum", minimum), member("maximum", maximum)])
    }

    /// An integer of a range.
    public static func integer(_ range: ClosedRange<Int64>) -> SchemaDefinition {
        integer(minimum: range.lowerBound, maximum: range.upperBound)
    }

    /// A number, within bounds where there are any. Bounds must be finite.
    public static func number(minimum: Double? = nil, maximum: Double? = nil) -> SchemaDefinition {
        precondition(minimum?.isFinite != false && maximum?.isFinite != false, "a bound that JSON can't write")
        return SchemaDefinition([member("type", "\"number\""), member("minimum", minimum), member("maximum", maximum)])
    }
}

// MARK: - Containers and alternatives

extension SchemaDefinition {
    /// An array whose elements all have one form.
    public static func array(
        of items: SchemaDefinition, minItems: Int? = nil, maxItems: Int? = nil, uniqueItems: Bool = false
    ) -> SchemaDefinition {
        SchemaDefinition([
            member("type", "\"array\""), member("items", items.json), member("minItems", minItems),
            member("maxItems", maxItems), member("uniqueItems", uniqueItems ? true : nil),
        ])
    }

    /// An object. What is not among its properties is refused, unless `additional` says what it must be.
    public static func object(
        _ properties: KeyValuePairs<String, SchemaDefinition>, required: [String] = [],
        additional: SchemaDefinition? = nil
    ) -> SchemaDefinition {
        let members = properties.map { "\($0.key.asJSON):\($0.value.json)" }.joined(separator: ",")
        return SchemaDefinition([
            member("type", "\"object\""), member("properties", "{\(members)}"),
            member("required", required.isEmpty ? nil : "[\(required.map(\.asJSON).joined(separator: ","))]"),
            member("additionalProperties", additional?.json ?? "false"),
        ])
    }

    /// What one of the forms allows at least. There must be one.
    public static func any(of forms: [SchemaDefinition]) -> SchemaDefinition {
        SchemaDefinition([member("anyOf", "[\(forms.map(\.json).joined(separator: ","))]")])
    }

    /// The value, or `null`.
    public var orNull: SchemaDefinition { .any(of: [self, .null]) }

    private static func member(_ keyword: String, _ value: (some CustomStringConvertible)?) -> String? {
        value.map { "\"\(keyword)\":\($0)" }
    }
}

extension Schema {
    /// Compiles a definition; see `init(compiling:uri:resolver:options:)`.
    public convenience init(
        _ definition: SchemaDefinition, options: SchemaOptions = SchemaOptions()
    ) throws(SchemaError) {
        try self.init(compiling: Array(definition.json.utf8).span.raw, options: options)
    }
}

extension String {
    /// The text as a JSON string.
    fileprivate var asJSON: String {
        var buffer = ByteBuffer(capacity: utf8.count + 2)
        buffer.append(jsonString: Array(utf8).span.raw)
        return String(buffer.bytes)
    }
}
