import Glibc
import Synchronization
import Tokens

/// Reads the journal of revocations, when the server starts and whenever it is told to.
final class RevocationReloader: Sendable {
    private let application: Application
    /// What tells the command line that the list is in force; nil for a program that runs the server by itself.
    private let reader: RevocationReader?
    /// Held from the reading to the putting into force: else an older list could come last.
    private let turn = Mutex(())

    init(_ application: Application, _ reader: RevocationReader?) {
        self.application = application
        self.reader = reader
    }

    /// Puts what the journal says into force, one thread after the other. When it throws, what was in force stays.
    func reload() throws(RevocationError) { try turn.withLock { _ throws(RevocationError) in try reloadNow() } }

    private func reloadNow() throws(RevocationError) {
        guard let journal = application.configuration.revocations else { return }
        let keyring = application.keyring
        guard let reader else {
            return application.revocations.replace(try journal.list(keyring: keyring, nowUnixSeconds: Int64(time(nil))))
        }
        try reader.reload(keyring: keyring, nowUnixSeconds: Int64(time(nil))) { application.revocations.replace($0) }
    }

    /// How many revocations are in force.
    var count: Int { application.revocations.view().list.count }
}
