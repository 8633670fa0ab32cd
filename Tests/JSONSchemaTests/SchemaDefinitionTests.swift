import Testing

@testable import JSONSchema

@Suite("A schema that is written in Swift")
struct SchemaDefinitionTests {
    private static let post = SchemaDefinition.object(
        [
            "title": .string(minLength: 1, maxLength: 120),
            "body": .string(maxLength: 20_000),
            "tags": .array(of: .string(pattern: #"^[a-z0-9\-]+$"#), maxItems: 8, uniqueItems: true),
            "state": .oneOf(strings: ["draft", "\"public\""]),
            "stars": .integer(0...5),
            "weight": .number(minimum: 0.5, maximum: 1e3),
            "parent": SchemaDefinition.string(format: "uuid").orNull,
            "extra": .object([:], additional: .anything),
            "flags": .array(of: .any(of: [.boolean, .null]), minItems: 1),
            "raw": .json(#"{"const": 7}"#),
        ],
        required: ["title", "body"])

    @Test(
        "judges as its document does",
        arguments: [
            (#"{"title": "a", "body": "b"}"#, []),
            (
                """
                {"title": "a", "body": "", "tags": ["a-1"], "state": "\\"public\\"", "stars": 5.0, "weight": 1000,
                 "parent": null, "extra": {"x": 1}, "flags": [true, null], "raw": 7}
                """, []
            ),
            (#"{"title": "a"}"#, [" required"]),
            (#"{"title": "a", "body": "b", "more": 1}"#, ["/more additionalProperties"]),
            (#"{"title": "", "body": "b", "tags": ["A"]}"#, ["/title minLength", "/tags/0 pattern"]),
            (#"{"title": "a", "body": "b", "state": "public", "stars": 6}"#, ["/state enum", "/stars maximum"]),
            (#"{"title": "a", "body": "b", "weight": 0.4, "parent": 1}"#, ["/weight minimum", "/parent anyOf"]),
            (#"{"title": "a", "body": "b", "flags": [], "raw": 8}"#, ["/flags minItems", "/raw const"]),
            (#"{"title": "a", "body": "b", "flags": [1]}"#, ["/flags/0 anyOf"]),
        ])
    func judgement(document: String, expected: [String]) throws {
        #expect(try outcome(of: document, Schema(Self.post)).summaries == expected)
        #expect(try outcome(of: document, schema(Self.post.json)).summaries == expected)
    }

    @Test("reads as a schema would be written by hand")
    func document() {
        let definition = SchemaDefinition.object(
            ["id": .integer(minimum: 1), "name": .string(maxLength: 9)], required: ["id"])
        #expect(
            definition.json
                == #"{"type":"object","properties":{"id":{"type":"integer","minimum":1},"#
                + #""name":{"type":"string","maxLength":9}},"required":["id"],"additionalProperties":false}"#)
    }

    @Test("is refused with its place when a part of it is wrong")
    func refused() {
        let error = #expect(throws: SchemaError.self) {
            try Schema(.object(["name": .string(pattern: "(?=a)")]))
        }
        #expect(error?.pointer == "/properties/name/pattern")
    }
}
