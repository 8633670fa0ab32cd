import Bytes
import JSON

/// What a server says of itself, for people: a line for each part, and a table of what its shards have counted.
///
/// It knows the shape of the document and none of its names: a newer server may say more.
enum StatusText {
    /// The report as text; nil when it is no JSON object.
    static func text(of json: String) -> String? {
        var tape = JSONTape(nodes: 1024)
        let bytes = Array(json.utf8)
        do throws(JSONError) {
            return text(of: try tape.parse(bytes.span.raw))
        } catch {
            return nil
        }
    }

    private static func text(of document: JSONValue) -> String? {
        guard document.kind == .object else { return nil }
        var parts: [(name: String, text: String)] = []
        var counters = ""
        var members = document.members
        while let member = members.next() {
            let name = words(member.name)
            guard name != shards else {
                counters = table(ofShards: member.value)
                continue
            }
            parts.append((name, text(member.value)))
        }
        let width = parts.map(\.name.count).max() ?? 0
        let lines = parts.map { name, text in
            "\(name)\(String(repeating: " ", count: width - name.count))  \(TerminalText.escaped(text))\n"
        }
        return lines.joined() + (counters.isEmpty ? "" : "\n" + counters)
    }

    /// The counters that are not zero everywhere, by shard.
    private static func table(ofShards list: JSONValue) -> String {
        var names: [String] = []
        var columns: [[String]] = []
        guard list.kind == .array else { return "" }
        var shards = list.elements
        while let shard = shards.next() {
            guard shard.kind == .object else { continue }
            var column: [String] = []
            var members = shard.members
            while let member = members.next() {
                if columns.isEmpty { names.append(words(member.name)) }
                column.append(text(member.value))
            }
            columns.append(column)
        }
        var table = TextTable(["COUNTED"] + columns.indices.map { "SHARD \($0)" })
        for row in names.indices {
            let cells = columns.map { row < $0.count ? $0[row] : "" }
            if cells.contains(where: { $0 != "0" }) { table.append([names[row]] + cells) }
        }
        return table.text
    }

    private static func text(_ value: JSONValue) -> String {
        switch value.kind {
        case .object:
            var parts: [String] = []
            var members = value.members
            while let member = members.next() { parts.append("\(words(member.name)) \(text(member.value))") }
            return joined(parts)
        case .array:
            var parts: [String] = []
            var elements = value.elements
            while let element = elements.next() { parts.append(text(element)) }
            return joined(parts)
        case .string:
            guard let string = value.asString else { return "" }
            return text(string)
        case .number:
            guard let number = value.numberText else { return "" }
            return String(number)
        case .bool: return value.asBool == true ? "yes" : "no"
        case .null: return "none"
        }
    }

    private static func joined(_ parts: [String]) -> String { parts.isEmpty ? "none" : parts.joined(separator: ", ") }

    /// A member's name, with spaces for its underscores.
    private static func words(_ name: JSONString) -> String {
        String(text(name).map { $0 == "_" ? " " : $0 })
    }

    private static func text(_ text: JSONString) -> String {
        var buffer = ByteBuffer(capacity: 64)
        text.append(to: &buffer)
        return String(buffer.bytes)
    }

    /// The member that is shown as a table.
    private static let shards = "shards"
}
