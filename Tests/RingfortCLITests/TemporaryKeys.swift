import Foundation
import Testing
import Tokens

@testable import RingfortCLI

/// A data directory with keys, gone with the test.
final class TemporaryKeys {
    let parent: String
    let path: String
    let ids: [KeyID]

    /// With one key of each of these algorithms, or with development keys.
    init(_ algorithms: [Algorithm]? = nil) throws {
        parent = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        path = "\(parent)/keys"
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        guard let algorithms else {
            ids = try KeyGenerator.makeDevelopmentKeys(in: path)
            return
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        var ids: [KeyID] = []
        for algorithm in algorithms { ids.append(try KeyDirectory.generate(algorithm, in: path)) }
        self.ids = ids
    }

    deinit { try? FileManager.default.removeItem(atPath: parent) }

    /// The names of all files, those in subdirectories too.
    var files: [String] { (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted() }

    /// The permissions of what has this name, seen from the key directory.
    func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return try #require(attributes[.posixPermissions] as? Int)
    }

    func content(_ name: String) throws -> Data {
        try #require(FileManager.default.contents(atPath: "\(path)/\(name)"))
    }

    func write(_ name: String, _ content: String) {
        #expect(
            FileManager.default.createFile(
                atPath: "\(path)/\(name)", contents: Data(content.utf8), attributes: [.posixPermissions: 0o600]))
    }

    /// What a command makes of arguments, these keys being those in its key directory.
    func run(_ command: any RunnableCommand, _ arguments: [String] = []) throws -> CommandOutcome {
        try command.run(arguments + ["--key-dir", path])
    }

    /// A token about alice, signed with the active key.
    func token(_ algorithm: Algorithm = .edDSA, _ arguments: [String] = [], now: Int64) throws -> String {
        let options = try #require(
            try TokenIssueCommand.command.parse(
                ["--key-dir", path, "--subject", "alice", "--format", "\(algorithm)"] + arguments))
        let outcome = TokenIssueCommand.run(options, nowUnixSeconds: now)
        try #require(outcome.status == 0, "\(outcome.standardError)")
        return String(outcome.standardOutput.dropLast())
    }
}
