internal import Bytes
internal import JSON

/// Finding a member's name among those of a rule.
extension SchemaProgram {
    /// The index in `names`, or nil. Few names are compared one by one, many are hashed: O(1) on average, and at worst
    /// what the schema's own names make of it, since a client's name is only looked for.
    @inline(__always)
    func find(_ name: JSONString, _ rule: ObjectRule, _ state: inout EvaluationState) -> Int? {
        guard name.hasEscapes else { return find(name.raw, rule) }
        guard state.spend(name.raw.byteCount / 16) else { return nil }
        state.text.removeAll()
        name.append(to: &state.text)
        return find(state.text.bytes, rule)
    }

    @inline(__always)
    private func find(_ name: RawSpan, _ rule: ObjectRule) -> Int? {
        guard rule.slots.isEmpty else { return findHashed(name, rule) }
        for index in rule.names.indices where isName(index, name) { return index }
        return nil
    }

    private func findHashed(_ name: RawSpan, _ rule: ObjectRule) -> Int? {
        guard name.byteCount <= rule.greatestNameBytes else { return nil }
        let mask = Int(rule.slots.count) - 1
        var slot = Int(name.nameHash) & mask
        // At least half of the slots are free.
        while nodeLists[Int(rule.slots.start) + slot] != noNode {
            let index = Int(nodeLists[Int(rule.slots.start) + slot])
            if isName(index, name) { return index }
            slot = (slot + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func isName(_ index: Int, _ name: RawSpan) -> Bool {
        let range = names[index].name
        return Int(range.length) == name.byteCount && text.bytes.extracting(range.range).equals(name)
    }
}

extension SchemaTables {
    /// Up to so many names, comparing lengths is faster than hashing.
    private static let greatestUnhashedCount = 12

    /// Puts a rule's names in, and a table of slots where they are many.
    mutating func addNames(_ run: [NamedNode], to rule: inout ObjectRule) {
        rule.names = nameList(run)
        guard run.count > Self.greatestUnhashedCount else { return }
        var size = 32
        while size < run.count * 2 { size *= 2 }
        var slots = [UInt32](repeating: noNode, count: size)
        for index in rule.names.indices {
            let name = bytes(of: names[index].name)
            rule.greatestNameBytes = max(rule.greatestNameBytes, name.count)
            var slot = Int(name.span.raw.nameHash) & (size - 1)
            while slots[slot] != noNode { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(index)
        }
        rule.slots = nodeList(slots)
    }
}

extension RawSpan {
    /// FNV-1a: a schema's author chooses the names in the table, so that nobody can fill it with collisions.
    fileprivate var nameHash: UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for offset in 0..<byteCount { hash = (hash ^ UInt32(self[offset])) &* 0x0100_0193 }
        return hash
    }
}
