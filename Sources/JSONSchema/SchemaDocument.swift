internal import Bytes
internal import JSON

/// A schema's JSON text, taken apart once at load, so that the places in it have numbers.
struct SchemaDocument {
    /// What the document is known by: its URI for others', empty for the one that is compiled.
    let name: String
    private(set) var nodes: [Node] = []

    /// A value in the document.
    struct Node {
        /// Where it stands (RFC 6901).
        let pointer: String
        var content: Content
    }

    enum Content {
        case null
        case bool(Bool)
        /// A number's text as written.
        case number(String)
        case string(String)
        case array([Int])
        case object([Member])
    }

    struct Member {
        let name: String
        let value: Int
    }

    init(_ text: RawSpan, name: String) throws(SchemaError) {
        self.name = name
        var tape = JSONTape()
        do throws(JSONError) {
            let root = try tape.parse(text, limits: Self.limits)
            add(root, at: "")
        } catch {
            throw SchemaError(document: name, reason: "The schema is no JSON: \(error.description).")
        }
    }

    private static let limits = JSONLimits(depth: 128, membersInObject: 100_000, documentBytes: 64 << 20)

    @discardableResult
    private mutating func add(_ value: JSONValue, at pointer: String) -> Int {
        let index = nodes.count
        nodes.append(Node(pointer: pointer, content: .null))
        nodes[index].content = content(of: value, at: pointer)
        return index
    }

    private mutating func content(of value: JSONValue, at pointer: String) -> Content {
        switch value.kind {
        case .null: return .null
        case .bool: return .bool(value.asBool == true)
        case .number:
            guard let text = value.numberText else { return .null }
            return .number(String(text))
        case .string:
            guard let string = value.asString else { return .null }
            return .string(string.text)
        case .array:
            var elements: [Int] = []
            var rest = value.elements
            while let element = rest.next() { elements.append(add(element, at: "\(pointer)/\(elements.count)")) }
            return .array(elements)
        case .object:
            var members: [Member] = []
            var rest = value.members
            while let member = rest.next() {
                let name = member.name.text
                members.append(Member(name: name, value: add(member.value, at: pointer + "/" + name.asPointerToken)))
            }
            return .object(members)
        }
    }
}

extension SchemaDocument {
    /// The value of an object's member, compared byte by byte; nil when there is none, or no object.
    func member(_ name: String, of index: Int) -> Int? {
        guard case .object(let members) = nodes[index].content else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    func string(_ name: String, of index: Int) -> String? {
        guard let value = member(name, of: index), case .string(let text) = nodes[value].content else { return nil }
        return text
    }

    /// What a token of a JSON pointer leads to.
    func child(_ token: String, of index: Int) -> Int? {
        guard case .array(let elements) = nodes[index].content else { return member(token, of: index) }
        guard let position = Int(token), String(position) == token else { return nil }
        return elements.indices.contains(position) ? elements[position] : nil
    }

    func error(_ reason: String, at index: Int) -> SchemaError {
        SchemaError(document: name, pointer: nodes[index].pointer, reason: reason)
    }
}

extension JSONString {
    /// A copy of the value. For load time.
    fileprivate var text: String {
        var buffer = ByteBuffer(capacity: raw.byteCount)
        append(to: &buffer)
        return String(buffer.bytes)
    }
}

extension String {
    /// The text as a token of a JSON pointer (RFC 6901 section 3).
    var asPointerToken: String {
        guard utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return self }
        return String(
            decoding: utf8.flatMap { $0 == 0x7E ? [0x7E, 0x30] : $0 == 0x2F ? [0x7E, 0x31] : [$0] }, as: UTF8.self)
    }

    /// The text that a token of a JSON pointer stands for, or nil when a tilde in it stands alone.
    var fromPointerToken: String? {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == 0x7E else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case 0x30: bytes.append(0x7E)
            case 0x31: bytes.append(0x2F)
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
