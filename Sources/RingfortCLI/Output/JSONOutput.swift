import Bytes
import JSON

/// JSON for scripts: one document and a newline.
enum JSONOutput {
    /// An object with the members that `body` writes.
    static func object(_ body: (inout JSONObjectWriter, inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer(capacity: 1_024)
        var writer = JSONObjectWriter(into: &buffer)
        body(&writer, &buffer)
        writer.finish(into: &buffer)
        return TerminalText.escapedJSON(String(buffer.bytes)) + "\n"
    }
}

extension JSONObjectWriter {
    /// Appends a member whose value is a text, or `null`.
    mutating func append(_ name: StaticString, text: String?, into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        buffer.append(jsonText: text)
    }

    /// Appends a member whose value is a list of texts.
    mutating func append(_ name: StaticString, texts: [String], into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        var array = JSONArrayWriter(into: &buffer)
        for text in texts {
            array.beginElement(into: &buffer)
            buffer.append(jsonText: text)
        }
        array.finish(into: &buffer)
    }

    /// Appends a member whose value is JSON already, or `null`.
    mutating func append(_ name: StaticString, json: String?, into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        buffer.append(json ?? "null")
    }
}

extension ByteBuffer {
    /// Appends a JSON string, or `null`.
    mutating func append(jsonText text: String?) {
        guard let text else { return append("null") }
        append(jsonString: Array(text.utf8).span.raw)
    }
}
