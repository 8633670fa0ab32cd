import Bytes
import Glibc
import JSONSchema

extension SchemaResolver {
    /// The documents of a directory: every `NAME.json` in it, for references to `NAME.json` (or `schema:///NAME.json`).
    ///
    /// All are read now; nothing is looked up later, so that no schema can name a file outside.
    /// - Throws: `SchemaDirectoryError` with the path of the directory or the file at fault.
    public init(directory path: String) throws(SchemaDirectoryError) {
        // SAFETY: the path is a terminated string for as long as the call takes.
        guard let directory = unsafe opendir(path) else { throw .unreadable(path: path, errno: errno) }
        defer { unsafe closedir(directory) }
        var documents: [String: [UInt8]] = [:]
        while let entry = unsafe readdir(directory) {
            // SAFETY: the kernel's entry holds a terminated name, which is copied at once.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            guard name.hasSuffix(".json"), !name.hasPrefix(".") else { continue }
            documents["schema:///\(name)"] = try Self.read("\(path)/\(name)")
        }
        self.init(documents)
    }

    /// The bytes of a file that is no longer than a schema may be.
    private static func read(_ path: String) throws(SchemaDirectoryError) -> [UInt8] {
        // SAFETY: the path is a terminated string for as long as the call takes.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: longestDocument + 1)
        var filled = 0
        while filled < bytes.count {
            // SAFETY: at most the array's rest is written, behind what was read before.
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress.map { unsafe $0 + filled }, $0.count - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
            guard count > 0 else { break }
            filled += count
        }
        guard filled <= longestDocument else { throw .tooLarge(path: path, mostBytes: longestDocument) }
        return Array(bytes.prefix(filled))
    }

    private static let longestDocument = 1 << 20
}

/// Why a directory of schemas can't be used.
public enum SchemaDirectoryError: Error, Equatable, CustomStringConvertible {
    /// The directory or a file in it can't be read.
    case unreadable(path: String, errno: Int32)
    /// A file is longer than a schema may be.
    case tooLarge(path: String, mostBytes: Int)

    /// The error as a sentence for an operator.
    public var description: String {
        switch self {
        case .unreadable(let path, let errno):
            // SAFETY: strerror returns a terminated string that is copied at once.
            "'\(path)' can't be read: \(unsafe String(cString: strerror(errno)))"
        case .tooLarge(let path, let most): "'\(path)' has more than \(most) bytes"
        }
    }
}
