import Foundation
import Ringfort
import Testing

@testable import RingfortCLI

@Suite("ringfort check")
struct CheckCommandTests {
    /// What the command says of a file, with one key that has a public part.
    private static func check(_ text: String, _ arguments: [String] = []) throws -> CommandOutcome {
        let keys = try TemporaryKeys([.edDSA])
        let file = TemporaryFile(text)
        let options = try #require(
            try CheckCommand.command.parse(["--config", file.path, "--key-dir", keys.path] + arguments))
        return CheckCommand.run(options, environment: [:])
    }

    private static let clean =
        "tokens: { issuer: 'https://id.example', audience: posts }\nlimits: { connections: 10 }\n"

    @Test("has nothing to say of a good file once what the sample API means is allowed")
    func clean() throws {
        let outcome = try Self.check(Self.clean, ["--allow", "no_scopes"])
        #expect(outcome.status == ExitStatus.success, "\(outcome.standardOutput)")
        #expect(outcome.standardOutput.contains("allowed: no_scopes: "))
        #expect(outcome.standardOutput.contains("note: limit_above_address: "))
        #expect(outcome.standardOutput.hasSuffix("no warnings\n"))
        #expect(outcome.standardError.isEmpty)
    }

    @Test("tells warnings from errors by its status")
    func statuses() throws {
        #expect(try Self.check(Self.clean).status == 2)
        #expect(try Self.check("shards: 0").status == 78)
        #expect(try Self.check("[").status == 78)
    }

    @Test(
        "warns of what is legal but unsafe",
        arguments: [
            ("listen: 0.0.0.0:80", "plain_http"), ("tokens: { audience: a }", "no_issuer"),
            ("tokens: { issuer: a }", "no_audience"), ("tokens: { clock_skew_seconds: 31 }", "wide_clock_skew"),
            ("rate_limits: { failed_authentication: off }", "no_limit"),
            ("http: { head_bytes: 100 }", "unreachable_limit"), ("http: { body_bytes: 10 }", "unreachable_limit"),
        ]
    )
    func warnings(text: String, name: String) throws {
        let outcome = try Self.check(text)
        #expect(outcome.status == ExitStatus.warnings)
        #expect(outcome.standardOutput.contains("\nwarning: \(name): "), "\(outcome.standardOutput)")
    }

    @Test("says where keys would be made, and refuses a directory that the operator names and that has none")
    func keys() throws {
        let empty = try TemporaryKeys([])
        let file = TemporaryFile("data: \(empty.parent)/data\n")
        let options = try #require(try CheckCommand.command.parse(["--config", file.path]))
        let outcome = CheckCommand.run(options, environment: [:])
        #expect(outcome.status == ExitStatus.warnings)
        #expect(outcome.standardOutput.contains("warning: development_keys: "))
        // Looking makes nothing.
        #expect(!FileManager.default.fileExists(atPath: "\(empty.parent)/data"))
        for path in [empty.path, "\(empty.path)/nowhere"] {
            let options = try #require(try CheckCommand.command.parse(["--key-dir", path]))
            let outcome = CheckCommand.run(options, environment: [:])
            #expect(outcome.status == ExitStatus.configuration)
            #expect(outcome.standardOutput.contains("error: settings: ") && outcome.standardOutput.contains(path))
        }
    }

    @Test("warns of a file that others can change")
    func writableFile() throws {
        let file = TemporaryFile(Array(Self.clean.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file.path)
        let options = try #require(try CheckCommand.command.parse(["--config", file.path]))
        #expect(CheckCommand.run(options, environment: [:]).standardOutput.contains("warning: writable_file: "))
    }

    @Test("gives all of it as JSON, for scripts")
    func json() throws {
        let outcome = try Self.check("tokens: { issuer: a, audience: b }\nlimits:\n  connections: 0", ["--json"])
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8)) as? [String: Any])
        #expect(report["valid"] as? Bool == false)
        let fault = try #require((report["errors"] as? [[String: Any]])?.first)
        #expect(fault["line"] as? Int == 3 && fault["column"] as? Int == 3)
        #expect(fault["pointer"] as? String == "/limits/connections")
        #expect(fault["message"] as? String == "0 is not a whole number from 1 to 1000000")

        let good = try Self.check(Self.clean, ["--json", "--allow", "no_scopes"])
        let verdict = try #require(
            try JSONSerialization.jsonObject(with: Data(good.standardOutput.utf8)) as? [String: Any])
        #expect(verdict["valid"] as? Bool == true && (verdict["errors"] as? [Any])?.isEmpty == true)
        let warnings = try #require(verdict["warnings"] as? [[String: Any]])
        let allowed = try #require(warnings.first { $0["name"] as? String == "no_scopes" })
        #expect(allowed["severity"] as? String == "warning" && allowed["allowed"] as? Bool == true)
    }

    @Test("lets no terminal be steered by what stands in a file")
    func escapes() throws {
        let outcome = try Self.check("\"a\\e[2Jb\": 1")
        #expect(outcome.standardOutput.contains("a\\u{1b}[2Jb"))
        #expect(!outcome.standardOutput.contains("\u{1B}"))
    }

    @Test("allows only warnings that there are", arguments: ["", "x", "no_scopes,", "no_scopes,x"])
    func allow(names: String) {
        #expect(throws: UsageError.self) { try CheckCommand.command.parse(["--allow=\(names)"]) }
    }
}
