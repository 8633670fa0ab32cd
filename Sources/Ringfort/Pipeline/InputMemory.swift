import Bytes
import JSON
import JSONSchema

/// What checking a request's input takes; used again for every request.
struct InputMemory: ~Copyable, Sendable {
    /// The parsed body, which its handler reads too.
    var tape = JSONTape(nodes: 128)
    /// The path's, the query's or the form's parameters as an object; the parse of one that its handler doesn't read.
    var text = ByteBuffer(capacity: 512)
    private var textTape = JSONTape(nodes: 32)
    /// One decoded name or value of the query.
    var scratch = ByteBuffer(capacity: 256)
    var validator = SchemaValidator()
    /// What is wrong with the input that was refused last, as a JSON array.
    var violations = ByteBuffer(capacity: 1024)

    /// Which part of a request's input is checked.
    enum Part {
        case path, query, body
    }

    /// Parses a body.
    ///
    /// - Throws: the problem that it is no JSON, or more than the limits allow.
    @_lifetime(copy body, &tape)
    static func parse(
        _ body: RawSpan, into tape: inout JSONTape, limits: JSONLimits
    ) throws(Problem) -> JSONValue {
        do throws(JSONError) {
            return try tape.parse(body, limits: limits)
        } catch {
            throw .invalidJSON(error)
        }
    }

    /// Holds a document to a schema, where there is one.
    ///
    /// - Throws: the problem that it doesn't keep to it; what is wrong stands in `violations` then.
    static func check(
        _ document: JSONValue, _ schema: Schema?, _ part: Part, _ validator: inout SchemaValidator,
        _ violations: inout ByteBuffer
    ) throws(Problem) {
        guard let schema else { return }
        switch validator.validate(document, against: schema) {
        case .valid: return
        case .invalid, .tooComplex:
            violations.removeAll()
            validator.appendViolations(to: &violations)
            throw .schemaViolation(part)
        }
    }

    /// Holds the object in `text` to a schema.
    mutating func checkText(_ schema: Schema, _ part: Part) throws(Problem) {
        try Self.check(text, into: &textTape, schema, part, &validator, &violations)
    }

    /// Reads a form, whose handler reads it as the object in `text`, and holds it to a schema, where there is one.
    mutating func checkForm(_ body: RawSpan, _ schema: Schema?) throws(Problem) {
        text.removeAll()
        guard body.writeFormObject(into: &text, scratch: &scratch) else {
            throw .badRequest(reason: "malformed_form", explanation: "The body is not a valid form.")
        }
        try Self.check(text, into: &tape, schema, .body, &validator, &violations)
    }

    /// The document of a body that was parsed or checked last.
    @_lifetime(borrow self, copy body)
    func document(of body: RawSpan, isForm: Bool) -> JSONValue {
        if isForm { return tape.root(of: text.bytes) }
        return tape.root(of: body)
    }

    private static func check(
        _ text: borrowing ByteBuffer, into tape: inout JSONTape, _ schema: Schema?, _ part: Part,
        _ validator: inout SchemaValidator, _ violations: inout ByteBuffer
    ) throws(Problem) {
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(
                text.bytes, limits: JSONLimits(depth: 1, membersInObject: 100, documentBytes: .max))
        } catch {
            // The object was written here: only a name that is given twice, or too many of them, can be wrong with it.
            throw .badRequest(
                reason: part == .body ? "ambiguous_form" : "ambiguous_query",
                explanation: "A parameter is given twice, or there are too many.")
        }
        try check(document, schema, part, &validator, &violations)
    }

    /// Takes over what a worker has found wrong.
    mutating func takeViolations(of other: borrowing InputMemory) {
        violations.removeAll()
        violations.append(other.violations.bytes)
    }
}
