/// Where a matched path's parameters stand in it: a fixed table of offsets into the canonical path.
///
/// It holds no bytes and no names. The bytes are the path's; the names are the route's (`RouteTable.parameterIndex`).
struct PathParameters: Sendable {
    /// The most parameters that a pattern may have.
    static let capacity = 8
    /// The longest path whose offsets fit.
    static let longestPath = Int(UInt16.max)

    private struct Offsets: Sendable {
        var start: UInt16 = 0
        var end: UInt16 = 0
    }

    /// How many parameters the path has.
    private(set) var count = 0
    private var offsets: InlineArray<8, Offsets> = .init(repeating: Offsets())

    /// No parameters.
    init() {}

    /// The byte offsets, in the canonical path, of the parameter at `index`, which must be below `count`. O(1).
    subscript(index: Int) -> Range<Int> {
        precondition(index >= 0 && index < count, "no such parameter")
        return Int(offsets[index].start)..<Int(offsets[index].end)
    }

    mutating func removeAll() { count = 0 }

    mutating func removeLast() {
        precondition(count > 0, "no parameter to remove")
        count -= 1
    }

    mutating func append(_ cursor: PathCursor) {
        precondition(count < Self.capacity, "a pattern has more parameters than it may have")
        offsets[count] = Offsets(start: UInt16(cursor.start), end: UInt16(cursor.end))
        count += 1
    }
}
