internal import Bytes

extension JSONTape {
    /// Throws when two names of the object at `index`, which has just been closed, have the same value.
    mutating func refuseDuplicateNames(ofObjectAt index: Int, in bytes: RawSpan) throws(JSONError) {
        let object = JSONValue(nodes: nodes.span, bytes: bytes, index: index)
        var later = object.members
        var position = 0
        while let member = later.next() {
            var earlier = object.members
            for _ in 0..<position {
                guard let other = earlier.next() else { break }
                guard !other.name.equals(member.name) else {
                    throw JSONError(.duplicateMember, at: member.value.offset)
                }
            }
            position += 1
        }
    }
}
