import Bytes
import JSON

extension String {
    /// The text as a JSON string.
    var inQuotes: String {
        var buffer = ByteBuffer(capacity: utf8.count + 2)
        buffer.append(jsonString: Array(utf8).span.raw)
        return String(buffer.bytes)
    }
}
