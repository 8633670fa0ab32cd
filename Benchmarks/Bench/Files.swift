import Foundation

/// The text of the file at `path`.
func readText(_ path: String) throws(BenchError) -> String {
    do { return try String(contentsOfFile: path, encoding: .utf8) } catch { throw .unreadable(path: path) }
}

/// Writes `data` to the file at `path`, in place of what was there.
func replaceFile(at path: String, with data: Data) throws(BenchError) {
    do { try data.write(to: URL(fileURLWithPath: path)) } catch { throw .unwritable(path: path) }
}

/// Makes the folder at `path`, and those above it.
func makeFolder(_ path: String, permissions: Int) throws(BenchError) {
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: permissions]
    do {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: attributes
        )
    } catch {
        throw .unwritable(path: path)
    }
}

/// A private folder for keys, logs and the like, gone when its owner is.
struct WorkFolder: ~Copyable {
    let path: String

    /// Makes a fresh folder inside `parent`.
    init(in parent: String) throws(BenchError) {
        let chosen = "\(parent)/work-\(UUID().uuidString)"
        try makeFolder(chosen, permissions: 0o700)
        path = chosen
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// - Throws: `BenchError.toolMissing` when no folder on PATH has `tool`.
func require(tool: String, cure: String) throws(BenchError) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }) else {
        throw .toolMissing(tool, cure: cure)
    }
}
