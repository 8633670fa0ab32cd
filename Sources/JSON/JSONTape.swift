internal import Bytes

/// The storage of a parsed document: one node for each value and member name, in the order of the text.
///
/// A tape is used again and again. It keeps its memory, so that in a steady state parsing allocates nothing; the limits
/// bound how much that can be (16 bytes a node).
public struct JSONTape: ~Copyable, Sendable {
    var nodes: FixedArray<JSONNode>
    /// How many of `nodes` belong to the document.
    var count = 0
    var names = JSONNameTable()

    /// A tape with room for `nodes` values and member names before its first growth.
    public init(nodes: Int = 64) {
        self.nodes = FixedArray(count: max(nodes, 1)) { _ in .unused }
    }

    /// Reads a whole document, and returns its root value.
    ///
    /// The text is validated in one pass; nothing is copied. The value, and everything reached from it, borrows both the
    /// tape and `bytes`. O(n); a document that is refused costs no more than one that is taken.
    ///
    /// - Throws: `JSONError` for the first fault that the scan meets.
    @_lifetime(copy bytes, &self)
    public mutating func parse(
        _ bytes: RawSpan, limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONValue {
        count = 0
        var parser = JSONParser(limits: limits)
        try parser.parseDocument(bytes, into: &self)
        return JSONValue(nodes: nodes.span, bytes: bytes, index: 0)
    }

    /// The root value of the document that was parsed last, `bytes`, once more. O(1).
    @_lifetime(copy bytes, borrow self)
    public func root(of bytes: RawSpan) -> JSONValue { JSONValue(nodes: nodes.span, bytes: bytes, index: 0) }

    /// Appends a node, and returns its index. Amortised O(1).
    @inline(__always)
    mutating func append(_ node: JSONNode) -> Int {
        if count == nodes.count { grow() }
        nodes[count] = node
        count &+= 1
        return count &- 1
    }

    @inline(never)
    private mutating func grow() {
        let larger = FixedArray(count: nodes.count * 2) { $0 < nodes.count ? nodes[$0] : .unused }
        nodes = larger
    }
}

extension JSONNode {
    static let unused = JSONNode(.null, offset: 0, length: 0, next: 0)
}
