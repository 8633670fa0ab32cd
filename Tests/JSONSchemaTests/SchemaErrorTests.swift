import Testing

@testable import JSONSchema

@Suite("A schema with an error")
struct SchemaErrorTests {
    private static let refusals: [(text: String, pointer: String, reason: String)] = [
        ("{", "", "no JSON"),
        (#"{"type": "string", "type": "number"}"#, "", "no JSON"),
        ("3", "", "A schema is an object, true or false."),
        ("[]", "", "A schema is an object, true or false."),
        (#"{"properties": {"a/b": 1}}"#, "/properties/a~1b", "A schema is an object"),
        (#"{"properties": []}"#, "/properties", "must be an object"),
        (#"{"type": "text"}"#, "/type", "no such type"),
        (#"{"type": 1}"#, "/type", "must be a string, or an array of strings"),
        (#"{"type": []}"#, "/type", "at least one type"),
        (#"{"type": ["null", "null"]}"#, "/type/1", "stands twice"),
        (#"{"required": ["a", "a"]}"#, "/required/1", "stands twice"),
        (#"{"required": "a"}"#, "/required", "must be an array"),
        (#"{"required": [1]}"#, "/required/0", "strings only"),
        (#"{"dependentRequired": {"a": "b"}}"#, "/dependentRequired/a", "must be an array"),
        (#"{"minLength": -1}"#, "/minLength", "integer from 0 on"),
        (#"{"maxItems": 1.5}"#, "/maxItems", "integer from 0 on"),
        (#"{"maxProperties": 1e400}"#, "/maxProperties", "integer from 0 on"),
        (#"{"minimum": "1"}"#, "/minimum", "must be a number"),
        (#"{"multipleOf": 0}"#, "/multipleOf", "greater than 0"),
        (#"{"multipleOf": -2}"#, "/multipleOf", "greater than 0"),
        (#"{"multipleOf": 1234567890123456789}"#, "/multipleOf", "18 significant digits"),
        (#"{"uniqueItems": "yes"}"#, "/uniqueItems", "true or false"),
        (#"{"allOf": []}"#, "/allOf", "must not be empty"),
        (#"{"anyOf": {}}"#, "/anyOf", "must be an array"),
        (#"{"enum": "a"}"#, "/enum", "must be an array"),
        (#"{"format": 1}"#, "/format", "must be a string"),
        (#"{"pattern": "("}"#, "/pattern", "a group is not closed"),
        (#"{"patternProperties": {"[": true}}"#, "/patternProperties/[", "a bracket is not closed"),
        (##"{"$ref": "#/$defs/none"}"##, "/$ref", "nothing at that JSON pointer"),
        (##"{"$ref": "#none"}"##, "/$ref", "no such anchor"),
        (#"{"$ref": 1}"#, "/$ref", "must be a string"),
        (##"{"$ref": "#/properties/a%2", "properties": {"a": true}}"##, "/$ref", "nothing at that JSON pointer"),
        (##"{"$dynamicRef": "#none"}"##, "/$dynamicRef", "no such anchor"),
        (#"{"$id": "a#b"}"#, "/$id", "must not have a fragment"),
        (#"{"$id": 1}"#, "/$id", "must be a string"),
        (#"{"$defs": {"a": {"$id": "x"}, "b": {"$id": "x"}}}"#, "/$defs/b/$id", "same $id"),
        (#"{"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}"#, "/$defs/b/$anchor", "stands twice"),
        (#"{"$anchor": "1"}"#, "/$anchor", "begins with a letter"),
        (#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#, "/$schema", "not draft 2020-12"),
        (#"{"$schema": 7}"#, "/$schema", "must be a string"),
    ]

    @Test("is refused with the place and the reason", arguments: refusals)
    func refused(text: String, pointer: String, reason: String) {
        let error = #expect(throws: SchemaError.self) { try schema(text) }
        #expect(error?.pointer == pointer)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test(
        "is one that leads to itself without going into the instance",
        arguments: [
            ##"{"$ref": "#"}"##,
            ##"{"allOf": [{"anyOf": [true, {"$ref": "#"}]}]}"##,
            ##"{"not": {"if": {"$ref": "#"}}}"##,
            ##"{"dependentSchemas": {"a": {"$ref": "#"}}}"##,
            ##"{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"oneOf": [{"$ref": "#/$defs/a"}]}}}"##,
        ])
    func circles(text: String) {
        let error = #expect(throws: SchemaError.self) { try schema(text) }
        #expect(error?.reason.contains("leads to itself") == true)
    }

    @Test("in a document that it refers to is told with that document's name")
    func inAnotherDocument() {
        let resolver = SchemaResolver(["schema:///other.json": Array(#"{"items": {"type": 1}}"#.utf8)])
        let error = #expect(throws: SchemaError.self) {
            try schema(#"{"$ref": "other.json"}"#, resolver: resolver)
        }
        #expect(error?.document == "schema:///other.json")
        #expect(error?.pointer == "/items/type")
    }

    @Test(
        "is one whose dialect demands what nobody here understands",
        arguments: [
            #"{}"#, #"{"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/validation": true}}"#,
            """
            {"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true, "https://example.com/own": true}}
            """,
        ])
    func unknownDialects(metaschema: String) {
        let resolver = SchemaResolver(["https://example.com/dialect": Array(metaschema.utf8)])
        let error = #expect(throws: SchemaError.self) {
            try schema(#"{"$schema": "https://example.com/dialect"}"#, resolver: resolver)
        }
        #expect(error?.pointer == "/$schema")
    }
}
