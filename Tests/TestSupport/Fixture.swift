import Foundation

/// The files under `Tests/Fixtures/vectors`, by their paths relative to it.
public enum Fixture {
    /// The bytes of the file at `path`, such as `json/test_parsing/y_number.json`.
    public static func bytes(_ path: String) throws(FixtureError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: root + path) else { throw .missingFile(path) }
        return [UInt8](data)
    }

    /// The names of what `folder` holds that end in `suffix`, sorted.
    ///
    /// Finding none is an error: a suite that runs no case would pass for the wrong reason.
    public static func names(in folder: String, suffix: String = "") throws(FixtureError) -> [String] {
        let all = try? FileManager.default.contentsOfDirectory(atPath: root + folder)
        let names = (all ?? []).filter { $0.hasSuffix(suffix) }.sorted()
        guard !names.isEmpty else { throw .emptyFolder(folder) }
        return names
    }

    private static let root: String = {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appendingPathComponent("Fixtures/vectors").path + "/"
    }()
}

/// A fixture that is not there.
public enum FixtureError: Error, Equatable {
    case missingFile(String)
    case emptyFolder(String)
}
