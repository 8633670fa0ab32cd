internal import Bytes
internal import Synchronization

/// The scope names of the process as they were when the table was made: what a verifier reads tokens' scopes with.
///
/// A name that is registered later is unknown here, and so granted by no token until a new table is made.
public final class ScopeTable: Sendable {
    private let names: ByteStringTable
    private let nameCount: Int
    /// What each role grants.
    private let roles: [String: ScopeSet]
    private let roleNames: ByteStringTable
    private let roleScopes: FixedArray<ScopeSet>
    /// Greater than that of every table made before it in this process: scopes that were read with another may lack names.
    public let epoch: UInt64

    /// A snapshot of all names registered so far.
    ///
    /// - Parameters:
    ///   - roles: what the roles grant that tokens name in a claim for it; those of others grant nothing.
    ///   - previous: the table whose place this one takes: with its epoch where it knows the same names and roles.
    /// - Throws: the error of the first `ScopeSet` that became unsatisfiable. At start-up this is where it shows.
    public convenience init(
        roles: [String: ScopeSet] = [:], replacing previous: ScopeTable? = nil
    ) throws(ScopeError) {
        let names = try ScopeRegistry.shared.snapshot()
        // Names are only ever added: as many are the same.
        if let previous, previous.nameCount == names.count, previous.roles == roles {
            self.init(names, roles: roles, epoch: previous.epoch)
        } else {
            self.init(names, roles: roles)
        }
    }

    convenience init(_ names: [String], roles: [String: ScopeSet] = [:]) {
        self.init(names, roles: roles, epoch: Self.epochs.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    private init(_ names: [String], roles: [String: ScopeSet], epoch: UInt64) {
        nameCount = names.count
        self.names = ByteStringTable(names.map { (kind: 0, text: $0) })
        let ordered = Array(roles)
        self.roles = roles
        roleNames = ByteStringTable(ordered.map { (kind: 0, text: $0.key) })
        roleScopes = FixedArray(count: ordered.count) { ordered[$0].value }
        self.epoch = epoch
    }

    /// The scope with this name, alone in a set; the empty set when the table does not know it. O(length).
    func set(named name: RawSpan) -> ScopeSet {
        var set = ScopeSet()
        if let index = names.value(0, name) { set.insert(index) }
        return set
    }

    /// The scopes that a role grants; none when the table does not know it. O(length).
    func set(ofRole name: RawSpan) -> ScopeSet {
        guard let index = roleNames.value(0, name) else { return ScopeSet() }
        return roleScopes[index]
    }

    /// The scopes that `text` names, separated by single spaces; what the table does not know is left out. O(n).
    package func set(of text: RawSpan) -> ScopeSet {
        var set = ScopeSet()
        var start = 0
        while start < text.byteCount {
            let end = text.firstOffset(of: 0x20, from: start) ?? text.byteCount
            if let index = names.value(0, text.extracting(start..<end)) { set.insert(index) }
            start = end &+ 1
        }
        return set
    }

    private static let epochs = Atomic<UInt64>(0)
}
