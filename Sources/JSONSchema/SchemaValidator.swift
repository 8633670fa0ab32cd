public import Bytes
public import JSON

/// Judges documents by schemas. It owns the memory that this takes and uses it again: in a steady state a document that
/// is accepted allocates nothing. One a thread, for any number of schemas.
public struct SchemaValidator: ~Copyable, Sendable {
    private var state = EvaluationState()
    private var violations = ViolationList()

    /// A validator that has judged nothing yet.
    public init() {}

    /// Judges a document. What breaks the schema stands in `violationCount` and what goes with it until the next call.
    ///
    /// The time is bounded by the schema's `SchemaOptions.steps`, whatever the two are.
    ///
    /// - Parameter document: The root of a parsed document: pointers are counted from it.
    public mutating func validate(_ document: JSONValue, against schema: Schema) -> SchemaVerdict {
        state.reset(steps: schema.steps)
        violations.removeAll()
        let accepts = schema.program.evaluate(SchemaProgram.root, document, marking: .none, &state)
        if accepts && !state.isExhausted { return .valid }
        if state.isExhausted {
            violations.append(
                EvaluationState.Finding(offset: document.offset, report: SchemaTables.limitReport), in: document,
                schema.program)
            return .tooComplex
        }
        for index in 0..<state.findingCount {
            violations.append(state.findings[index], in: document, schema.program)
        }
        return .invalid
    }

    /// How many violations the last call found: 0 for a valid document, at most 16.
    public var violationCount: Int { violations.count }

    /// One of the violations, in the order in which they were met; an index out of range traps.
    @_lifetime(borrow self)
    public func violation(_ index: Int) -> SchemaViolation { violations[index] }

    /// Appends the violations as a JSON array, for a problem's member `errors`:
    /// `[{"pointer":"/title","keyword":"maxLength","detail":"must have at most 120 characters"}]`.
    public func appendViolations(to buffer: inout ByteBuffer) {
        buffer.append("[")
        for index in 0..<violations.count {
            if index > 0 { buffer.append(",") }
            violations[index].append(to: &buffer)
        }
        buffer.append("]")
    }
}

/// What came of a validation.
public enum SchemaVerdict: Sendable, Equatable {
    /// The document keeps to the schema.
    case valid
    /// It breaks it.
    case invalid
    /// Judging it takes more steps or goes deeper than is allowed; it is refused unjudged.
    case tooComplex
}
