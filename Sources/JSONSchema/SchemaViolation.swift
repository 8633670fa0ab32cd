public import Bytes
internal import JSON

/// One thing in a document that breaks its schema. It never holds a value of the document.
public struct SchemaViolation: ~Escapable {
    /// Where in the document: a JSON pointer (RFC 6901) in UTF-8. One that is long is cut, and ends in "…".
    public let pointer: RawSpan
    /// What it breaks.
    public let keyword: SchemaKeyword
    /// Where that stands in the schema: a URI reference whose fragment is a JSON pointer.
    public let schemaLocation: RawSpan
    /// What is wrong with the value at `pointer`, in words for the client's developer. The schema's words may be in it.
    public let detail: RawSpan

    @_lifetime(copy text)
    init(_ entry: ViolationList.Entry, in text: RawSpan) {
        pointer = text.extracting(entry.pointer.range)
        keyword = entry.keyword
        schemaLocation = text.extracting(entry.location.range)
        detail = text.extracting(entry.detail.range)
    }

    /// Appends a JSON object with pointer, keyword and detail. Where the schema says so is its author's business.
    public func append(to buffer: inout ByteBuffer) {
        buffer.append("{\"pointer\":")
        buffer.append(jsonString: pointer)
        buffer.append(",\"keyword\":\"")
        buffer.append(keyword.rawValue)
        buffer.append("\",\"detail\":")
        buffer.append(jsonString: detail)
        buffer.append("}")
    }
}

/// Violations in words. Made only of documents that are refused.
struct ViolationList: ~Copyable, Sendable {
    private var entries: [Entry] = []
    private var text = ByteBuffer(capacity: 1024)
    /// Holds a member's name while it is escaped.
    private var name = ByteBuffer(capacity: 256)

    struct Entry: BitwiseCopyable, Sendable {
        let keyword: SchemaKeyword
        let pointer: TextRange
        let location: TextRange
        let detail: TextRange
    }

    /// Longer pointers are cut. Names in it are the client's.
    static let greatestPointerBytes = 256

    var count: Int { entries.count }

    subscript(index: Int) -> SchemaViolation {
        @_lifetime(borrow self)
        get { SchemaViolation(entries[index], in: text.bytes) }
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        text.removeAll()
    }

    mutating func append(
        _ finding: EvaluationState.Finding, in document: JSONValue, _ program: borrowing SchemaProgram
    ) {
        let report = program.reports[Int(finding.report)]
        let start = text.count
        document.appendPointer(toOffset: finding.offset, to: &text, scratch: &name)
        if text.count - start > Self.greatestPointerBytes { cutPointer(from: start) }
        let pointer = TextRange(start..<text.count)
        let location = place(program.text.bytes.extracting(report.location.range))
        let detail = place(program.text.bytes.extracting(report.detail.range))
        entries.append(Entry(keyword: report.keyword, pointer: pointer, location: location, detail: detail))
    }

    /// Cuts before a character, not within one, nor behind the tilde of an escape.
    private mutating func cutPointer(from start: Int) {
        var end = start + Self.greatestPointerBytes
        while end > start, text.bytes[end] & 0xC0 == 0x80 { end -= 1 }
        if end > start, text.bytes[end - 1] == 0x7E { end -= 1 }
        text.truncate(to: end)
        text.append("…")
    }

    private mutating func place(_ bytes: RawSpan) -> TextRange {
        let start = text.count
        text.append(bytes)
        return TextRange(start..<text.count)
    }
}

extension JSONValue {
    /// Appends the pointer to the value that starts at `offset` in the document; for a name, that of the member.
    ///
    /// Where a value starts is all that validation notes, so that the pointer costs nothing where nothing is refused.
    fileprivate func appendPointer(toOffset offset: Int, to buffer: inout ByteBuffer, scratch: inout ByteBuffer) {
        guard offset != self.offset else { return }
        switch kind {
        case .array:
            var index: UInt64 = 0
            var rest = elements
            guard var last = rest.next() else { return }
            while let element = rest.next(), element.offset <= offset {
                last = element
                index += 1
            }
            buffer.append(0x2F)
            buffer.append(decimal: index)
            last.appendPointer(toOffset: offset, to: &buffer, scratch: &scratch)
        case .object:
            var rest = members
            guard var last = rest.next() else { return }
            while let member = rest.next(), member.nameValue.offset <= offset { last = member }
            buffer.append(0x2F)
            scratch.removeAll()
            last.name.append(to: &scratch)
            buffer.append(pointerToken: scratch.bytes)
            if last.nameValue.offset != offset {
                last.value.appendPointer(toOffset: offset, to: &buffer, scratch: &scratch)
            }
        default: return
        }
    }
}

extension ByteBuffer {
    /// Appends a name with its tildes and slashes escaped; of a long one no more than a cut pointer can hold. O(n), since
    /// the name is the client's: as long as he likes, and all slashes if he likes.
    fileprivate mutating func append(pointerToken name: RawSpan) {
        for offset in 0..<min(name.byteCount, ViolationList.greatestPointerBytes + 1) {
            switch name[offset] {
            case 0x7E: append("~0")
            case 0x2F: append("~1")
            case let byte: append(byte)
            }
        }
    }
}
