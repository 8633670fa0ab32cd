import Synchronization
import Tokens

/// What handlers revoke tokens with: the control of the server that runs them, once it is started.
final class TokenRevoker: Sendable {
    /// Not held: the control holds the snapshot, whose application holds this.
    private struct State { weak var control: ServerControl? }

    private let state = Mutex(State())

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
        for revocation in revocations { try control.revoke(revocation) }
        return true
    }
}
