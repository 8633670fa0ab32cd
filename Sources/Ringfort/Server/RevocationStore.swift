import Synchronization
import Tokens

/// What is revoked, as the shards see it: one immutable list, replaced as a whole.
final class RevocationStore: Sendable {
    private let list: Mutex<RevocationList>
    private let version = Atomic<UInt64>(0)

    init(_ list: RevocationList) { self.list = Mutex(list) }

    /// Puts another list into force: for every shard, from its next request on.
    func replace(_ new: RevocationList) {
        list.withLock { $0 = new }
        version.wrappingAdd(1, ordering: .releasing)
    }

    /// The list in force now, to be kept by one shard.
    func view() -> RevocationView {
        let version = version.load(ordering: .acquiring)
        return RevocationView(list: list.withLock { $0 }, version: version)
    }

    /// Brings a shard's view up to date. One load of a word that is hardly ever written, unless there is something new.
    @inline(__always)
    func refresh(_ view: inout RevocationView) {
        if version.load(ordering: .acquiring) != view.version { view = self.view() }
    }
}

/// The list that a shard goes by.
struct RevocationView {
    fileprivate(set) var list: RevocationList
    fileprivate let version: UInt64
}
