import Bytes
import JSON
import Tokens

/// `ringfort key list`.
enum KeyListCommand {
    struct Options: KeyLocation {
        var dataDirectory = "./data"
        var keyDirectory: String?
        var isJSON = false
    }

    static let command = Command(
        name: "key list", summary: "List the keys", options: CommandOption.keyLocation + [.json(\.isJSON)],
        examples: [
            CommandExample(
                line: "ringfort key list",
                meaning: "Show each key's name, algorithm and file, and which one signs when none is named."
            )
        ], defaults: Options(), body: run
    )

    private static func run(_ options: Options) -> CommandOutcome {
        .ofKeyCommand("key list") { () throws(KeyCommandFailure) in
            let keys = try options.keys()
            let reports = keys.entries.map { KeyReport($0, keys) }
            let files = keys.ignoredFiles.map { "note: \(options.keyPath)/\($0) is no key file." }
            let words = files + keys.ignoredKeys.map { "note: \(options.keyPath)/\($0)" }
            return CommandOutcome(options.isJSON ? json(reports) : table(reports), words: words)
        }
    }

    private static func table(_ reports: [KeyReport]) -> String {
        var table = TextTable(["KID", "ALGORITHM", "USE", "CREATED", "FILE"])
        for report in reports {
            let (key, file) = (report.entry.key, report.entry.fileName)
            table.append([key.id.text, "\(key.algorithm)", report.use, report.created, file])
        }
        return table.text
    }

    private static func json(_ reports: [KeyReport]) -> String {
        JSONOutput.object { writer, buffer in
            writer.append(name: "keys", into: &buffer)
            var array = JSONArrayWriter(into: &buffer)
            for report in reports {
                array.beginElement(into: &buffer)
                var object = JSONObjectWriter(into: &buffer)
                report.append(&object, into: &buffer)
                object.finish(into: &buffer)
            }
            array.finish(into: &buffer)
        }
    }
}
