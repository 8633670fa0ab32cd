import Synchronization
import Tokens

/// What handlers revoke tokens with: the control of the server that runs them, once it is started.
final class TokenRevoker: Sendable {
    /// Not held: the control holds the snapshot, whose application holds this.
    private struct State { weak var control: ServerControl? }

    private let state = Mutex(State())
    /// What clients and sessions may fill the journal to: the rest is for whoever runs the server.
    private static let mostRevocations = RevocationJournal.mostRevocations / 10 * 9

    var control: ServerControl? {
        get { state.withLock { $0.control } }
        set { state.withLock { $0.control = newValue } }
    }

    /// What is in force now; nil where nothing can be revoked while this runs.
    var revocations: RevocationList? { control?.board.snapshot.revocations }

    /// Writes revocations down, and has every shard go by them when this returns. Waits for disk and shards: never to be called
    /// on one. False where there is no journal, so that tokens live until they expire.
    func revoke(_ revocations: [Revocation]) throws(ReloadError) -> Bool {
        guard let control, control.board.snapshot.application.configuration.revocations != nil else { return false }
        // What is in force already, or over, costs nothing: anybody may end the same session again and again.
        let present = control.board.snapshot.revocations
        let new = revocations.filter { $0.isLive(nowUnixSeconds: LogClock.unixSeconds) && !$0.isIn(present) }
        guard present.count + new.count <= Self.mostRevocations else {
            throw ReloadError("the journal of revocations is nearly full, and what is left is its operator's")
        }
        if !new.isEmpty { try control.revoke(new) }
        return true
    }
}

extension Revocation {
    fileprivate func isIn(_ list: RevocationList) -> Bool {
        guard case .token(let id, _) = self else { return false }
        return list.holds(tokenID: id.utf8.span.raw)
    }
}
