import Foundation
import Testing

@testable import SQLite

/// A directory for one test, gone with it, and a database's place in it.
final class TemporaryFile {
    let directory: String
    let path: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        path = "\(directory)/test.db"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func write(_ bytes: [UInt8], mode: Int = 0o600) {
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: mode]))
    }

    /// The permissions of each file in the directory.
    var modes: [String: Int] {
        get throws {
            var modes: [String: Int] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")
                modes[name] = try #require(attributes[.posixPermissions] as? Int)
            }
            return modes
        }
    }
}
