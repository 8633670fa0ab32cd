import Bytes
import Glibc
import JSONSchema

extension SchemaResolver {
    /// The documents of a directory: every `NAME.json` in it, for references to `NAME.json` (or `schema:///NAME.json`).
    ///
    /// All are read now; nothing is looked up later, so that no schema can name a file outside.
    /// - Throws: `FileError` with the path of the directory or the file at fault.
    public init(directory path: String) throws(FileError) {
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
            documents["schema:///\(name)"] = try BoundedFile.read("\(path)/\(name)", mostBytes: Self.longestDocument)
        }
        self.init(documents)
    }

    private static let longestDocument = 1 << 20
}
