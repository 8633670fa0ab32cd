import Foundation

/// A directory of its owner's only, gone with the test.
public final class TemporaryDirectory: Sendable {
    /// Where it is, without a slash at the end.
    public let path: String

    /// Makes it, empty.
    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
