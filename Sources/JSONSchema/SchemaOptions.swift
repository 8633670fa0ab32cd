/// How a schema is compiled, and how much work a document may make.
public struct SchemaOptions: Sendable {
    /// Whether `format` refuses what breaks it. Without this it only annotates, as draft 2020-12 has it, unless the
    /// schema's own dialect names the format-assertion vocabulary.
    public let assertsFormats: Bool
    /// How many steps one validation may take: a step is a subschema, a member, an element or sixteen bytes of a value
    /// that are read. Subschemas that branch over each other could otherwise take exponential time.
    public let steps: Int

    /// The limits of a request body unless the route says otherwise: a million steps take some ten milliseconds.
    public init(assertsFormats: Bool = false, steps: Int = 1_000_000) {
        self.assertsFormats = assertsFormats
        self.steps = steps
    }
}
