import Bytes
import JSON
import Tokens

/// `ringfort key show`.
enum KeyShowCommand {
    struct Options: KeyLocation {
        var dataDirectory = "./data"
        var keyDirectory: String?
        var keyID: KeyID?
        var isJSON = false
    }

    static let command = Command(
        name: "key show", summary: "Show the public part of a key",
        operand: CommandOperand("KID", \Options.keyID, .keyID, help: "The key's name."),
        options: CommandOption.keyLocation + [.json(\.isJSON)], examples: examples, defaults: Options(), body: run
    )

    private static let examples = [
        CommandExample(
            line: "ringfort key show eddsa-0123456789abcdef",
            meaning:
                "Show what others need to check the key's tokens. Of a secret only a fingerprint is shown, by which "
                + "to see whether two servers have the same."
        )
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        .ofKeyCommand("key show") { () throws(KeyCommandFailure) in
            let keys = try options.keys()
            // A key may have several files, such as a secret and a public one: the first that signs says most.
            let entries = keys.entries.filter { $0.key.id == options.keyID }
            var shown: [KeyDirectory.Entry] = []
            for entry in entries.filter(\.signs) + entries where !shown.contains(where: { $0.isSameKey(as: entry) }) {
                shown.append(entry)
            }
            guard let id = options.keyID, !shown.isEmpty else {
                throw options.keyID.map { .change(.unknownKey($0, nil)) } ?? .noKeys(options.keyPath)
            }
            let texts = shown.map { entry in
                let report = KeyReport(entry, keys)
                return options.isJSON ? json(report) : text(report)
            }
            guard !options.isJSON || texts.count == 1 else { throw .change(.severalAlgorithms(id)) }
            return CommandOutcome(texts.joined(separator: "\n"))
        }
    }

    private static func text(_ report: KeyReport) -> String {
        let key = report.entry.key
        var lines = [
            ("kid", TerminalText.escaped(key.id.text)), ("algorithm", "\(key.algorithm)"), ("use", report.use),
            ("file", TerminalText.escaped(report.entry.fileName)), ("created", report.created),
        ]
        for form in PublicForm.allCases {
            if let value = form.text(of: key) { lines.append((form.rawValue, value)) }
        }
        return lines.map { name, value in
            let isBlock = value.contains("\n")
            return isBlock ? "\n\(value)" : "\(name)\(String(repeating: " ", count: 13 - name.count))\(value)\n"
        }.joined()
    }

    private static func json(_ report: KeyReport) -> String {
        JSONOutput.object { writer, buffer in
            report.append(&writer, into: &buffer)
            for form in PublicForm.allCases {
                guard let value = form.text(of: report.entry.key) else { continue }
                writer.append(name: Array(form.rawValue.utf8).span.raw, into: &buffer)
                if form == .jwk { buffer.append(value) } else { buffer.append(jsonText: value) }
            }
        }
    }
}

extension KeyDirectory.Entry {
    fileprivate func isSameKey(as other: KeyDirectory.Entry) -> Bool {
        key.id == other.key.id && key.algorithm == other.key.algorithm
    }
}
