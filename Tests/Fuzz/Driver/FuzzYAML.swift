import Bytes
import JSON
import YAML

/// A document is read as a tree whose parts stand in the text in their order, none too deep and no key twice; it means
/// the same after it was written as JSON, which is YAML too.
func fuzzYAML(_ bytes: RawSpan) {
    let lines = bytes.lineCount
    do throws(YAMLError) {
        let root = try YAMLNode(parsing: bytes, limits: .tight)
        var last = YAMLPosition.start
        root.requireOrdered(after: &last, depth: 0)
        require(last.line <= lines + 1, "every part stands in the text")
        requireReadBack(root)
    } catch {
        require((1...lines + 1).contains(error.position.line), "a fault stands in the text")
        require(error.position.column >= 1, "columns count from 1")
        require(!error.description.isEmpty, "a document is refused for a reason")
    }
}

/// Writes a tree as JSON, and reads it as JSON and as YAML.
private func requireReadBack(_ root: YAMLNode) {
    var written = ByteBuffer(capacity: 256)
    written.append(json: root)
    var tape = JSONTape(nodes: 1)
    do throws(JSONError) {
        _ = try tape.parse(written.bytes, limits: JSONLimits(depth: 512, membersInObject: .max, nodes: .max))
    } catch {
        fail("a tree is written as JSON")
    }
    // What JSON allows in a string as it is, and libyaml folds or refuses: old line breaks, marks and no characters. And a
    // key has to end within 1,024 characters, escapes of six included.
    guard !root.texts(where: { $0.isFoldedOrRefused || $0.utf8.count > 160 }) else { return }
    do throws(YAMLError) {
        let again = try YAMLNode(parsing: written.bytes, limits: YAMLLimits(depth: 64, documentBytes: .max))
        var rewritten = ByteBuffer(capacity: 256)
        rewritten.append(json: again)
        require(rewritten.bytes.equals(written.bytes), "JSON means the same in YAML")
    } catch {
        fail("JSON is YAML")
    }
}

extension YAMLLimits {
    /// A depth that small inputs run into.
    fileprivate static let tight = YAMLLimits(depth: 6)
}

extension YAMLNode {
    /// Parts stand behind each other, a collection's behind its start; no key comes twice.
    fileprivate func requireOrdered(after last: inout YAMLPosition, depth: Int) {
        require(last <= position, "a value stands behind what comes before it")
        last = position
        switch content {
        case .sequence(let elements):
            require(depth < YAMLLimits.tight.depth, "collections are as deep as is allowed")
            for element in elements { element.requireOrdered(after: &last, depth: depth + 1) }
        case .mapping(let members):
            require(depth < YAMLLimits.tight.depth, "collections are as deep as is allowed")
            require(Set(members.map(\.key)).count == members.count, "no key comes twice")
            for member in members {
                require(last <= member.keyPosition, "a key stands behind what comes before it")
                last = member.keyPosition
                member.value.requireOrdered(after: &last, depth: depth + 1)
            }
        case .null, .bool, .number, .string: return
        }
    }

    /// Whether there is a text or a key of this kind.
    fileprivate func texts(where isMet: (String) -> Bool) -> Bool {
        switch content {
        case .string(let text): isMet(text)
        case .sequence(let elements): elements.contains { $0.texts(where: isMet) }
        case .mapping(let members): members.contains { isMet($0.key) || $0.value.texts(where: isMet) }
        case .null, .bool, .number: false
        }
    }
}

extension YAMLPosition {
    fileprivate static let start = YAMLPosition(line: 1, column: 1)

    fileprivate static func <= (left: YAMLPosition, right: YAMLPosition) -> Bool {
        (left.line, left.column) <= (right.line, right.column)
    }
}

extension String {
    fileprivate var isFoldedOrRefused: Bool {
        unicodeScalars.contains { [0x85, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF].contains($0.value) }
    }
}

extension RawSpan {
    /// Lines as libyaml counts them at the most: it knows old line breaks besides CR and LF.
    fileprivate var lineCount: Int {
        var count = 1
        for offset in 0..<byteCount where [0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains(self[offset]) { count += 1 }
        return count
    }
}
