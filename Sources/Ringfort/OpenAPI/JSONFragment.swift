import Bytes
import JSON

/// Pieces of a JSON document that is put together once.
enum JSONFragment {
    /// An object, without the members whose values are nil.
    static func object(_ members: KeyValuePairs<String, String?>) -> String {
        object(members.compactMap { name, value in value.map { (name, $0) } })
    }

    /// An object.
    static func object(_ members: [(name: String, value: String)]) -> String {
        "{\(members.map { "\(string($0.name)):\($0.value)" }.joined(separator: ","))}"
    }

    /// An array.
    static func array(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }

    /// A string.
    static func string(_ text: String) -> String {
        var buffer = ByteBuffer(capacity: text.utf8.count + 2)
        buffer.append(jsonString: text.utf8.span.raw)
        return String(buffer.bytes)
    }
}
