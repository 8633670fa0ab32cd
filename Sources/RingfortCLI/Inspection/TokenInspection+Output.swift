import Bytes
import JSON

extension TokenInspection {
    /// All of it for a terminal.
    var text: String {
        var text = "\(kind), \(byteCount) bytes\n"
        text += Self.section(headerIsFooter ? "Footer" : "Header", header, times: [])
        text += Self.section("Claims", claims, times: times)
        if !notes.isEmpty { text += "\nBesides\n" + notes.map { "  \($0)\n" }.joined() }
        text += problems.isEmpty ? "" : "\nProblems\n" + problems.map { "  \($0)\n" }.joined()
        return text
    }

    /// The members of a document in lines; times have their meaning beside them.
    static func section(_ title: String, _ document: InspectedDocument?, times: [InspectedTime]) -> String {
        guard let document else { return "" }
        let width = document.members.map { TerminalText.escaped($0.name).count }.max() ?? 0
        let lines = document.members.map { member in
            let name = TerminalText.escaped(member.name)
            let time = times.first { $0.claim == member.name }
            let meaning = time.map { "  (\($0.meaning))" } ?? ""
            return "  \(name)\(String(repeating: " ", count: width - name.count))  \(member.value)\(meaning)\n"
        }
        return "\n\(title)\n" + lines.joined()
    }

    /// Appends all of it for a script.
    func append(_ writer: inout JSONObjectWriter, into buffer: inout ByteBuffer) {
        writer.append("verified", bool: false, into: &buffer)
        writer.append("kind", text: kind, into: &buffer)
        writer.append("bytes", integer: Int64(byteCount), into: &buffer)
        writer.append("header", json: headerIsFooter ? nil : header?.json, into: &buffer)
        writer.append("footer", json: headerIsFooter ? header?.json : nil, into: &buffer)
        writer.append("claims", json: claims?.json, into: &buffer)
        times.append("times", to: &writer, into: &buffer)
        writer.append("notes", texts: notes, into: &buffer)
        writer.append("problems", texts: problems, into: &buffer)
    }
}

extension InspectedTime {
    /// The time in words, with the date where there is one.
    var meaning: String { moment.date.map { "\($0), \(words)" } ?? words }
}

extension [InspectedTime] {
    /// Appends a member with the times by their claims' names.
    func append(_ name: StaticString, to writer: inout JSONObjectWriter, into buffer: inout ByteBuffer) {
        writer.append(name: name, into: &buffer)
        var object = JSONObjectWriter(into: &buffer)
        for time in self {
            object.append(name: Array<UInt8>(time.claim.utf8).span.raw, into: &buffer)
            var members = JSONObjectWriter(into: &buffer)
            members.append("unix", integer: time.moment.unixSeconds, into: &buffer)
            members.append("utc", text: time.moment.date, into: &buffer)
            members.append("words", text: time.words, into: &buffer)
            members.finish(into: &buffer)
        }
        object.finish(into: &buffer)
    }
}
