import Bytes
import JSON
import Tokens

/// What may be told of a key in a directory: never its material.
struct KeyReport {
    let entry: KeyDirectory.Entry
    /// Whether it makes its algorithm's tokens when no key is named.
    let isActive: Bool

    init(_ entry: KeyDirectory.Entry, _ keys: KeyDirectory) {
        self.entry = entry
        isActive = entry.signs && keys.keyring.activeSigningKey(for: entry.key.algorithm)?.id == entry.key.id
    }

    /// What it is used for, in a word or two.
    var use: String { entry.signs ? (isActive ? "signs (active)" : "signs") : "verifies" }
    var created: String { Moment(unixSeconds: entry.writtenUnixSeconds).date ?? "unknown" }

    /// Appends what a script wants to know.
    func append(_ writer: inout JSONObjectWriter, into buffer: inout ByteBuffer) {
        writer.append("kid", text: entry.key.id.text, into: &buffer)
        writer.append("algorithm", string: entry.key.algorithm.name, into: &buffer)
        writer.append("signs", bool: entry.signs, into: &buffer)
        writer.append("active", bool: isActive, into: &buffer)
        writer.append("file", text: entry.fileName, into: &buffer)
        writer.append("created", text: Moment(unixSeconds: entry.writtenUnixSeconds).date, into: &buffer)
    }
}
