import Bytes
import JSON
import Testing

@testable import JSONSchema

/// Compiles a schema that is written as text.
func schema(
    _ text: String, resolver: SchemaResolver = .none, options: SchemaOptions = SchemaOptions()
) throws(SchemaError) -> Schema {
    try Schema(compiling: Array(text.utf8).span.raw, resolver: resolver, options: options)
}

/// What a validation said, copied out of the validator.
struct Outcome: Equatable {
    var verdict: SchemaVerdict
    var violations: [Violation] = []

    struct Violation: Equatable, CustomStringConvertible {
        var pointer: String
        var keyword: SchemaKeyword
        var location: String
        var detail: String

        var description: String { "\(pointer) \(keyword) \(location) \(detail)" }
    }

    /// Where, and what, as `/title maxLength`.
    var summaries: [String] { violations.map { "\($0.pointer) \($0.keyword.rawValue)" } }
}

/// Judges a document that is written as text, with limits that let every test's document through the reader.
func outcome(
    of text: [UInt8], _ schema: Schema, limits: JSONLimits = JSONLimits(depth: 512, membersInObject: 100_000)
) throws(JSONError) -> Outcome {
    var tape = JSONTape()
    let document = try tape.parse(text.span.raw, limits: limits)
    var validator = SchemaValidator()
    var outcome = Outcome(verdict: validator.validate(document, against: schema))
    for index in 0..<validator.violationCount {
        let violation = validator.violation(index)
        outcome.violations.append(
            Outcome.Violation(
                pointer: String(violation.pointer), keyword: violation.keyword,
                location: String(violation.schemaLocation), detail: String(violation.detail)))
    }
    return outcome
}

func outcome(of text: String, _ schema: Schema) throws(JSONError) -> Outcome {
    try outcome(of: Array(text.utf8), schema)
}
