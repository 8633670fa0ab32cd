/// One option of a command: its name, its value, where that goes, its default and its help. Parsing, help and errors all
/// come from this.
struct CommandOption<Options>: Sendable {
    /// The name, without its dashes.
    let name: String
    /// What stands for the value in the help; nil for a switch, which has none.
    let placeholder: String?
    let help: String
    /// Whether the command can't do without it.
    let isRequired: Bool
    /// What the value must be.
    let wanted: String
    /// Sets the value that a text stands for; false when it stands for none.
    let set: @Sendable (inout Options, String) -> Bool
    /// The default as the help shows it.
    let defaultText: @Sendable (Options) -> String?

    /// An option whose value goes to `member`.
    ///
    /// - Parameter defaultText: what the help shows when the default can't be read off the options themselves.
    init<Value>(
        _ name: String, _ placeholder: String, _ member: any WritableKeyPath<Options, Value> & Sendable,
        _ parser: ValueParser<Value>, isRequired: Bool = false, defaultText: String? = nil, help: String
    ) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        self.isRequired = isRequired
        wanted = parser.wanted
        set = { options, text in
            guard let value = parser.parse(text) else { return false }
            options[keyPath: member] = value
            return true
        }
        self.defaultText = { options in defaultText ?? parser.describe(options[keyPath: member]) }
    }

    /// A switch: it takes no value, and sets `member` when it is there.
    init(switch name: String, _ member: any WritableKeyPath<Options, Bool> & Sendable, help: String) {
        self.name = name
        placeholder = nil
        self.help = help
        isRequired = false
        wanted = ""
        set = { options, _ in
            options[keyPath: member] = true
            return true
        }
        defaultText = { _ in nil }
    }

    /// An option that may be left out.
    init<Value>(
        _ name: String, _ placeholder: String, _ member: any WritableKeyPath<Options, Value?> & Sendable,
        _ parser: ValueParser<Value>, isRequired: Bool = false, defaultText: String? = nil, help: String
    ) {
        self.init(
            name, placeholder, member, parser.optional, isRequired: isRequired, defaultText: defaultText, help: help
        )
    }

    /// The option of a setting, whose text is kept by `set` rather than turned into a value at once.
    init(
        _ other: CommandOption<Settings>, defaultText: String?,
        set: @escaping @Sendable (inout Options, String) -> Bool
    ) {
        name = other.name
        placeholder = other.placeholder
        help = other.help
        isRequired = false
        wanted = other.wanted
        self.set = set
        self.defaultText = { _ in defaultText }
    }
}
