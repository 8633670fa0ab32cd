/// Settings as they were given on the command line, before those of the file and of the environment are put below them.
struct GivenSettings: Sendable {
    /// The configuration file.
    var file: String?
    /// What options say, each a text that its setting takes.
    private(set) var options: [(option: CommandOption<Settings>, text: String)] = []

    /// The settings: what an option says goes before the environment, this before the file, and that before the default.
    ///
    /// - Parameter environment: the variables whose names begin with `RINGFORT_`.
    /// - Throws: all that is wrong with the file and the environment.
    func settings(environment: [String: String]) throws(ConfigurationError) -> Settings {
        var settings = Settings()
        var faults: [ConfigurationFault] = []
        if let path = path(environment) { faults += ConfigurationFile.apply(path, to: &settings) }
        faults += Self.apply(environment, to: &settings)
        guard faults.isEmpty else { throw ConfigurationError(faults: faults) }
        for (option, text) in options { _ = option.set(&settings, text) }
        return settings
    }

    /// The configuration file, which the environment may name, too.
    func path(_ environment: [String: String]) -> String? { file ?? environment[Self.fileVariable] }

    private static func apply(_ environment: [String: String], to settings: inout Settings) -> [ConfigurationFault] {
        var faults: [ConfigurationFault] = []
        for setting in Settings.table {
            guard let text = environment[setting.variable] else { continue }
            if let option = setting.option, option.set(&settings, text) { continue }
            let message =
                setting.option.map { "'\(text.excerpt)' is not \($0.wanted)" }
                ?? "this can only be set in a file: name one with --config"
            faults.append(ConfigurationFault(source: setting.variable, message: message))
        }
        let known = Settings.table.map(\.variable) + [fileVariable]
        for name in environment.keys.sorted() where !known.contains(name) {
            // Others name variables so, too: Kubernetes does for a service `ringfort`. A near miss is ours.
            let prefix = Setting.variablePrefix.count
            let nearest = known.map { String($0.dropFirst(prefix)) }.nearest(to: String(name.dropFirst(prefix)))
            guard let nearest else { continue }
            let message = "there is no such setting; did you mean \(Setting.variablePrefix)\(nearest)?"
            faults.append(ConfigurationFault(source: name, message: message))
        }
        return faults
    }

    private static let fileVariable = "\(Setting.variablePrefix)CONFIG"
}

/// Options of a command among which are those that set things.
protocol SettingOptions: Sendable {
    var given: GivenSettings { get set }
}

extension CommandOption where Options: SettingOptions {
    /// `--config`, and an option for each setting.
    static var settings: [CommandOption] {
        let file = CommandOption(
            "config", "FILE", \.given.file, .line,
            help:
                "A configuration file; see docs/configuration.md. What options and the environment say goes before it.")
        return [file]
            + Settings.table.compactMap { setting in
                setting.option.map { option in
                    CommandOption(option, defaultText: setting.defaultText) { $0.given.take(option, $1) }
                }
            }
    }
}

extension GivenSettings {
    /// Keeps what an option says; false when its setting does not take it.
    mutating func take(_ option: CommandOption<Settings>, _ text: String) -> Bool {
        var scratch = Settings()
        guard option.set(&scratch, text) else { return false }
        options.append((option, text))
        return true
    }

    /// What every command that takes settings says of them.
    static let details = [
        "Every setting that has an option may also stand in the file that --config names, and in the environment, as RINGFORT_ and its path "
            + "in the file in capitals with _ for each point: RINGFORT_TIMEOUTS_HEAD_MS=5000. An option goes before the "
            + "environment, the environment before the file. Issuers, roles and what is said of routes stand in a file only."
    ]
}
