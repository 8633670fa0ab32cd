/// The one argument of a command that is not an option, such as the key that is to be shown.
struct CommandOperand<Options>: Sendable {
    /// What stands for it in the help.
    let placeholder: String
    let help: String
    /// What it must be.
    let wanted: String
    /// Sets the value that a text stands for; false when it stands for none.
    let set: @Sendable (inout Options, String) -> Bool

    /// An operand whose value goes to `member`. A command that has one can't do without it.
    init<Value>(
        _ placeholder: String, _ member: any WritableKeyPath<Options, Value?> & Sendable,
        _ parser: ValueParser<Value>, help: String
    ) {
        self.placeholder = placeholder
        self.help = help
        wanted = parser.wanted
        set = { options, text in
            guard let value = parser.parse(text) else { return false }
            options[keyPath: member] = value
            return true
        }
    }
}
