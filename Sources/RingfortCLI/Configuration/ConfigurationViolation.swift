import Bytes
import JSONSchema
import YAML

/// Something that breaks the schema of a configuration file, in words for who wrote the file.
struct ConfigurationViolation {
    /// Where, as a JSON pointer.
    let pointer: String
    private let keyword: SchemaKeyword
    private let detail: String

    init(_ violation: borrowing SchemaViolation) {
        pointer = String(violation.pointer)
        keyword = violation.keyword
        detail = String(violation.detail)
    }

    /// The keys that lead there, one inside the other.
    var keys: [String] {
        pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { token in
            Self.replacing("~0", by: "~", in: Self.replacing("~1", by: "/", in: String(token)))
        }
    }

    /// What is wrong, and what to do.
    func message(in document: YAMLNode) -> String {
        let keys = keys
        if keyword == .additionalProperties, let key = keys.last { return unknown(key, in: Array(keys.dropLast())) }
        guard let node = document.value(at: keys) else { return detail }
        if keyword != .required, let setting = Settings.table.first(where: { $0.keys == keys }),
            let complaint = setting.complaint(about: node)
        {
            return complaint
        }
        if keyword == .type, Settings.isGroup(keys) {
            return "must be a group of settings: KEY: VALUE, in lines of their own"
        }
        return detail
    }

    private func unknown(_ key: String, in group: [String]) -> String {
        let known = Settings.keys(in: group)
        let start = "there is no setting '\(key.excerpt)'\(group.isEmpty ? "" : " in \(group.joined(separator: "."))")"
        if let nearest = known.nearest(to: key) { return "\(start); did you mean '\(nearest)'?" }
        return known.isEmpty ? start : "\(start); there are \(known.joined(separator: ", "))"
    }

    private static func replacing(_ text: String, by other: String, in token: String) -> String {
        token.split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
    }
}

extension Settings {
    /// Whether there are settings below these keys.
    static func isGroup(_ keys: [String]) -> Bool {
        table.contains { $0.keys.count > keys.count && $0.keys.starts(with: keys) }
    }

    /// The form of what keys lead to in a setting, or in a part of one.
    private static func form(at keys: [String]) -> FileForm? {
        guard let setting = table.first(where: { keys.starts(with: $0.keys) }) else { return nil }
        return keys.dropFirst(setting.keys.count).reduce(setting.form) { form, key in form?.part(key) }
    }

    /// The keys that may follow these.
    static func keys(in group: [String]) -> [String] {
        var keys: [String] = []
        for setting in table where setting.keys.count > group.count && setting.keys.starts(with: group) {
            if keys.last != setting.keys[group.count] { keys.append(setting.keys[group.count]) }
        }
        return keys.isEmpty ? form(at: group)?.keys ?? [] : keys
    }
}

extension Setting {
    /// Why the setting doesn't take the value of a node; nil for one with parts, whose form the schema knows best.
    func complaint(about node: YAMLNode) -> String? {
        option.map { form.complaint(about: node, wanted: $0.wanted) }
    }
}

extension FileForm {
    /// Why a node is no value of the form.
    ///
    /// - Parameter wanted: what an option wants in its place.
    func complaint(about node: YAMLNode, wanted: String) -> String {
        let complaint = "\(node.shown) is not \(self.wanted ?? wanted)"
        switch (self, node.content) {
        case (.text, .number), (.text, .bool): return "\(complaint); put it in quotes"
        default: return complaint
        }
    }
}

extension YAMLNode {
    /// The value for a message: quoted and short when it is a text, and named otherwise.
    fileprivate var shown: String {
        switch content {
        case .null: "nothing"
        case .bool(let value): "\(value)"
        case .number(let text): text.excerpt
        case .string(let text): "'\(text.excerpt)'"
        case .sequence: "a list"
        case .mapping: "this mapping"
        }
    }
}

extension String {
    /// The text, cut where it would fill a terminal.
    var excerpt: String { count <= 64 ? self : "\(prefix(63))…" }
}
