import Tokens

extension CommandOption {
    /// `--algorithm` for a command that can't do without it.
    static func algorithm(
        _ member: any WritableKeyPath<Options, Algorithm> & Sendable, help: String
    ) -> CommandOption {
        CommandOption(
            "algorithm", "ALGORITHM", member, .algorithm, isRequired: true,
            help: "\(help) One of \(ValueParser.algorithms)."
        )
    }

    /// `--json`.
    static func json(_ member: any WritableKeyPath<Options, Bool> & Sendable) -> CommandOption {
        CommandOption(switch: "json", member, help: "Print JSON, for scripts.")
    }
}

extension ValueParser where Value == Algorithm {
    /// The name of an algorithm, in upper or lower case.
    static var algorithm: Self { .oneOf { "\($0)" } }

    /// The names of all algorithms.
    static var algorithms: String { Algorithm.allCases.map { "\($0)" }.joined(separator: ", ") }
}

extension ValueParser where Value == KeyID {
    /// The name of a key.
    static var keyID: Self {
        Self(
            wanted: "the name of a key: 1 to 128 bytes without control characters", parse: { try? KeyID($0) },
            describe: { $0.text }
        )
    }
}

extension CommandOutcome {
    /// What a command on keys leaves behind, when it works and when it fails.
    static func ofKeyCommand(
        _ name: String, _ body: () throws(KeyCommandFailure) -> CommandOutcome
    ) -> CommandOutcome {
        do throws(KeyCommandFailure) {
            return try body()
        } catch {
            return error.outcome(of: name)
        }
    }

    /// A result, or JSON about it, on standard output; words about it, if any, on standard error.
    init(_ output: String, words: [String] = []) {
        self.init(standardOutput: output, standardError: words.map { TerminalText.escaped($0) + "\n" }.joined())
    }
}
