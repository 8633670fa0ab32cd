import Bytes
import JSON
import TestSupport
import Testing

@testable import JSONSchema

@Suite("The allocations of a validation", .enabled(if: allocationsAreGated))
struct SchemaAllocationTests {
    /// Each keyword once, with a document that it takes.
    private static let schemaText = ##"""
        {"type": "object", "required": ["s", "n"], "minProperties": 1, "maxProperties": 20,
         "properties": {
           "s": {"type": "string", "minLength": 3, "maxLength": 9, "pattern": "^[a-zé\\n]+$", "format": "hostname"},
           "e": {"pattern": "^a.b$", "minLength": 3, "enum": ["x", "a\u0009b"]},
           "n": {"type": "number", "minimum": 0, "exclusiveMaximum": 10.5, "multipleOf": 0.01},
           "i": {"type": "integer", "const": 7.0},
           "a": {"prefixItems": [{"type": "null"}], "items": {"$ref": "#/$defs/scalar"}, "contains": {"const": 3},
                 "uniqueItems": true, "minItems": 1, "unevaluatedItems": false},
           "c": {"const": {"a": [1, {"b": null}], "c": "d"}}},
         "patternProperties": {"^x-": {"not": {"type": "null"}}}, "propertyNames": {"maxLength": 10},
         "dependentRequired": {"s": ["n"]}, "dependentSchemas": {"s": {"required": ["n"]}},
         "allOf": [{"anyOf": [{"required": ["zz"]}, {"properties": {"y": true}}]},
                   {"if": {"required": ["s"]}, "then": {"oneOf": [{"required": ["n"]}, false]}}],
         "unevaluatedProperties": false,
         "$defs": {"scalar": {"$dynamicAnchor": "scalar", "type": ["number", "string"]},
                   "user": {"$dynamicRef": "#scalar"}}}
        """##

    private static let document = ##"""
        {"s": "abc", "e": "a\tb", "n": 4.35, "i": 7e0, "x-other": 1, "y": [],
         "a": [null, 3, "b", "c\u0020d", 1.5, 6, 7, 8, 9, 10, 11],
         "c": {"c": "\u0064", "a": [1.0, {"b": null}]}}
        """##

    @Test("judging a document that keeps to its schema allocates nothing")
    func valid() throws {
        let compiled = try schema(Self.schemaText, options: SchemaOptions(assertsFormats: true))
        let text = Array(Self.document.utf8)
        var tape = JSONTape(nodes: 256)
        let document = try tape.parse(text.span.raw)
        var validator = SchemaValidator()
        // RE2 makes the states that a text needs when it first meets it, and our scratch memory grows.
        let warm = validator.validate(document, against: compiled)
        #expect(warm == .valid)
        var verdicts = 0
        let counted = allocations {
            for _ in 0..<100 where validator.validate(document, against: compiled) == .valid { verdicts += 1 }
        }
        #expect(verdicts == 100)
        #expect(counted.count == 0)
    }

    @Test("judging one that breaks it allocates nothing either, once there is room for the words")
    func invalid() throws {
        let compiled = try schema(#"{"required": ["a"], "additionalProperties": {"type": "string"}}"#)
        let text = Array(#"{"b/c": 1, "d": {}, "\u0065": []}"#.utf8)
        var tape = JSONTape(nodes: 256)
        let document = try tape.parse(text.span.raw)
        var validator = SchemaValidator()
        let warm = validator.validate(document, against: compiled)
        #expect(warm == .invalid)
        let counted = allocations { validator.validate(document, against: compiled) }
        #expect(counted.result == .invalid)
        #expect(counted.count == 0)
    }
}
