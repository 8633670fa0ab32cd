import Glibc
import Synchronization
import Tokens

/// Changes what a running server goes by, one change after the other.
final class ServerControl: Sendable {
    let board: ShardBoard
    private let source: Server.ConfigurationSource
    /// What tells the command line that a journal is in force; nil for a program that runs the server by itself.
    private let reader: RevocationReader?
    private let log: LogWriter
    /// Held from the reading to the putting into force: else what is older could come last.
    private let turn = Mutex(())

    init(
        _ board: ShardBoard, source: @escaping Server.ConfigurationSource, reader: RevocationReader?, log: LogWriter
    ) {
        self.board = board
        self.source = source
        self.reader = reader
        self.log = log
    }

    /// Reads everything again: configuration, keys, certificates, revocations. All of it is in force when this returns, or
    /// nothing has changed; the log says which.
    ///
    /// - Returns: the settings that have changed and need a restart.
    func reload() throws(ReloadError) -> [String] {
        try turn.withLock { _ throws(ReloadError) in
            do throws(ReloadError) {
                let pending = try replaceAll()
                log.record(
                    .info, "reload",
                    [
                        "revocations": .integer(Int64(board.snapshot.revocations.count)),
                        "needs_restart": .text(pending.joined(separator: ",")),
                    ])
                return pending
            } catch {
                log.record(.error, "reload", ["reason": .text(error.description)])
                // Who has revoked a token must not have to wait until somebody has mended the configuration.
                noteFailure { () throws(ReloadError) in try readRevocationsAlone() }
                throw error
            }
        }
    }

    /// Puts the revocations of the journal into force, and nothing else; who waits for that is told.
    func readRevocations() throws(ReloadError) {
        try turn.withLock { _ throws(ReloadError) in try readRevocationsAlone() }
    }

    /// Says to those who revoke tokens what is in force.
    func announceRevocations() { noteFailure { () throws(ReloadError) in try readRevocations() } }

    private func noteFailure(_ body: () throws(ReloadError) -> Void) {
        do throws(ReloadError) {
            try body()
        } catch {
            log.record(.error, "revocations", ["reason": .text(error.description)])
        }
    }

    private func readRevocationsAlone() throws(ReloadError) {
        let present = board.snapshot
        try install(present.application, present.certificates)
    }

    private func replaceAll() throws(ReloadError) -> [String] {
        let (api, wanted) = try source()
        let present = board.snapshot
        let (configuration, pending) = wanted.keeping(fixedOf: present.application.configuration)
        let application: Application
        let certificates: TLSCertificates?
        do throws(ServerError) {
            try configuration.validate()
            application = try Application(api, configuration, replacing: present.application)
            certificates = try configuration.certificates(replacing: present.certificates)
        } catch {
            throw ReloadError(error.description)
        }
        try install(application, certificates)
        certificates?.warnDaily(log, unixSeconds: LogClock.unixSeconds)
        return pending
    }

    /// Puts these into force, with what the journal says now.
    private func install(_ application: Application, _ certificates: TLSCertificates?) throws(ReloadError) {
        func put(_ list: RevocationList) {
            let behind = board.replace(
                Snapshot(application: application, revocations: list, certificates: certificates))
            guard !behind.isEmpty else { return }
            let names = behind.map(String.init).joined(separator: ",")
            log.record(.warning, "shards_behind", ["shards": .text(names)])
        }
        let (configuration, now) = (application.configuration, Int64(time(nil)))
        do throws(RevocationError) {
            guard let reader else { return put(try configuration.revocationList(nowUnixSeconds: now)) }
            try reader.reload(keyring: configuration.keyring, nowUnixSeconds: now, apply: put)
        } catch {
            throw ReloadError(error.description)
        }
    }
}

/// Why nothing was reloaded: everything is as it was.
public struct ReloadError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is at fault and what to do, as a sentence for an operator.
    public let description: String

    /// A reason.
    public init(_ description: String) { self.description = description }
}
