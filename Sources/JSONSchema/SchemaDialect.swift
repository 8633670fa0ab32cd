/// Which vocabularies hold in a schema resource (core section 8.1.2).
struct SchemaDialect: Equatable {
    var hasApplicators = true
    var hasUnevaluated = true
    var hasValidation = true
    /// Whether `format` is held to, whatever the options say.
    var assertsFormats = false

    static let standard = SchemaDialect()

    private init() {}

    /// What a metaschema's `$vocabulary` says; nil when it has none, or demands one that nobody here understands.
    init?(describedBy metaschema: SchemaDocument) {
        guard let vocabularies = metaschema.member("$vocabulary", of: 0),
            case .object(let members) = metaschema.nodes[vocabularies].content
        else { return nil }
        self.init()
        let prefix = "https://json-schema.org/draft/2020-12/vocab/"
        let known = Set(members.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
        for member in members where !member.name.hasPrefix(prefix) {
            // A vocabulary that is only wished for may be ignored.
            guard case .bool(false) = metaschema.nodes[member.value].content else { return nil }
        }
        guard known.contains("core") else { return nil }
        hasApplicators = known.contains("applicator")
        hasUnevaluated = known.contains("unevaluated")
        hasValidation = known.contains("validation")
        assertsFormats = known.contains("format-assertion")
    }
}
