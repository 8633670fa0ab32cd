internal import Bytes

extension JSONTape {
    /// Throws when two names of the object at `object`, which has just been closed, have the same value.
    ///
    /// O(members) whatever the names are: where comparing all of them with each other would cost more than hashing them,
    /// they are hashed, with a key that nobody outside the process knows.
    mutating func refuseDuplicateNames(ofObjectAt object: Int, in bytes: RawSpan) throws(JSONError) {
        if nodes[object].length <= Self.mostComparedNames,
            try nodes.span.fewNamesDiffer(ofObjectAt: object, in: bytes)
        {
            return
        }
        try names.refuseDuplicates(ofObjectAt: object, among: nodes, in: bytes)
    }

    /// Up to here, comparing all names with each other costs no more than hashing them, in the worst case too.
    private static let mostComparedNames: UInt32 = 32
}

extension Span<JSONNode> {
    /// Throws when two names are the same, and gives up, returning false, at one that has escapes: it may equal names
    /// that look different.
    fileprivate func fewNamesDiffer(ofObjectAt object: Int, in bytes: RawSpan) throws(JSONError) -> Bool {
        let end = Int(self[object].next)
        var index = object &+ 1
        // One bit for each of 64 classes of names. Most names have a class of their own, and need no comparison.
        var seenClasses: UInt64 = 0
        while index < end {
            let name = self[index]
            guard name.form == .plainString else { return false }
            let text = bytes.extracting(name.textRange)
            let itsClass: UInt64 = 1 << text.nameClass
            if seenClasses & itsClass != 0 && hasName(text, from: object &+ 1, to: index, in: bytes) {
                throw JSONError(.duplicateMember, at: Int(name.offset) - 1)
            }
            seenClasses |= itsClass
            index = Int(self[index &+ 1].next)
        }
        return true
    }

    /// Whether a name among the nodes from `start` to `end` is written like `text`.
    private func hasName(_ text: RawSpan, from start: Int, to end: Int, in bytes: RawSpan) -> Bool {
        var index = start
        while index < end {
            if bytes.extracting(self[index].textRange).equals(text) { return true }
            index = Int(self[index &+ 1].next)
        }
        return false
    }
}

extension RawSpan {
    /// A number below 64 that is the same for equal names and mostly different for others.
    fileprivate var nameClass: UInt32 {
        guard byteCount > 0 else { return 0 }
        let ends = UInt32(self[0]) | UInt32(self[byteCount &- 1]) << 8
        let mixed = ends | UInt32(self[byteCount / 2]) << 16 | UInt32(truncatingIfNeeded: byteCount) << 24
        // The golden ratio's multiplier spreads every byte over the top bits.
        return (mixed &* 0x9E37_79B1) >> 26
    }
}
