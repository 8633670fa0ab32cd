import Bytes

/// The fixed segments of a route table: which node a segment leads to from a node.
///
/// One open-addressing table for all nodes, so that a look-up costs one hash and, as a rule, one cache line, whether a
/// node has one child or ten thousand.
struct EdgeTable: Sendable {
    private struct Edge {
        var head: UInt64
        var tail: UInt64
        var from: UInt32
        var to: UInt32
        var textStart: UInt32
        var length: UInt16
    }

    // INVARIANT: the count is a power of two and at least twice the number of edges, so that a free slot ends every run.
    private var edges: [Edge]
    private var text: [UInt8] = []
    /// The most slots that any look-up visits.
    private(set) var longestRun = 1

    /// No node: what a look-up gives that finds nothing.
    static let none = UInt32.max

    /// A table with room for `count` edges.
    init(count: Int) {
        var slots = 8
        while slots < count * 2 { slots *= 2 }
        edges = Array(
            repeating: Edge(head: 0, tail: 0, from: 0, to: Self.none, textStart: 0, length: 0), count: slots
        )
    }

    /// Adds an edge that is not in the table yet.
    mutating func insert(from node: UInt32, segment: String, to child: UInt32) {
        let start = text.count
        text.append(contentsOf: segment.utf8)
        let key = SegmentKey(text.span.raw, start..<text.count)
        var slot = firstSlot(key, node)
        var run = 1
        while edges[slot].to != Self.none {
            slot = (slot + 1) & (edges.count - 1)
            run += 1
        }
        longestRun = max(longestRun, run + 1)
        edges[slot] = Edge(
            head: key.head, tail: key.tail, from: node, to: child,
            textStart: UInt32(start), length: UInt16(key.length)
        )
    }

    /// The node to which the segment at the cursor leads from `node`, or `none`. O(bytes of the segment).
    @inline(__always)
    func child(of node: UInt32, _ path: RawSpan, _ cursor: PathCursor) -> UInt32 {
        let key = SegmentKey(path, cursor.offsets)
        var slot = firstSlot(key, node)
        while true {
            let edge = edges[slot]
            if edge.to == Self.none { return Self.none }
            if edge.head == key.head && edge.tail == key.tail && edge.from == node && Int(edge.length) == key.length {
                if key.length <= SegmentKey.exactLength || hasText(edge, path, cursor.offsets) { return edge.to }
            }
            slot = (slot + 1) & (edges.count - 1)
        }
    }

    private func firstSlot(_ key: SegmentKey, _ node: UInt32) -> Int {
        Int(truncatingIfNeeded: key.hash(under: node)) & (edges.count - 1)
    }

    @inline(never)
    private func hasText(_ edge: Edge, _ path: RawSpan, _ offsets: Range<Int>) -> Bool {
        let start = Int(edge.textStart)
        return text.span.raw.extracting(start..<start + Int(edge.length)).equals(path.extracting(offsets))
    }
}
