internal import Bytes
internal import Synchronization

/// The scope names of the process as they were when the table was made: what a verifier reads tokens' scopes with.
///
/// A name that is registered later is unknown here, and so granted by no token until a new table is made.
public final class ScopeTable: Sendable {
    private let names: ByteStringTable
    private let nameCount: Int
    /// Greater than that of every table made before it in this process: scopes that were read with another may lack names.
    public let epoch: UInt64

    /// A snapshot of all names registered so far.
    ///
    /// - Throws: the error of the first `ScopeSet` that became unsatisfiable. At start-up this is where it shows.
    public convenience init() throws(ScopeError) { self.init(try ScopeRegistry.shared.snapshot()) }

    /// A snapshot that takes the place of `previous`: with its epoch where it knows the same names.
    ///
    /// - Throws: as above.
    public convenience init(replacing previous: ScopeTable?) throws(ScopeError) {
        let names = try ScopeRegistry.shared.snapshot()
        // Names are only ever added: as many are the same.
        if let previous, previous.nameCount == names.count {
            self.init(names, epoch: previous.epoch)
        } else {
            self.init(names)
        }
    }

    convenience init(_ names: [String]) {
        self.init(names, epoch: Self.epochs.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    private init(_ names: [String], epoch: UInt64) {
        nameCount = names.count
        self.names = ByteStringTable(names.map { (kind: 0, text: $0) })
        self.epoch = epoch
    }

    /// The scope with this name, alone in a set; the empty set when the table does not know it. O(length).
    func set(named name: RawSpan) -> ScopeSet {
        var set = ScopeSet()
        if let index = names.value(0, name) { set.insert(index) }
        return set
    }

    /// The scopes that `text` names, separated by single spaces; what the table does not know is left out. O(n).
    func set(of text: RawSpan) -> ScopeSet {
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
