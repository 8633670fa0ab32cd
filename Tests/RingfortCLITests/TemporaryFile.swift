import Foundation
import Testing

/// A file with a configuration, gone with the test.
final class TemporaryFile {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml").path

    init(_ content: [UInt8], mode: Int = 0o600) {
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(content), attributes: [.posixPermissions: mode]))
    }

    convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
