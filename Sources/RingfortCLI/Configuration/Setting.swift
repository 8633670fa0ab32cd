import YAML

/// One thing that can be set: in a configuration file, and, unless it has parts, in the environment and on the command line.
/// All of these, the file's schema and the reference come from this.
struct Setting: Sendable {
    /// Where it stands in a file: its groups and its key, with points between.
    let path: String
    /// What the value looks like in a file.
    let form: FileForm
    /// What it is.
    let help: String
    /// The option of the command line, whose name is shorter; nil for what has parts.
    let option: CommandOption<Settings>?
    /// Takes the value of a node, and gives what is wrong with it.
    let take: @Sendable (YAMLNode, inout Settings) -> [ValueFault]
    /// Whether the default is a value, and not in words.
    private let hasDefault: Bool

    /// A setting whose value goes to `member`.
    ///
    /// - Parameter defaultWords: what is shown as the default when it is no value of the settings themselves.
    init<Value>(
        _ path: String, option: String, _ placeholder: String,
        _ member: any WritableKeyPath<Settings, Value> & Sendable, _ parser: ValueParser<Value>,
        defaultWords: String? = nil, help: String
    ) {
        self.path = path
        form = parser.form
        self.help = help
        hasDefault = defaultWords == nil
        self.option = CommandOption(option, placeholder, member, parser, defaultText: defaultWords, help: help)
        take = Self.taking(ValueReader(parser), member) { _ in [] }
    }

    /// A setting that may be left out.
    init<Value>(
        _ path: String, option: String, _ placeholder: String,
        _ member: any WritableKeyPath<Settings, Value?> & Sendable, _ parser: ValueParser<Value>,
        defaultWords: String? = nil, help: String
    ) {
        self.init(path, option: option, placeholder, member, parser.optional, defaultWords: defaultWords, help: help)
    }

    /// A setting with parts.
    ///
    /// - Parameter check: what is wrong with it beside the settings before it in the table.
    init<Value>(
        _ path: String, _ member: any WritableKeyPath<Settings, Value> & Sendable, _ reader: ValueReader<Value>,
        check: @escaping @Sendable (Settings) -> [ValueFault] = { _ in [] }, help: String
    ) {
        self.path = path
        form = reader.form
        self.help = help
        hasDefault = false
        option = nil
        take = Self.taking(reader, member, check)
    }

    private static func taking<Value>(
        _ reader: ValueReader<Value>, _ member: any WritableKeyPath<Settings, Value> & Sendable,
        _ check: @escaping @Sendable (Settings) -> [ValueFault]
    ) -> @Sendable (YAMLNode, inout Settings) -> [ValueFault] {
        { node, settings in
            var faults: [ValueFault] = []
            guard let value = reader.read(node, &faults), faults.isEmpty else { return faults }
            settings[keyPath: member] = value
            return check(settings)
        }
    }

    /// The variable in the environment: `RINGFORT_` and the path in capitals, with underscores for points.
    var variable: String { Self.variablePrefix + String(path.uppercased().map { $0 == "." ? "_" : $0 }) }

    static let variablePrefix = "RINGFORT_"

    /// Its groups and its key.
    var keys: [String] { path.split(separator: ".").map(String.init) }

    /// The default in words or as a value; nil when there is none.
    var defaultText: String? { option?.defaultText(Settings()) }

    /// The default as an option would take it; nil when there is none, or only in words.
    var defaultValue: String? { hasDefault ? defaultText : nil }
}
