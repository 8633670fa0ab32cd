/// An object's members in the making, in the order in which their names came first.
///
/// A few are looked through, more are found by the hash of their names: a member costs O(1), however many there are.
struct JSONEncodedMembers<Name: Hashable, Value> {
    private(set) var entries: [(name: Name, value: Value)] = []
    /// Where each name stands, once there are more than a few.
    private var places: [Name: Int] = [:]

    /// As many as are looked through faster than a name is hashed.
    static var few: Int { 8 }

    /// Adds a member; one of that name takes its place.
    mutating func set(_ name: Name, to value: Value) {
        if let place = places.isEmpty ? entries.firstIndex(where: { $0.name == name }) : places[name] {
            entries[place].value = value
            return
        }
        entries.append((name, value))
        guard entries.count > Self.few else { return }
        if places.isEmpty {
            for (place, entry) in entries.enumerated() { places[entry.name] = place }
        } else {
            places[name] = entries.count - 1
        }
    }
}

/// A member's name: bytes, of which JSON takes other ones for another name where Unicode knows one text.
struct JSONEncodedName: Hashable {
    let text: String

    static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
