/// The reference of all settings in Markdown, as it stands in docs/configuration.md, made from the table of settings.
enum ConfigurationReference {
    static let text: String = {
        let general = section("General", "", Settings.table.filter { $0.keys.count == 1 })
        let groups = Settings.groups.map { name, title in
            section("`\(name)`", "\(title)\n\n", Settings.table.filter { $0.keys.count > 1 && $0.keys.first == name })
        }
        return ([general] + groups).joined(separator: "\n")
    }()

    private static func section(_ title: String, _ text: String, _ settings: [Setting]) -> String {
        """
        ### \(title)

        \(text)| Key | Value | Default | Option | What it is |
        |---|---|---|---|---|
        \(settings.map(row).joined(separator: "\n"))

        """
    }

    private static func row(_ setting: Setting) -> String {
        let fallback = setting.defaultValue.map { "`\(setting.form.plain(text: $0))`" } ?? setting.defaultText ?? ""
        let option = "`--\(setting.option.name)`"
        return "| `\(setting.path)` | \(setting.form.words) | \(fallback) | \(option) | \(setting.option.help) |"
    }
}

extension FileForm {
    /// What the value may be, in a few words.
    fileprivate var words: String {
        switch self {
        case .text: "text"
        case .texts: "list of texts"
        case .wholeNumber(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .word(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .limit: "`{ rate, burst }`, `{ rate, per_seconds, burst }` or `off`"
        }
    }

    /// The value of an option's text as it stands in a file.
    fileprivate func plain(text: String) -> String {
        if self == .texts { return json(ofText: text) }
        guard self == .limit, let limit = RequestLimit(text) else { return text }
        let window = limit.everySeconds == 1 ? "" : "per_seconds: \(limit.everySeconds), "
        return "{ rate: \(limit.requests), \(window)burst: \(limit.burst) }"
    }
}
