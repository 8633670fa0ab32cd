import Glibc
import Identity
import JSON
import SQLite

/// `ringfort apikey list`.
enum APIKeyListCommand {
    struct Options: Sendable {
        var target = AdminTarget()
        var isJSON = false
    }

    static let command = Command(
        name: "apikey list", summary: "List the API keys",
        options: [
            CommandOption("data", "DIR", \.target.dataDirectory, .line, help: "The server's data directory."),
            .json(\.isJSON),
        ],
        examples: [
            CommandExample(
                line: "ringfort apikey list",
                meaning: "Show each key's name, state, times, limit, scopes and label, the revoked ones last.")
        ], defaults: Options()
    ) { run($0, nowUnixSeconds: Int64(time(nil))) }

    /// The keys as they are at the time given.
    static func run(_ options: Options, nowUnixSeconds now: Int64) -> CommandOutcome {
        .ofIdentityCommand("apikey list", options.target.dataDirectory) { store throws(IdentityFailure) in
            let keys = try IdentityFailure.asking { () throws(SQLiteError) in try store.apiKeys() }
            let reports = keys.map { APIKeyReport(key: $0, nowUnixSeconds: now) }
            return CommandOutcome(options.isJSON ? json(reports) : table(reports))
        }
    }

    private static func table(_ reports: [APIKeyReport]) -> String {
        var table = TextTable(APIKeyReport.titles)
        for report in reports { table.append(report.row) }
        return table.text
    }

    private static func json(_ reports: [APIKeyReport]) -> String {
        JSONOutput.object { writer, buffer in
            writer.append(name: "api_keys", into: &buffer)
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
