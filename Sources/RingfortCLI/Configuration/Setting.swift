/// One thing that can be set: in a configuration file, in the environment and on the command line. All of these, the
/// file's schema and the reference come from this.
struct Setting: Sendable {
    /// Where it stands in a file: its groups and its key, with points between.
    let path: String
    /// What the value looks like in a file.
    let form: FileForm
    /// The option of the command line, whose name is shorter.
    let option: CommandOption<Settings>
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
        hasDefault = defaultWords == nil
        self.option = CommandOption(option, placeholder, member, parser, defaultText: defaultWords, help: help)
    }

    /// A setting that may be left out.
    init<Value>(
        _ path: String, option: String, _ placeholder: String,
        _ member: any WritableKeyPath<Settings, Value?> & Sendable, _ parser: ValueParser<Value>,
        defaultWords: String? = nil, help: String
    ) {
        self.init(path, option: option, placeholder, member, parser.optional, defaultWords: defaultWords, help: help)
    }

    /// The variable in the environment: `RINGFORT_` and the path in capitals, with underscores for points.
    var variable: String { Self.variablePrefix + String(path.uppercased().map { $0 == "." ? "_" : $0 }) }

    static let variablePrefix = "RINGFORT_"

    /// Its groups and its key.
    var keys: [String] { path.split(separator: ".").map(String.init) }

    /// The default in words or as a value; nil when there is none.
    var defaultText: String? { option.defaultText(Settings()) }

    /// The default as an option would take it; nil when there is none, or only in words.
    var defaultValue: String? { hasDefault ? defaultText : nil }
}
