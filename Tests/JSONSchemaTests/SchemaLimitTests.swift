import JSON
import Testing

@testable import JSONSchema

@Suite("The work that a document may make")
struct SchemaLimitTests {
    /// Each definition asks the one before it twice: 2^60 steps for one value.
    private static func doubling(_ keyword: String) -> String {
        let definitions = (1...60).map { index in
            let before = ##"{"$ref": "#/$defs/d\##(index - 1)"}"##
            return #""d\#(index)": {"\#(keyword)": [\#(before), \#(before)]}"#
        }
        return ##"{"$ref": "#/$defs/d60", "$defs": {"d0": {"type": "null"}, \##(definitions.joined(separator: ","))}}"##
    }

    @Test("is bounded where branches double it", arguments: [("allOf", "null"), ("anyOf", "1"), ("oneOf", "null")])
    func exponential(keyword: String, document: String) throws {
        let result = try outcome(of: document, schema(Self.doubling(keyword)))
        #expect(result.verdict == .tooComplex)
        #expect(result.summaries == [" x-limit"])
        #expect(result.violations.first?.detail == "checking this document takes more work than is allowed")
    }

    @Test("does not turn a refusal into consent when it is used up")
    func negation() throws {
        let text = Self.doubling("allOf").replacing(
            ##""$ref": "#/$defs/d60""##, with: ##""not": {"$ref": "#/$defs/d60"}"##)
        #expect(try outcome(of: "null", schema(text)).verdict == .tooComplex)
    }

    @Test("is counted in steps, and a limit is met exactly")
    func steps() throws {
        let text = #"{"items": {"type": "integer"}}"#
        let document = "[1,2,3]"
        let needed = try #require(
            (1...100).first { steps in
                let limited = try? schema(text, options: SchemaOptions(steps: steps))
                return limited.flatMap { try? outcome(of: document, $0).verdict } == .valid
            })
        // One for the root, and one each for an element and for its subschema.
        #expect(needed == 7)
    }

    @Test("has room for the deepest document that the reader takes")
    func deep() throws {
        let document = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try outcome(of: document, schema(##"{"type": "array", "items": {"$ref": "#"}}"##)).verdict == .valid)
        let marking = try schema(##"{"allOf": [{"items": {"$ref": "#"}}], "unevaluatedItems": false}"##)
        #expect(try outcome(of: document, marking).verdict == .valid)
        let refusing = try schema(##"{"maxItems": 0, "items": {"$ref": "#"}}"##)
        #expect(try outcome(of: document, refusing).violations.count == 16)
    }

    @Test("ends where a dynamic reference goes in a circle")
    func dynamicCircle() throws {
        let compiled = try schema(##"{"$dynamicAnchor": "a", "allOf": [{"$dynamicRef": "#a"}]}"##)
        #expect(try outcome(of: "1", compiled).verdict == .tooComplex)
    }

    @Test("is linear in the elements that must differ")
    func uniqueness() throws {
        let compiled = try schema(#"{"uniqueItems": true}"#)
        let numbers = (0..<100_000).map { "\($0)" }
        #expect(try outcome(of: "[\(numbers.joined(separator: ","))]", compiled).verdict == .valid)
        let repeated = numbers + ["42.0e0"]
        #expect(try outcome(of: "[\(repeated.joined(separator: ","))]", compiled).summaries == [" uniqueItems"])
        let objects = (0..<20_000).map { #"{"a": [\#($0)], "b": "x"}"# } + [#"{"b": "\u0078", "a": [7.0]}"#]
        #expect(try outcome(of: "[\(objects.joined(separator: ","))]", compiled).summaries == [" uniqueItems"])
    }

    @Test(
        "is linear in the text that a pattern reads",
        arguments: ["(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"])
    func backtracking(pattern: String) throws {
        let text = String(repeating: "a", count: 50_000) + String(repeating: "x", count: 50_000) + "!"
        let compiled = try schema(#"{"pattern": "\#(pattern)"}"#)
        #expect(try outcome(of: "\"\(text)\"", compiled).summaries == [" pattern"])
    }

    @Test("counts what a pattern reads")
    func patternSteps() throws {
        let compiled = try schema(#"{"pattern": "b"}"#, options: SchemaOptions(steps: 1000))
        let text = String(repeating: "a", count: 20_000)
        #expect(try outcome(of: "\"\(text)\"", compiled).verdict == .tooComplex)
        #expect(try outcome(of: "\"\(text.prefix(10_000))b\"", compiled).verdict == .valid)
    }

    /// Values that are read again and again by a hundred subschemas, each as long as the budget alone allows to read.
    @Test(
        "counts the length of what is read",
        arguments: [
            (#"{"multipleOf": 3}"#, String(repeating: "9", count: 10_000)),
            (#"{"type": "integer"}"#, String(repeating: "9", count: 10_000)),
            (#"{"maximum": 9e10000}"#, String(repeating: "9", count: 10_000)),
            (#"{"maxLength": 9000}"#, "\"\(String(repeating: "é", count: 9_000))\""),
            (#"{"not": {"format": "uuid"}}"#, "\"\(String(repeating: "a", count: 10_000))\""),
            (#"{"pattern": "a"}"#, "\"\(String(repeating: "a", count: 10_000))\""),
        ])
    func lengths(part: String, document: String) throws {
        let parts = Array(repeating: part, count: 100).joined(separator: ",")
        let few = SchemaOptions(assertsFormats: true, steps: 20_000)
        #expect(try outcome(of: document, schema(#"{"allOf": [\#(parts)]}"#, options: few)).verdict == .tooComplex)
        let enough = SchemaOptions(assertsFormats: true, steps: 500_000)
        #expect(try outcome(of: document, schema(#"{"allOf": [\#(parts)]}"#, options: enough)).verdict == .valid)
    }

    /// What would take minutes if it were not linear; a suite that hangs fails by the limit of the whole run.
    @Test("is linear in a name that a pointer has to escape", arguments: ["/", "~"])
    func escapedNames(character: String) throws {
        let name = String(repeating: character, count: 1_000_000)
        let compiled = try schema(#"{"additionalProperties": false}"#)
        let pointer = try #require(try outcome(of: "{\"\(name)\": 1}", compiled).violations.first?.pointer)
        #expect(pointer == "/" + String(repeating: character == "/" ? "~1" : "~0", count: 127) + "…")
    }

    @Test(
        "is bounded in a text that shall be a regular expression",
        arguments: [
            ("[" + String(String.UnicodeScalarView((0..<5_000).compactMap { Unicode.Scalar(0x10000 + 2 * $0) })) + "]"),
            String(repeating: #"\\\\S"#, count: 5_000), String(repeating: "a", count: 1_025),
        ])
    func regularExpressions(text: String) throws {
        let options = SchemaOptions(assertsFormats: true)
        let compiled = try schema(#"{"items": {"format": "regex"}}"#, options: options)
        #expect(try outcome(of: "[\"\(text)\"]", compiled).verdict != .valid)
        let many = Array(repeating: "\"[\(String(repeating: "ab", count: 500))]\"", count: 40).joined(separator: ",")
        #expect(try outcome(of: "[\(many)]", compiled).verdict == .tooComplex)
    }

    @Test("counts the names that are compared", arguments: ["uniqueItems", "const"])
    func names(keyword: String) throws {
        let names = (0..<100).map { "\(String(repeating: "n", count: 1_000))\($0)" }
        let members = names.map { "\"\($0)\": 1" }
        let (forwards, backwards) = (members.joined(separator: ","), members.reversed().joined(separator: ","))
        let document = "[{\(forwards)},{\(backwards)}]"
        let few = SchemaOptions(steps: 100_000)
        let text = keyword == "const" ? "{\"const\": [{\(backwards)},{\(forwards)}]}" : #"{"uniqueItems": true}"#
        #expect(try outcome(of: document, schema(text, options: few)).verdict == .tooComplex)
        let enough = SchemaOptions(steps: 2_000_000)
        let expected: SchemaVerdict = keyword == "const" ? .valid : .invalid
        #expect(try outcome(of: document, schema(text, options: enough)).verdict == expected)
    }
}
