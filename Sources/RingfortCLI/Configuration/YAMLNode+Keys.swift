import YAML

extension YAMLNode {
    /// The member of a mapping with this key; nil when there is none, or when this is no mapping.
    func member(_ key: String) -> YAMLMember? {
        guard case .mapping(let members) = content else { return nil }
        return members.first { $0.key == key }
    }

    /// The value that keys lead to, one inside the other.
    func value(at keys: [String]) -> YAMLNode? {
        keys.reduce(Optional(self)) { node, key in node?.member(key)?.value }
    }

    /// Where the value at `keys` stands; what is missing is where its mapping is.
    func position(at keys: [String]) -> YAMLPosition {
        guard let key = keys.first, let member = member(key) else { return position }
        return keys.count == 1 ? member.keyPosition : member.value.position(at: Array(keys.dropFirst()))
    }
}
