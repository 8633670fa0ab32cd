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
        let option = setting.option.map { "`--\($0.name)`" } ?? ""
        let row = "| `\(setting.path)` | \(setting.form.words) | \(fallback) | \(option) | \(setting.help) |"
        return ([row] + partRows(setting.path, setting.form)).joined(separator: "\n")
    }

    /// A row for each member of what has parts.
    private static func partRows(_ path: String, _ form: FileForm) -> [String] {
        switch form {
        case .list(let element): partRows("\(path)[]", element)
        case .map(let element, let key): partRows("\(path).\(key)", element)
        case .record(let members):
            members.flatMap { member in
                let path = "\(path).\(member.key)"
                let fallback = member.isRequired ? "needed" : ""
                return ["| `\(path)` | \(member.form.words) | \(fallback) | | \(member.help) |"]
                    + partRows(path, member.form)
            }
        case .text, .wholeNumber, .word, .limit, .texts, .flag: []
        }
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
        case .flag: "`true`, `false`"
        case .record: "mapping"
        case .list(let form): "list of \(form.words)s"
        case .map(let form, let key): "`\(key):` \(form.words)"
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
