import Bytes
import JSON

extension CheckReport {
    /// The report for people: what would be served, then what is wrong, in lines that editors can jump to.
    var words: String {
        var lines = summary
        lines += faults.map { "error: \($0)" }
        lines += findings.map { finding in
            let severity = finding.isNote ? "note" : counts(finding) ? "warning" : "allowed"
            return "\(severity): \(finding.name): \(finding.message)"
        }
        lines.append(verdict)
        return lines.map { TerminalText.escaped($0) + "\n" }.joined()
    }

    /// The report as one JSON object.
    var json: String {
        JSONOutput.object { writer, buffer in
            writer.append("valid", bool: faults.isEmpty, into: &buffer)
            writer.append("file", text: file, into: &buffer)
            writer.append(name: "errors", into: &buffer)
            buffer.append(objects: faults) { $0.append(&$1, into: &$2) }
            writer.append(name: "warnings", into: &buffer)
            buffer.append(objects: findings) { finding, object, buffer in
                object.append("name", text: finding.name, into: &buffer)
                object.append("severity", text: finding.isNote ? "note" : "warning", into: &buffer)
                object.append("allowed", bool: allowed.contains(finding.name), into: &buffer)
                object.append("message", text: finding.message, into: &buffer)
            }
        }
    }

    private var verdict: String {
        if !faults.isEmpty { return "\(Self.count(faults.count, "error")): nothing would be served" }
        let warnings = findings.filter(counts).count
        return warnings == 0 ? "no warnings" : Self.count(warnings, "warning")
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension ByteBuffer {
    /// Appends an array of objects, each with the members that `body` writes.
    fileprivate mutating func append<Element>(
        objects elements: [Element], _ body: (Element, inout JSONObjectWriter, inout ByteBuffer) -> Void
    ) {
        var array = JSONArrayWriter(into: &self)
        for element in elements {
            array.beginElement(into: &self)
            var object = JSONObjectWriter(into: &self)
            body(element, &object, &self)
            object.finish(into: &self)
        }
        array.finish(into: &self)
    }
}
