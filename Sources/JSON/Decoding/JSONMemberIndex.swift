/// The members of a large object by name. Without it, a type that reads each member would compare every name with every
/// other.
final class JSONMemberIndex {
    private let names: JSONNameTable

    /// Nil for an object of few members: to walk them costs less than to hash them. O(members).
    init?(of object: JSONValue) {
        guard object.count > Self.mostWalkedMembers else { return nil }
        var names = JSONNameTable()
        names.insertMembers(of: object)
        self.names = names
    }

    /// The node of the value of the first member with this name. O(1) on average, whatever the names are.
    func node(named name: RawSpan, in object: JSONValue) -> Int? { names.node(named: name, in: object) }

    private static let mostWalkedMembers = 16
}
