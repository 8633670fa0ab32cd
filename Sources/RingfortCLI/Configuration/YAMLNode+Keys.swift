import YAML

extension YAMLNode {
    /// The value that keys and indices lead to, one inside the other.
    func value(at keys: [String]) -> YAMLNode? {
        keys.reduce(Optional(self)) { node, key in node?.part(key)?.node }
    }

    /// Where the value at `keys` stands: its key, if it has one; what is missing is where its mapping is.
    func position(at keys: [String]) -> YAMLPosition {
        guard let key = keys.first, let part = part(key) else { return position }
        return keys.count == 1 ? part.position : part.node.position(at: Array(keys.dropFirst()))
    }

    /// What a key or an index leads to, and where that begins.
    private func part(_ key: String) -> (position: YAMLPosition, node: YAMLNode)? {
        switch content {
        case .mapping(let members):
            return members.first { $0.key == key }.map { ($0.keyPosition, $0.value) }
        case .sequence(let elements):
            guard let index = Int(key), elements.indices.contains(index) else { return nil }
            return (elements[index].position, elements[index])
        case .null, .bool, .number, .string: return nil
        }
    }
}
