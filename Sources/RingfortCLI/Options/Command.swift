/// One command of the tool: what it is called, what it takes, and what it does.
struct Command<Options: Sendable>: RunnableCommand {
    /// What follows `ringfort`: `token issue`.
    let name: String
    /// What it does, in a line of the list of commands.
    let summary: String
    /// What else there is to know, in paragraphs.
    var details: [String] = []
    /// The argument that is not an option, if it takes one.
    var operand: CommandOperand<Options>?
    let options: [CommandOption<Options>]
    let examples: [CommandExample]
    /// The options when none is given.
    let defaults: Options
    /// What it does with its options.
    let body: @Sendable (Options) -> CommandOutcome

    func run(_ arguments: [String]) throws(UsageError) -> CommandOutcome {
        guard let options = try parse(arguments) else { return CommandOutcome(standardOutput: help) }
        return body(options)
    }

    /// The options that the arguments stand for; nil when they ask for help.
    func parse(_ arguments: [String]) throws(UsageError) -> Options? {
        var values = ParsedOptions(options: defaults)
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" { return nil }
            if operand != nil && argument == "--" {
                for argument in rest { try setOperand(argument, &values) }
                break
            }
            // A dash alone stands for standard input wherever it is taken.
            if operand != nil && (argument == "-" || !argument.hasPrefix("-")) {
                try setOperand(argument, &values)
            } else {
                try setOption(argument, &rest, &values)
            }
        }
        for option in options where option.isRequired && !values.given.contains(option.name) {
            throw .missingOption(option.name, placeholder: option.placeholder ?? "")
        }
        if let operand, !values.hasOperand { throw .missingOperand(operand.placeholder) }
        return values.options
    }

    private func setOption(
        _ argument: String, _ rest: inout ArraySlice<String>, _ values: inout ParsedOptions<Options>
    ) throws(UsageError) {
        let (name, inlineValue) = try Self.split(argument)
        guard let option = options.first(where: { $0.name == name }) else {
            throw .unknownOption("--\(name)", nearest: options.map { "--\($0.name)" }.nearest(to: "--\(name)"))
        }
        guard values.given.insert(name).inserted else { throw .repeatedOption(name) }
        guard let placeholder = option.placeholder else {
            guard inlineValue == nil else { throw .unexpectedValue(option: name) }
            _ = option.set(&values.options, "")
            return
        }
        guard let value = inlineValue ?? Self.value(&rest) else {
            throw .missingValue(option: name, placeholder: placeholder)
        }
        guard option.set(&values.options, value) else {
            throw .invalidValue(option: name, value: value, wanted: option.wanted)
        }
    }

    private func setOperand(_ argument: String, _ values: inout ParsedOptions<Options>) throws(UsageError) {
        guard let operand, !values.hasOperand else { throw .unexpectedArgument(argument) }
        values.hasOperand = true
        guard operand.set(&values.options, argument) else {
            throw .invalidOperand(operand.placeholder, value: argument, wanted: operand.wanted)
        }
    }

    private static func split(_ argument: String) throws(UsageError) -> (name: String, value: String?) {
        guard argument.hasPrefix("--"), argument != "--" else { throw .unexpectedArgument(argument) }
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil)
    }

    /// The next argument, unless it is an option: then the value was forgotten. One that looks like an option can be
    /// given behind an equals sign.
    private static func value(_ rest: inout ArraySlice<String>) -> String? {
        guard let next = rest.first, !next.hasPrefix("--") else { return nil }
        rest.removeFirst()
        return next
    }
}

/// A command's options while its arguments are read.
private struct ParsedOptions<Options> {
    var options: Options
    /// The names of the options that were given.
    var given: Set<String> = []
    var hasOperand = false
}

/// A command as the tool sees it, whatever its options are.
protocol RunnableCommand: Sendable {
    /// What follows `ringfort`.
    var name: String { get }
    /// What it does, in one line.
    var summary: String { get }
    /// All there is to say about it, for a terminal of 80 columns.
    var help: String { get }

    /// Does what the arguments behind the command's name ask for.
    func run(_ arguments: [String]) throws(UsageError) -> CommandOutcome
}

/// A command line to try.
struct CommandExample: Sendable {
    /// The command line.
    let line: String
    /// What it does.
    let meaning: String
}

/// What a command leaves behind.
struct CommandOutcome: Equatable, Sendable {
    var standardOutput = ""
    var standardError = ""
    /// The exit status.
    var status = ExitStatus.success
}

/// Exit statuses, as sysexits.h has them.
enum ExitStatus {
    static let success: Int32 = 0
    /// What was asked about is not so: a token is not valid.
    static let no: Int32 = 1
    /// What was asked about could be used, but not without a warning.
    static let warnings: Int32 = 2
    /// The command line is wrong.
    static let usage: Int32 = 64
    /// Something failed that the command line can't help.
    static let failure: Int32 = 70
    /// What the command needs to be set up is not, or is not safe.
    static let configuration: Int32 = 78
}
