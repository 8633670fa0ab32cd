import Foundation
import Testing

@testable import RingfortCLI

@Suite("ringfort logs find")
struct LogsFindCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "ringfort-logs-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func write(_ name: String, _ lines: [String]) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: folder.appending(path: name))
    }

    private func line(_ second: Int, _ id: String, _ more: String = "") -> String {
        #"{"time":"2026-11-24T10:00:0\#(second).000Z","event":"request","correlation_id":"\#(id)"\#(more)}"#
    }

    private func find(_ arguments: String...) -> CommandOutcome {
        CommandLineTool(commands: [LogsFindCommand.command]).run(["logs", "find"] + arguments)
    }

    @Test("shows the lines of an id from log and audit log and from what they were renamed to, the oldest first")
    func finds() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("log", [line(5, "abc"), line(6, "abcd"), line(7, "xabc")])
        try write("log.1", [line(1, "other"), line(2, "abc")])
        try write("log.2.gz", ["compressed"])
        try write("logbook", [line(3, "abc")])
        try write("audit", [line(4, "abc", #","decision":"allowed""#)])
        try write("audit-20261123", [line(0, "its", #","client_correlation_id":"abc""#)])
        let outcome = find("abc", "--log-file", path("log"), "--audit-file", path("audit"))
        #expect(outcome.status == 0)
        let names = outcome.standardOutput.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        #expect(names == ["audit-20261123", "log.1", "audit", "log"].map { path($0)[...] })
        let note = "ringfort logs find: '\(path("log.2.gz"))' is compressed, and was not searched\n"
        #expect(outcome.standardError == note)
        let json = find("abc", "--log-file", path("log"), "--json")
        let object = try JSONSerialization.jsonObject(with: Data(json.standardOutput.utf8)) as? [String: Any]
        let lines = try #require(object?["lines"] as? [[String: String]])
        #expect(lines.map { $0["line"] } == [line(2, "abc"), line(5, "abc")])
        #expect(lines.map { $0["file"] } == [path("log.1"), path("log")])
    }

    @Test("leaves out what is no file beside the logs, and says so")
    func irregular() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("log", [line(1, "abc")])
        try FileManager.default.createDirectory(atPath: path("log.d"), withIntermediateDirectories: true)
        let isMade = unsafe mkfifo(path("log.pipe.gz"), 0o600) == 0
        try #require(isMade)
        let outcome = find("abc", "--log-file", path("log"))
        #expect(outcome.status == ExitStatus.success)
        #expect(outcome.standardOutput == "\(path("log")): \(line(1, "abc"))\n")
        let notes = ["log.d", "log.pipe.gz"].map {
            "ringfort logs find: '\(path($0))' is no regular file, and was not searched\n"
        }
        #expect(outcome.standardError == notes.joined())
    }

    @Test(
        "shows each line once, where both logs are one, or the one looks renamed to the other",
        arguments: ["log", "log-audit"])
    func once(audit: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("log", [line(1, "abc")])
        try write("log-audit", [line(2, "abc")])
        try write("log-audit.1.gz", [])
        let outcome = find("abc", "--log-file", path("log"), "--audit-file", path(audit))
        #expect(outcome.standardOutput.split(separator: "\n").count == 2)
        #expect(outcome.standardError.split(separator: "\n").count == 1)
    }

    @Test("takes no text of a line for its id, however the text looks")
    func lookalikes() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = #","path":"/\"correlation_id\":\"abc\"""#
        try write("log", [line(1, "x", path), #"correlation_id":"ab"#, "_", "correlation_id", ""])
        let outcome = find("abc", "--log-file", self.path("log"))
        #expect(outcome.status == ExitStatus.no)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.standardError == "ringfort logs find: no line has the id 'abc'\n")
    }

    @Test("finds lines wherever they lie in a large file, and one without an end")
    func large() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let detail = #","detail":"\#(String(repeating: "_", count: 80))""#
        let filler = (0..<20_000).map { line($0 % 10, "id\($0)", detail) }
        var text = filler.joined(separator: "\n") + "\n" + line(9, "last")
        for id in ["id0", "id9999", "id19999", "last"] {
            try Data(text.utf8).write(to: folder.appending(path: "log"))
            #expect(find(id, "--log-file", path("log")).standardOutput.split(separator: "\n").count == 1, "\(id)")
        }
        // What has no end of line for megabytes is searched all the same.
        text = String(repeating: "x", count: 5 << 20) + "\n" + line(1, "behind")
        try Data(text.utf8).write(to: folder.appending(path: "log"))
        #expect(find("behind", "--log-file", path("log")).status == 0)
    }

    @Test("says what is missing")
    func refusals() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(find("abc").status == ExitStatus.configuration)
        #expect(find("a b", "--log-file", "log").status == ExitStatus.usage)
        #expect(find().status == ExitStatus.usage)
        let missing = find("abc", "--log-file", path("none"))
        #expect(missing.status == ExitStatus.no)
        #expect(missing.standardError.contains("'\(path("none"))' is not there"))
        try FileManager.default.createDirectory(atPath: path("folder"), withIntermediateDirectories: true)
        let unreadable = find("abc", "--log-file", path("folder"))
        #expect(unreadable.status == ExitStatus.failure)
        #expect(unreadable.standardError.contains("can't be read: Is a directory"))
    }
}
