internal import Bytes

/// A JSON Schema of draft 2020-12, compiled: immutable, and free to be used by any number of threads at once.
///
/// Compiling turns the documents into one flat program, whose tables are indices into each other. A
/// `SchemaValidator` runs it.
public final class Schema: Sendable {
    let program: SchemaProgram
    let steps: Int

    /// Compiles the JSON text of a schema.
    ///
    /// - Parameters:
    ///   - text: A JSON document; the memory is not kept.
    ///   - uri: What references in it are relative to, as long as it has no `$id`. A reference to `common.json` asks
    ///     `resolver` for `schema:///common.json` when nothing else is said.
    ///   - resolver: The other documents that it may refer to.
    /// - Throws: `SchemaError` for the first fault: text that is no JSON, a keyword whose value is out of the draft, a
    ///   reference that leads nowhere, a pattern that linear time can't run, or subschemas that refer to each other in
    ///   a circle without going into the instance.
    public init(
        compiling text: RawSpan, uri: String = "schema:///", resolver: SchemaResolver = .none,
        options: SchemaOptions = SchemaOptions()
    ) throws(SchemaError) {
        var compiler = try SchemaCompiler(text, uri: uri, resolver: resolver, options: options)
        program = try compiler.compile()
        steps = options.steps
    }
}
