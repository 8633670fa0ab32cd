import Ringfort

/// The command line as a whole: finds the command, and turns what is wrong with it into words.
struct CommandLineTool {
    static let version = "\(Server.version)"

    let commands: [any RunnableCommand]

    /// What the arguments behind the tool's own name ask for.
    func run(_ arguments: [String]) -> CommandOutcome {
        switch arguments.first {
        case nil:
            return CommandOutcome(standardError: help, status: ExitStatus.usage)
        case "--help", "-h":
            return CommandOutcome(standardOutput: help)
        case "--version":
            return CommandOutcome(standardOutput: "ringfort \(Self.version)\n")
        case "help":
            return explain(arguments.dropFirst().joined(separator: " "))
        default:
            return runCommand(arguments)
        }
    }

    private func explain(_ name: String) -> CommandOutcome {
        if name.isEmpty { return CommandOutcome(standardOutput: help) }
        if let command = commands.first(where: { $0.name == name }) {
            return CommandOutcome(standardOutput: command.help)
        }
        // `ringfort help token`: the commands of a group.
        let group = commands.filter { $0.name.hasPrefix("\(name) ") }
        guard group.isEmpty else {
            return CommandOutcome(standardOutput: group.map(\.help).joined(separator: "\n"))
        }
        return failure(unknown(name), hint: "Run 'ringfort --help' for the commands.")
    }

    private func runCommand(_ arguments: [String]) -> CommandOutcome {
        for command in commands {
            let words = command.name.split(separator: " ").map(String.init)
            guard arguments.starts(with: words) else { continue }
            do throws(UsageError) {
                return try command.run(Array(arguments.dropFirst(words.count)))
            } catch {
                return failure(error, of: command.name, hint: "Run 'ringfort \(command.name) --help' for its options.")
            }
        }
        let words = arguments.prefix { !$0.hasPrefix("-") }
        let isGroup = commands.contains { $0.name.hasPrefix("\(arguments[0]) ") }
        if isGroup && (arguments.count == 1 || words.count == 1) { return explain(arguments[0]) }
        let name = words.isEmpty ? arguments[0] : words.prefix(isGroup ? 2 : 1).joined(separator: " ")
        return failure(unknown(name), hint: "Run 'ringfort --help' for the commands.")
    }

    private func unknown(_ name: String) -> UsageError {
        .unknownCommand(name, nearest: commands.map(\.name).nearest(to: name))
    }

    private func failure(_ error: UsageError, of command: String? = nil, hint: String) -> CommandOutcome {
        let name = command.map { "ringfort \($0)" } ?? "ringfort"
        return CommandOutcome(standardError: "\(name): \(error)\n\(hint)\n", status: ExitStatus.usage)
    }

    /// The list of commands.
    private var help: String {
        let width = commands.map(\.name.count).max() ?? 0
        let list = commands.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count + 3))\(command.summary)\n"
        }
        return """
            Ringfort, a secure API server.

            Usage: ringfort COMMAND [options]

            Commands:
            \(list.joined())
            Run 'ringfort help COMMAND' for a command's options and examples,
            and 'ringfort --version' for the version.

            """
    }
}
