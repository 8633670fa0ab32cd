import Bytes
import JSON

/// `ringfort logs find`.
enum LogsFindCommand {
    struct Options: SettingOptions {
        var given = GivenSettings()
        var id: String?
        var isJSON = false
    }

    static let command = Command(
        name: "logs find", summary: "Show what the logs say of one request",
        details: [
            "Looks for a correlation id, which every answer has (X-Correlation-ID, and `correlation_id` in a problem), or "
                + "for one that a client has given, in the files of the log and of the audit log and in those that these were "
                + "renamed to. Status 1 says that no line has it."
        ],
        operand: CommandOperand(
            "ID", \Options.id, .correlationID, help: "The id: letters, digits and '.', '_', '-', at most 64 of them."),
        options: CommandOption.settings.filter { ["config", "log-file", "audit-file"].contains($0.name) }
            + [.json(\.isJSON)],
        examples: [
            CommandExample(
                line: "ringfort logs find 0f8c3a5e9b7d41c2 --config ringfort.yaml",
                meaning: "Show the request's lines, the oldest first, from the files that the configuration names."
            ),
            CommandExample(
                line: "ringfort logs find build-17 --audit-file audit.log --json",
                meaning: "Show the decisions about the requests that a client has called build-17, for scripts."
            ),
        ], defaults: Options()
    ) { options in
        run(options, environment: ProcessEnvironment.variables(prefix: Setting.variablePrefix))
    }

    /// A line, and where it is.
    private struct Finding {
        let file: String
        let line: String
    }

    static func run(_ options: Options, environment: [String: String]) -> CommandOutcome {
        let settings: Settings
        do throws(ConfigurationError) {
            settings = try options.given.settings(environment: environment)
        } catch {
            return failure("\(error)", ExitStatus.configuration)
        }
        let named = [settings.logFile, settings.auditFile].compactMap(\.self)
        guard !named.isEmpty else {
            return failure(
                "no log goes to a file: name one with --log-file or --audit-file, or the server's --config",
                ExitStatus.configuration)
        }
        let id = options.id ?? ""
        let files = named.map { RotatedFiles($0) }
        let missing = zip(named, files).filter { !$1.plain.contains($0) }.map { "'\($0.0)' is not there" }
        let unread =
            unique(files.flatMap(\.compressed)).map { "'\($0)' is compressed, and was not searched" }
            + unique(files.flatMap(\.irregular)).map { "'\($0)' is no regular file, and was not searched" }
        var findings: [Finding] = []
        do throws(LogSearchFailure) {
            for path in unique(files.flatMap(\.plain)) {
                findings += try LogSearch(id: id).lines(in: path).map { Finding(file: path, line: $0) }
            }
        } catch {
            return failure("\(error)", ExitStatus.failure)
        }
        // Lines begin with their time, in a form whose order is that of time.
        findings.sort { $0.line < $1.line }
        let notes = missing + unread + (findings.isEmpty ? ["no line has the id '\(id)'"] : [])
        return CommandOutcome(
            standardOutput: options.isJSON ? json(id, findings, notes) : text(findings),
            standardError: notes.map { "ringfort logs find: \(TerminalText.escaped($0))\n" }.joined(),
            status: findings.isEmpty ? ExitStatus.no : ExitStatus.success)
    }

    /// Each path once: what the one log was renamed to can look like what the other was, and both may be one.
    private static func unique(_ paths: [String]) -> [String] {
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }
    }

    private static func failure(_ text: String, _ status: Int32) -> CommandOutcome {
        CommandOutcome(standardError: "ringfort logs find: \(TerminalText.escaped(text))\n", status: status)
    }

    private static func text(_ findings: [Finding]) -> String {
        findings.map { "\(TerminalText.escaped($0.file)): \(TerminalText.escaped($0.line))\n" }.joined()
    }

    private static func json(_ id: String, _ findings: [Finding], _ notes: [String]) -> String {
        JSONOutput.object { writer, buffer in
            writer.append("id", text: id, into: &buffer)
            writer.append(name: "lines", into: &buffer)
            var array = JSONArrayWriter(into: &buffer)
            for finding in findings {
                array.beginElement(into: &buffer)
                var object = JSONObjectWriter(into: &buffer)
                object.append("file", text: finding.file, into: &buffer)
                object.append("line", text: finding.line, into: &buffer)
                object.finish(into: &buffer)
            }
            array.finish(into: &buffer)
            writer.append("notes", texts: notes, into: &buffer)
        }
    }
}

extension ValueParser where Value == String {
    /// A correlation id, ours or a client's.
    static var correlationID: Self {
        Self(wanted: "letters, digits and '.', '_', '-', at most 64 of them") { text in
            let isID = text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            return isID && (1...64).contains(text.utf8.count) ? text : nil
        } describe: {
            $0
        }
    }
}
