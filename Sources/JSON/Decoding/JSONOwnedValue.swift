internal import Bytes

/// A value of a document that owns its nodes and its bytes, since a `Decoder` may outlive any borrow.
///
/// The nodes are those of the tape, counted from the value's own; the bytes are the value's part of the document. Two
/// flat copies, however much the value holds: whatever is inside is an index.
final class JSONOwnedValue {
    // INVARIANT: `nodes` is one whole value, and every text in it lies in `bytes`.
    private let nodes: FixedArray<JSONNode>
    private let bytes: ByteBuffer
    /// Where the nodes stand in each other. Made when somebody first asks: decoding what fits does not pay for it.
    private lazy var places = JSONPlaces(of: nodes)

    /// O(nodes and bytes of the value).
    init(copying value: JSONValue) {
        let origin = value.node.offset
        let first = UInt32(truncatingIfNeeded: value.index)
        var end = value.offset
        nodes = FixedArray(count: Int(value.node.next) - value.index) { offset in
            var node = value.nodes[value.index + offset]
            if node.kind != .array && node.kind != .object { end = node.textRange.upperBound }
            node.offset -= origin
            node.next -= first
            return node
        }
        bytes = ByteBuffer(copying: value.bytes.extracting(value.offset..<end))
    }

    /// What `body` makes of the value or name at the node `index`. O(1) and `body`.
    @inline(__always)
    func read<Result>(_ index: Int, _ body: (JSONValue) -> Result) -> Result {
        Self.read(index, of: nodes, bytes, body)
    }

    /// Takes the parts, so that they are borrowed until `body` returns.
    @inline(__always)
    private static func read<Result>(
        _ index: Int, of nodes: borrowing FixedArray<JSONNode>, _ bytes: borrowing ByteBuffer,
        _ body: (JSONValue) -> Result
    ) -> Result {
        body(JSONValue(nodes: nodes.span, bytes: bytes.bytes, index: index))
    }

    /// The names and positions that lead to the value at the node `index`. O(depth), the first time O(nodes).
    func codingPath(to index: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var index = index
        while index > 0 {
            path.append(key(of: index))
            index = places.parent(of: index)
        }
        return path.reversed()
    }

    private func key(of index: Int) -> JSONKey {
        if nodes[places.parent(of: index)].form == .array { return JSONKey(intValue: places.position(of: index)) }
        return read(index - 1) { JSONKey(name: $0.string) }
    }
}
