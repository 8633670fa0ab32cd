internal import Bytes

/// Where each value of a tape stands: in which container, and behind how many others.
///
/// A tape links forwards only. To walk it anew for every fault would be quadratic work that a client could ask for, of a
/// type that tries one thing after the other.
struct JSONPlaces {
    private var places: [Place]

    private struct Place: BitwiseCopyable {
        /// The node of the container. The root is its own.
        var parent: UInt32
        /// How many values stand before it in an array. In an object, names count too.
        var position: UInt32
    }

    /// O(nodes).
    init(of nodes: borrowing FixedArray<JSONNode>) {
        places = [Place(parent: 0, position: 0)]
        places.reserveCapacity(nodes.count)
        var parent = 0
        var position: UInt32 = 0
        for index in 1..<max(nodes.count, 1) {
            while index == Int(nodes[parent].next) {
                position = places[parent].position + 1
                parent = Int(places[parent].parent)
            }
            places.append(Place(parent: UInt32(truncatingIfNeeded: parent), position: position))
            position += 1
            let node = nodes[index]
            guard node.kind == .array || node.kind == .object, node.length > 0 else { continue }
            parent = index
            position = 0
        }
    }

    func parent(of index: Int) -> Int { Int(places[index].parent) }

    func position(of index: Int) -> Int { Int(places[index].position) }
}
