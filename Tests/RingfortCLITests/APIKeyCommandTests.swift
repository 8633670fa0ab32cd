import Foundation
import Identity
import TestSupport
import Testing

@testable import RingfortCLI

@Suite("ringfort apikey")
struct APIKeyCommandTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func create(_ arguments: [String], nowUnixSeconds now: Int64 = 1_000) throws -> CommandOutcome {
        let options = try #require(
            try APIKeyCreateCommand.command.parse(["--data", directory.path, "--label", "test"] + arguments))
        return APIKeyCreateCommand.run(options, nowUnixSeconds: now)
    }

    private func list(nowUnixSeconds now: Int64 = 1_000) throws -> [[String: Any]] {
        var options = APIKeyListCommand.Options(isJSON: true)
        options.target.dataDirectory = directory.path
        let outcome = APIKeyListCommand.run(options, nowUnixSeconds: now)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8)) as? [String: Any]
        return try #require(object?["api_keys"] as? [[String: Any]])
    }

    private func revoke(_ id: String) throws -> CommandOutcome {
        try APIKeyRevokeCommand.command.run(["--data", directory.path, id])
    }

    @Test("makes a key, shows it once, keeps what was said of it, and says that no server runs")
    func create() throws {
        let outcome = try create([
            "--scope", "read:profile write:posts", "--expires-in", "90d", "--limit", "10/60:20",
        ])
        #expect(outcome.status == ExitStatus.success)
        let key = outcome.standardOutput.trimmingCharacters(in: .newlines)
        #expect(try /rfk_[a-z0-9]{12}_[A-Za-z0-9_-]{43}/.wholeMatch(in: key) != nil)
        #expect(outcome.standardError.contains("No server answers") && outcome.standardError.contains("90 days"))
        #expect(!outcome.standardError.contains(key.suffix(43)))
        let entry = try #require(try list().first)
        #expect(entry["id"] as? String == String(key.prefix(16)))
        #expect(entry["scope"] as? String == "read:profile write:posts")
        #expect(entry["limit"] as? String == "10/60:20")
        #expect(entry["created"] as? String == "1970-01-01T00:16:40Z")
        #expect(entry["expires"] as? String == "1970-04-01T00:16:40Z")
        #expect(entry["state"] as? String == "active" && entry["label"] as? String == "test")
        #expect(Set(entry.keys) == ["id", "label", "scope", "limit", "state", "created", "expires", "revoked"])
    }

    @Test("prints JSON for scripts, with the key in it")
    func json() throws {
        let outcome = try create(["--expires-in", "never", "--json"])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.standardOutput.utf8)) as? [String: Any])
        #expect((object["key"] as? String)?.hasPrefix(object["id"] as? String ?? "none") == true)
        #expect(object["expires"] is NSNull && object["limit"] is NSNull)
    }

    @Test("lists what has expired and what is revoked as that, those last")
    func states() throws {
        let ids = try ["1s", "2s", "3s"].map {
            String(try create(["--expires-in", $0]).standardOutput.prefix(16))
        }
        #expect(try revoke(ids[2]).status == ExitStatus.success)
        #expect(try revoke(ids[2]).status == ExitStatus.success)
        let entries = try list(nowUnixSeconds: 1_001)
        #expect(Set(entries.prefix(2).map { $0["id"] as? String }) == [ids[0], ids[1]])
        #expect(entries.last?["id"] as? String == ids[2])
        let states = Dictionary(
            uniqueKeysWithValues: entries.map { ($0["id"] as? String ?? "", $0["state"] as? String ?? "") })
        #expect(states == [ids[0]: "expired", ids[1]: "active", ids[2]: "revoked"])
        let table = try APIKeyListCommand.command.run(["--data", directory.path]).standardOutput
        #expect(table.split(separator: "\n").count == 4 && table.hasPrefix("ID "))
    }

    @Test("revokes a key that was found whole, and does not show its secret again")
    func wholeKey() throws {
        let key = try create([]).standardOutput.trimmingCharacters(in: .newlines)
        let outcome = try revoke(key)
        #expect(outcome.status == ExitStatus.success)
        #expect(outcome.standardError.contains(key.prefix(16)) && !outcome.standardError.contains(key.suffix(43)))
        #expect(try list().first?["state"] as? String == "revoked")
        #expect(try revoke("rfk_000000000000").status == ExitStatus.usage)
    }

    @Test(
        "refuses what no key can be made with",
        arguments: [
            ["--scope", "a  b"], ["--scope", "\"a\""], ["--expires-in", "0d"], ["--expires-in", "90"],
            ["--expires-in", "4000d"], ["--expires-in", "-1d"], ["--expires-in", "99999999999d"],
            ["--limit", "0:1"], ["--limit", "1:100000"], ["--limit", "10"], ["--label", ""],
        ])
    func wrongOptions(arguments: [String]) {
        #expect(throws: UsageError.self) {
            try APIKeyCreateCommand.command.parse(
                (arguments[0] == "--label" ? [] : ["--label", "test"]) + arguments)
        }
    }

    @Test("wants a key's name", arguments: ["", "rfk_", "rfk_000000000000 ", "RFK_000000000000", "rfk_00000000000-"])
    func wrongNames(name: String) {
        #expect(throws: UsageError.self) { try revoke(name) }
    }
}
