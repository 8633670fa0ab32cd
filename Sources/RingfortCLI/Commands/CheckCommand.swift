import Glibc
import Ringfort

/// `ringfort check`.
enum CheckCommand {
    struct Options: SettingOptions {
        var given = GivenSettings()
        /// The names of warnings that are known and meant.
        var allowed: [String] = []
        var isJSON = false
        var printsSchema = false
        var printsReference = false
    }

    static let command = Command(
        name: "check", summary: "Check a configuration without serving",
        details: GivenSettings.details + [
            "Exits with 0 when there is nothing to say, with \(ExitStatus.warnings) when there are warnings only, and with "
                + "\(ExitStatus.configuration) when 'ringfort serve' would refuse the settings, "
                + "the keys or the certificates. The database, the journal of revocations and the address are not looked at."
        ],
        options: options, examples: examples, defaults: Options()
    ) { options in
        if options.printsSchema { return CommandOutcome(standardOutput: ConfigurationSchema.text) }
        if options.printsReference { return CommandOutcome(standardOutput: ConfigurationReference.text) }
        return run(options, environment: ProcessEnvironment.variables(prefix: Setting.variablePrefix))
    }

    private static let options: [CommandOption<Options>] =
        [
            CommandOption(
                "allow", "NAME,NAME", \.allowed, .warningNames,
                help: "Warnings that are meant, by the names that stand before them: they are shown and don't count."),
            .json(\.isJSON),
            CommandOption(
                switch: "print-schema", \.printsSchema,
                help: "Print the JSON Schema of configuration files, for editors."),
            CommandOption(
                switch: "print-reference", \.printsReference, help: "Print a table of all settings, in Markdown."),
        ] + CommandOption.settings

    private static let examples = [
        CommandExample(
            line: "ringfort check --config ringfort.yaml",
            meaning: "Say what is wrong with a file, with lines and columns, and what in it is not safe."
        ),
        CommandExample(
            line: "ringfort check --config ringfort.yaml --allow no_scopes,limit_above_address --json",
            meaning: "The same as one JSON object, with two warnings that don't count."
        ),
    ]

    static func run(_ options: Options, environment: [String: String]) -> CommandOutcome {
        var report = CheckReport(file: options.given.path(environment), allowed: Set(options.allowed))
        do throws(ConfigurationError) {
            try report.check(try options.given.settings(environment: environment))
        } catch {
            report.faults = error.faults
        }
        return CommandOutcome(standardOutput: options.isJSON ? report.json : report.words, status: report.status)
    }
}

extension ValueParser where Value == [String] {
    /// Names of warnings.
    fileprivate static var warningNames: Self {
        let names = CheckFinding.names
        return Self(wanted: "one or more of \(names.joined(separator: ", ")), with commas between") { text in
            let given = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return given.allSatisfy(names.contains) ? given : nil
        } describe: { names in
            names.isEmpty ? nil : names.joined(separator: ",")
        }
    }
}
