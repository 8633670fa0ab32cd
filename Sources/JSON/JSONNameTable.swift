internal import Bytes

/// A hash table of one object's member names, for objects with many of them or with escapes in them.
///
/// Names come from clients, who must not be able to choose them so that they collide. They are hashed with the standard
/// library's SipHash-1-3, whose key is drawn at random when the process starts.
struct JSONNameTable: ~Copyable, Sendable {
    /// Open addressing: a name's node and half of its hash, or nothing. Only the first power of two that is at least
    /// twice the number of names is in use.
    private var slots = FixedArray<Slot>(count: 0) { _ in .empty }
    /// Holds a name while it is unescaped and hashed.
    private var scratch = ByteBuffer(capacity: 0)

    struct Slot: Sendable {
        var hash: UInt32
        /// Never 0 in a slot that is taken: a name follows its object's node.
        var node: UInt32

        static let empty = Slot(hash: 0, node: 0)
    }

    /// Throws when two names of the object have the same value. O(members) and, on average, no comparison.
    mutating func refuseDuplicates(
        ofObjectAt index: Int, among nodes: borrowing FixedArray<JSONNode>, in bytes: RawSpan
    ) throws(JSONError) {
        let object = JSONValue(nodes: nodes.span, bytes: bytes, index: index)
        let mask = prepare(for: object.count)
        var members = object.members
        while let member = members.next() {
            let name = member.name
            let hash = hash(of: name)
            let node = UInt32(truncatingIfNeeded: member.value.index &- 1)
            guard insert(Slot(hash: hash, node: node), named: name, mask: mask, from: object) else {
                throw JSONError(.duplicateMember, at: object.sibling(at: Int(node)).offset - 1)
            }
        }
    }

    /// Takes in the names of an object; of two that are the same, the first. O(members).
    mutating func insertMembers(of object: JSONValue) {
        let mask = prepare(for: object.count)
        var members = object.members
        while let member = members.next() {
            let slot = Slot(hash: hash(of: member.name), node: UInt32(truncatingIfNeeded: member.value.index &- 1))
            _ = insert(slot, named: member.name, mask: mask, from: object)
        }
    }

    /// The node of the value of the member whose name is spelt by `name` in UTF-8, or nil when `object`, whose names the
    /// table of this one object has taken in, has none. O(1) on average.
    func node(named name: RawSpan, in object: JSONValue) -> Int? {
        let hash = name.keyedHash
        var index = Int(hash) & (slots.count - 1)
        while slots[index].node != 0 {
            let node = Int(slots[index].node)
            if slots[index].hash == hash && object.sibling(at: node).string.equals(name) { return node + 1 }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Empties as much of the table as `count` names need, and returns the mask that makes an index of a hash.
    private mutating func prepare(for count: Int) -> Int {
        var size = 64
        while size < count * 2 { size *= 2 }
        if slots.count < size {
            slots = FixedArray(count: size) { _ in .empty }
        } else {
            for index in 0..<size { slots[index] = .empty }
        }
        return size - 1
    }

    /// Takes the first free slot behind the hash's own; false when the name is there already.
    private mutating func insert(
        _ slot: Slot, named name: JSONString, mask: Int, from object: JSONValue
    ) -> Bool {
        var index = Int(slot.hash) & mask
        // At least half of the slots are free.
        while slots[index].node != 0 {
            if slots[index].hash == slot.hash && object.sibling(at: Int(slots[index].node)).string.equals(name) {
                return false
            }
            index = (index + 1) & mask
        }
        slots[index] = slot
        return true
    }

    private mutating func hash(of name: JSONString) -> UInt32 {
        guard name.hasEscapes else { return name.raw.keyedHash }
        scratch.removeAll()
        name.append(to: &scratch)
        return scratch.bytes.keyedHash
    }
}

extension JSONValue {
    /// The value or name at another node of the same document.
    @_lifetime(copy self)
    fileprivate func sibling(at index: Int) -> JSONValue { JSONValue(nodes: nodes, bytes: bytes, index: index) }
}

extension RawSpan {
    fileprivate var keyedHash: UInt32 {
        var hasher = Hasher()
        // SAFETY: the pointer is used within the closure only.
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}
