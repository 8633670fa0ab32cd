import Glibc

/// A file that grows, and those that it was renamed to: `audit.log`, `audit.log.1`, `audit.log-20261124.gz`.
struct RotatedFiles {
    /// Those that can be read as they are.
    private(set) var plain: [String] = []
    /// Those that are compressed.
    private(set) var compressed: [String] = []
    /// Those that are no regular files: folders, sockets, pipes.
    private(set) var irregular: [String] = []

    private static let compressedEndings = [".gz", ".xz", ".zst", ".bz2"]

    /// All of them beside `path`.
    init(_ path: String) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "./"
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        for other in Self.names(in: folder).sorted() where Self.isOf(name, other) {
            let path = slash == nil ? other : folder + other
            // Of the file that was asked for, whoever reads it says what is wrong.
            if other != name, !Self.isRegular(path) {
                irregular.append(path)
            } else if Self.compressedEndings.contains(where: other.hasSuffix) {
                compressed.append(path)
            } else {
                plain.append(path)
            }
        }
    }

    private static func isOf(_ name: String, _ other: String) -> Bool {
        other == name || other.hasPrefix("\(name).") || other.hasPrefix("\(name)-")
    }

    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        // SAFETY: the path is a terminated string, and the kernel fills in the structure, during the call only.
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// What is in a folder; nothing when it can't be read.
    private static func names(in folder: String) -> [String] {
        // SAFETY: the folder is a terminated string; each entry is copied before the next is asked for.
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            names.append(
                unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }
}
