import Bytes
import JSON
import Testing

@testable import JSONSchema

@Suite("What is said of a document that breaks its schema")
struct SchemaViolationTests {
    private static let post = """
        {"type": "object", "required": ["title", "body"], "additionalProperties": false, "properties": {
          "title": {"type": "string", "minLength": 1, "maxLength": 5}, "body": {"type": "string"},
          "tags": {"type": "array", "maxItems": 2, "uniqueItems": true, "items": {"pattern": "^[a-z]+$"}},
          "rating": {"type": ["integer", "null"], "minimum": 1, "exclusiveMaximum": 6}}}
        """

    private static let posts: [(document: String, expected: [String])] = [
        (#"{"title": "a", "body": "b"}"#, []),
        (#"[]"#, [" type"]),
        (#"{}"#, [" required", " required"]),
        (#"{"title": "", "body": 1}"#, ["/title minLength", "/body type"]),
        (#"{"title": "sechs!", "body": ""}"#, ["/title maxLength"]),
        (#"{"title": "\u00e9é😀\uD83D\uDE00\n", "body": ""}"#, []),
        (#"{"title": "\u00e9é😀\uD83D\uDE00\n.", "body": ""}"#, ["/title maxLength"]),
        (
            #"{"title": "a", "body": "b", "x": 1, "a/b~c": 2}"#,
            ["/x additionalProperties", "/a~1b~0c additionalProperties"]
        ),
        (
            #"{"title": "a", "body": "b", "tags": ["a", "A", "\u0061"]}"#,
            ["/tags maxItems", "/tags uniqueItems", "/tags/1 pattern"]
        ),
        (#"{"title": "a", "body": "b", "rating": 6.0}"#, ["/rating exclusiveMaximum"]),
        (#"{"title": "a", "body": "b", "rating": 2.5}"#, ["/rating type"]),
        (#"{"title": "a", "body": "b", "rating": -1e0}"#, ["/rating minimum"]),
        (#"{"t\u0069tle": "a", "body": "b", "rating": null}"#, []),
    ]

    @Test("names the place and the keyword", arguments: posts)
    func summaries(document: String, expected: [String]) throws {
        let result = try outcome(of: document, schema(Self.post))
        #expect(result.summaries.sorted() == expected.sorted())
        #expect(result.verdict == (expected.isEmpty ? .valid : .invalid))
    }

    @Test(
        "is a sentence for whoever sent it",
        arguments: [
            (#"{"type": ["string", "null"]}"#, "1", "must be a string or null"),
            (#"{"required": ["a"]}"#, "{}", #"the member "a" is missing"#),
            (#"{"minLength": 1}"#, #""""#, "must have at least 1 character"),
            (#"{"maxItems": 2}"#, "[1, 2, 3]", "must have at most 2 elements"),
            (#"{"maximum": 1.50}"#, "2", "must be at most 1.50"),
            (#"{"multipleOf": 0.01}"#, "0.005", "must be a multiple of 0.01"),
            (#"{"enum": ["a", 1, null]}"#, "2", #"must be one of "a", 1, null"#),
            (#"{"enum": [{"a": 1}]}"#, "2", "must be one of the values that the schema lists"),
            (#"{"dependentRequired": {"a": ["b"]}}"#, #"{"a": 1}"#, #"the member "b" is missing, which "a" needs"#),
            (#"{"properties": {"a": false}}"#, #"{"a": 1}"#, "this member is not allowed"),
            (#"{"propertyNames": {"maxLength": 1}}"#, #"{"ab": 1}"#, "must have at most 1 character"),
            (#"{"items": false}"#, "[1]", "this element is not allowed"),
            (
                #"{"contains": {"type": "null"}, "minContains": 2}"#, "[null]",
                "must have at least 2 of the elements that the schema counts"
            ),
            (#"{"anyOf": [{"type": "null"}]}"#, "1", "matches none of the forms that the schema allows"),
            ("false", "1", "nothing is allowed here"),
        ])
    func sentences(schemaText: String, document: String, sentence: String) throws {
        #expect(try outcome(of: document, schema(schemaText)).violations.map(\.detail) == [sentence])
    }

    @Test("gives the member's place when its name is at fault")
    func names() throws {
        let compiled = try schema(#"{"properties": {"o": {"propertyNames": {"pattern": "^a"}}}}"#)
        let result = try outcome(of: #"{"n": 1, "o": {"a": [1, 2], "b": [3], "c": {}}, "p": 2}"#, compiled)
        #expect(result.summaries == ["/o/b pattern", "/o/c pattern"])
        #expect(result.violations.first?.location == "#/properties/o/propertyNames/pattern")
    }

    @Test("does not go on about members that a refused branch would have evaluated")
    func unevaluated() throws {
        let compiled = try schema(
            #"{"allOf": [{"properties": {"a": {"type": "string"}, "b": true}}], "unevaluatedProperties": false}"#)
        #expect(try outcome(of: #"{"a": 1, "b": 2}"#, compiled).summaries == ["/a type"])
        #expect(try outcome(of: #"{"a": "", "c": 2}"#, compiled).summaries == ["/c unevaluatedProperties"])
    }

    @Test("is the same when an object's names are many", arguments: [1, 12, 13, 60, 64, 65, 500])
    func manyNames(count: Int) throws {
        let names = (0..<count).map { "name\($0)" }
        let properties = names.map { #""\#($0)": {"type": "integer"}"# }.joined(separator: ",")
        let required = names.map { "\"\($0)\"" }.joined(separator: ",")
        let compiled = try schema(
            #"{"properties": {\#(properties)}, "required": [\#(required)], "additionalProperties": false}"#)
        let members = names.map { #""\#($0)": 1"# }
        #expect(try outcome(of: "{\(members.joined(separator: ","))}", compiled).verdict == .valid)
        let escaped = members.map { $0.replacing("n", with: #"\u006E"#) }
        #expect(try outcome(of: "{\(escaped.joined(separator: ","))}", compiled).verdict == .valid)
        let last = "name\(count - 1)"
        let missing = try outcome(of: "{\(members.dropLast().joined(separator: ","))}", compiled)
        #expect(missing.violations.map(\.detail) == ["the member \"\(last)\" is missing"])
        let unknown = members + [#""name": 1"#, #""\#(last)x": 1"#]
        #expect(
            try outcome(of: "{\(unknown.joined(separator: ","))}", compiled).summaries
                == ["/name additionalProperties", "/\(last)x additionalProperties"])
        let wrong = members.dropLast() + [#""\#(last)": "x""#]
        #expect(try outcome(of: "{\(wrong.joined(separator: ","))}", compiled).summaries == ["/\(last) type"])
    }

    @Test("has at most sixteen parts")
    func sixteen() throws {
        let document = "[\(Array(repeating: "1", count: 1000).joined(separator: ","))]"
        let result = try outcome(of: document, schema(#"{"items": {"type": "string", "not": {}}}"#))
        #expect(result.violations.count == 16)
        #expect(result.violations.last?.pointer == "/15")
    }

    @Test("cuts a long pointer before a character")
    func longPointers() throws {
        let name = String(repeating: "é", count: 500)
        let result = try outcome(of: #"{"a\#(name)": 1}"#, schema(#"{"additionalProperties": false}"#))
        let pointer = try #require(result.violations.first?.pointer)
        #expect(pointer == "/a" + name.prefix(127) + "…")
        #expect(pointer.utf8.count <= ViolationList.greatestPointerBytes + 3)
    }

    @Test("is written as the JSON array of a problem, and never holds a value")
    func written() throws {
        let secret = "hunter2-hunter2"
        let text = Array(#"{"pass\"word": "\#(secret)", "n": \#(123456789), "list": ["\#(secret)"]}"#.utf8)
        let compiled = try schema(
            """
            {"properties": {"pass\\"word": {"maxLength": 3}, "n": {"maximum": 5}, "list": {"items": {"enum": ["a"]}}}}
            """)
        var tape = JSONTape()
        let document = try tape.parse(text.span.raw)
        var validator = SchemaValidator()
        #expect(validator.validate(document, against: compiled) == .invalid)
        var buffer = ByteBuffer(capacity: 64)
        validator.appendViolations(to: &buffer)
        let written = String(buffer.bytes)
        #expect(
            written
                == #"[{"pointer":"/pass\"word","keyword":"maxLength","detail":"must have at most 3 characters"},"#
                + #"{"pointer":"/n","keyword":"maximum","detail":"must be at most 5"},"#
                + #"{"pointer":"/list/0","keyword":"enum","detail":"must be one of \"a\""}]"#)
        #expect(!written.contains(secret) && !written.contains("123456789"))
    }

    @Test("is forgotten at the next document")
    func forgotten() throws {
        let compiled = try schema(#"{"type": "string"}"#)
        var validator = SchemaValidator()
        var tape = JSONTape()
        let bad = validator.validate(try tape.parse(Array("1".utf8).span.raw), against: compiled)
        let badCount = validator.violationCount
        let good = validator.validate(try tape.parse(Array(#""a""#.utf8).span.raw), against: compiled)
        #expect(bad == .invalid && badCount == 1)
        #expect(good == .valid && validator.violationCount == 0)
    }
}
