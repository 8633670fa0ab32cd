import Synchronization
import Tokens

/// Changes what a running server goes by, one change after the other.
final class ServerControl: Sendable {
    let board: ShardBoard
    private let source: Server.ConfigurationSource
    /// What tells the command line that a journal is in force; nil for a program that runs the server by itself.
    private let reader: RevocationReader?
    let log: LogWriter
    private let logFiles: LogFiles
    private let draining = Atomic(false)
    private let startedUnixSeconds = LogClock.unixSeconds
    /// Held from the reading to the putting into force: else what is older could come last.
    let turn: Mutex<Turn>

    /// What only whoever has the turn knows.
    struct Turn {
        /// The routes in force.
        var api: Router
        /// Whether shards are there to go by what changes.
        var isServing = false
    }

    init(
        _ board: ShardBoard, api: Router, source: @escaping Server.ConfigurationSource, reader: RevocationReader?,
        log: LogWriter, logFiles: LogFiles
    ) {
        self.board = board
        turn = Mutex(Turn(api: api))
        self.source = source
        self.reader = reader
        self.log = log
        self.logFiles = logFiles
    }

    /// Opens the log's files anew, and reads everything again: configuration, keys, certificates, revocations. All of it is
    /// in force when this returns, or nothing has changed; the log says which.
    ///
    /// - Returns: the settings that have changed and need a restart.
    func reload() throws(ReloadError) -> [String] {
        logFiles.reopen(log)
        return try turn.withLock { state throws(ReloadError) in
            do throws(ReloadError) {
                let pending = try replaceAll(&state)
                log.record(
                    .info, "reload",
                    [
                        "revocations": .integer(Int64(board.snapshot.revocations.count)),
                        "needs_restart": .text(pending.joined(separator: ",")),
                    ])
                return pending
            } catch {
                log.record(.error, "reload", ["reason": .text(error.description)])
                // Who has revoked a token or a key must not have to wait until somebody has mended the configuration.
                noteFailure("revocations") { () throws(ReloadError) in try readRevocationsAlone() }
                if board.snapshot.takesAPIKeys {
                    noteFailure("api_keys") { () throws(ReloadError) in try readAPIKeysAlone() }
                }
                throw error
            }
        }
    }

    /// Whether the server ends with the requests that it has.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// The server will end with the requests that it has.
    func beginDrain() { draining.store(true, ordering: .relaxed) }

    /// What the server says of itself now: it asks its shards.
    func report() -> ServerReport {
        // The last may be that of the server's own API, whose requests are nobody's.
        let shards = Array(board.counters().prefix(board.snapshot.application.configuration.shards))
        return ServerReport(
            startedUnixSeconds: startedUnixSeconds, nowUnixSeconds: LogClock.unixSeconds, isDraining: isDraining,
            snapshot: board.snapshot, shards: shards, droppedRecords: log.droppedRecords, lostLines: log.lostLines)
    }

    /// Writes a revocation down, and puts it into force: on every shard, when this returns.
    func revoke(_ revocation: Revocation) throws(ReloadError) {
        guard revocation.isLive(nowUnixSeconds: LogClock.unixSeconds) else {
            throw ReloadError("its time is over already ('until'): nothing would be revoked")
        }
        try revoke([revocation])
    }

    /// Writes revocations down, and puts them into force in one step: on every shard, when this returns. Where one can't be
    /// written, the others are in force all the same.
    func revoke(_ revocations: [Revocation]) throws(ReloadError) {
        guard let journal = board.snapshot.application.configuration.revocations else {
            throw ReloadError("this server keeps no revocations: it has no journal")
        }
        var failure: ReloadError?
        for revocation in revocations {
            do throws(RevocationError) {
                try journal.append(revocation, nowUnixSeconds: LogClock.unixSeconds)
            } catch {
                failure = ReloadError(error.description)
            }
        }
        do throws(ReloadError) {
            // What is written down holds from the next start at the latest.
            try readRevocations()
            if let failure { throw failure }
        } catch {
            noteFailure("revocations", error)
            throw error
        }
        log.record(.info, "revocations", ["count": .integer(Int64(board.snapshot.revocations.count))])
    }

    /// Puts the revocations of the journal into force, and nothing else; who waits for that is told.
    func readRevocations() throws(ReloadError) {
        try turn.withLock { _ throws(ReloadError) in try readRevocationsAlone() }
    }

    /// Says to those who revoke tokens what is in force.
    func announceRevocations() { noteFailure("revocations") { () throws(ReloadError) in try readRevocations() } }

    /// Puts the API keys into force as the database has them now, and nothing else.
    func readAPIKeys() throws(ReloadError) {
        do throws(ReloadError) {
            try turn.withLock { _ throws(ReloadError) in try readAPIKeysAlone() }
            log.record(.info, "api_keys", ["count": .integer(Int64(board.snapshot.apiKeys.count))])
        } catch {
            noteFailure("api_keys", error)
            throw error
        }
    }

    /// Takes up the keys as they are now, where there are any.
    func readAPIKeysAtStart() {
        turn.withLock { _ in
            guard board.snapshot.takesAPIKeys else { return }
            noteFailure("api_keys") { () throws(ReloadError) in try readAPIKeysAlone() }
        }
    }

    private func noteFailure(_ event: StaticString, _ body: () throws(ReloadError) -> Void) {
        do throws(ReloadError) {
            try body()
        } catch {
            noteFailure(event, error)
        }
    }

    private func noteFailure(_ event: StaticString, _ error: ReloadError) {
        log.record(.error, event, ["reason": .text(error.description)])
    }

    private func readRevocationsAlone() throws(ReloadError) { try install(board.snapshot) }

    private func readAPIKeysAlone() throws(ReloadError) {
        var next = board.snapshot
        guard next.takesAPIKeys else {
            throw ReloadError("this server takes no API keys: it has no database of identities")
        }
        do throws(ServerError) {
            next.apiKeys = try APIKeyTable(
                next.application.configuration.apiKeys(), scopes: next.application.scopes)
        } catch {
            throw ReloadError(error.description)
        }
        try Self.refuseIfBehind(board.replace(next))
    }

    private func replaceAll(_ state: inout Turn) throws(ReloadError) -> [String] {
        let (api, wanted) = try source()
        let present = board.snapshot
        let (configuration, pending) = wanted.keeping(fixedOf: present.application.configuration)
        guard wanted.identity?.makesTokens == true || present.application.configuration.identity?.makesTokens != true
        else {
            throw ReloadError("identity: it makes no tokens any more, which takes a restart: start the server anew")
        }
        let certificates: TLSCertificates?
        let fetching: (configuration: ServerConfiguration, new: [RemoteKeys])
        do throws(ServerError) {
            try configuration.validate()
            certificates = try configuration.certificates(replacing: present.certificates)
            fetching = try self.fetching(configuration)
        } catch {
            throw ReloadError(error.description)
        }
        // Those whose issuers have gone. What is not in force after all has begun for nothing.
        defer {
            let kept = board.snapshot.application.configuration.fetchers
            (present.application.configuration.fetchers + fetching.new).filter { keys in
                !kept.contains { $0 === keys }
            }.end(waiting: false)
        }
        try refuseLostKeys(present.application.configuration.fetchers, fetching.new)
        try replace(api, fetching.configuration, certificates, &state)
        certificates?.warnDaily(log, unixSeconds: LogClock.unixSeconds)
        return pending
    }

    /// Refuses to put no keys in the place of an issuer's that are good.
    private func refuseLostKeys(_ present: [RemoteKeys], _ new: [RemoteKeys]) throws(ReloadError) {
        for keys in new where keys.keyring.verificationKeys.isEmpty {
            let had = present.contains { $0.issuer == keys.issuer && !$0.keyring.verificationKeys.isEmpty }
            guard !had else {
                throw ReloadError(
                    "the keys of \(keys.issuer) can't be fetched as is said now, and those that there are stay: "
                        + (keys.report.lastFailure ?? "no answer has come in time"))
            }
        }
    }

    /// Makes what is to be in force out of these, with the server's own API, and puts it there.
    func replace(
        _ api: Router, _ configuration: ServerConfiguration, _ certificates: TLSCertificates?, _ state: inout Turn
    ) throws(ReloadError) {
        let present = board.snapshot
        let application: Application
        var admin: Application?
        do throws(ServerError) {
            application = try Application(api, configuration, replacing: present.application)
            if let previous = present.admin { admin = try adminApplication(application, replacing: previous) }
        } catch {
            throw ReloadError(error.description)
        }
        // A shard that is late does not keep it from being in force.
        defer { if board.snapshot.application === application { state.api = api } }
        try install(
            Snapshot(
                application: application, revocations: application.revocations, apiKeys: application.apiKeys,
                certificates: certificates, admin: admin))
    }

    /// The server's own API beside `main`, whose tokens it judges as that does; nil where it shall have none.
    private func adminApplication(
        _ main: Application, replacing previous: Application?
    ) throws(ServerError) -> Application? {
        let configuration = main.configuration
        guard let address = configuration.admin.address else { return nil }
        return try Application(
            AdminAPI.routes(configuration.admin, self), configuration.ofAdmin(at: address), replacing: previous,
            adminOf: main)
    }

    /// Makes the server's own API, before any shard looks; nil where it shall have none.
    func makeAdmin() throws(ServerError) -> Application? {
        let admin = try adminApplication(board.snapshot.application, replacing: nil)
        put(admin: admin)
        return admin
    }

    /// Lets go of the server's own API, which has ended, and whose handlers hold this object: no reload makes another. No
    /// keys are fetched any more.
    func end() {
        turn.withLock { state in
            state.isServing = false
            put(admin: nil)
        }
        // They may wait for their turn.
        board.snapshot.application.configuration.fetchers.end(waiting: true)
    }

    private func put(admin: Application?) {
        var next = board.snapshot
        next.admin = admin
        board.put(next)
    }

    /// Puts a snapshot into force, with what the journal says now.
    private func install(_ snapshot: Snapshot) throws(ReloadError) {
        var behind: [Int] = []
        func put(_ list: RevocationList) -> Bool {
            var next = snapshot
            next.revocations = list
            behind = board.replace(next)
            return behind.isEmpty
        }
        let (keyring, now) = (snapshot.application.keyring, LogClock.unixSeconds)
        do throws(RevocationError) {
            if let reader {
                try reader.reload(keyring: keyring, nowUnixSeconds: now, apply: put)
            } else {
                _ = put(try snapshot.application.configuration.revocationList(keyring, nowUnixSeconds: now))
            }
        } catch {
            throw ReloadError(error.description)
        }
        try Self.refuseIfBehind(behind)
    }

    private static func refuseIfBehind(_ behind: [Int]) throws(ReloadError) {
        guard behind.isEmpty else {
            let names = behind.map(String.init).joined(separator: ", ")
            throw ReloadError("all is read, but shards have not taken it up in time, and will when they can: \(names)")
        }
    }
}

/// Why a reload is not in force.
public struct ReloadError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is at fault and what to do, as a sentence for an operator.
    public let description: String

    /// A reason.
    public init(_ description: String) { self.description = description }
}
