import Bytes
import KeyFetching
import Reactor
import Synchronization
import Tokens

/// The keys that an issuer publishes elsewhere, as they were fetched last, and the thread that fetches them.
///
/// A thread for each issuer, which sleeps nearly always: a slow issuer then holds up nobody else's keys, and two fetches of
/// one never run at a time.
final class RemoteKeys: Sendable {
    let issuer: String
    let source: RemoteKeySource
    let limits: RemoteKeyLimits

    private struct State {
        var refresh: KeyRefresh
        var keyring: Keyring
        var fetches: UInt64 = 0
        var failedFetches: UInt64 = 0
        var lastFailure: String?
    }

    private let state: Mutex<State>
    private let noKeys: Keyring
    private let log: LogWriter
    private let clock: @Sendable () -> UInt64
    private let cancellation = FetchCancellation()
    private let thread = Mutex<NativeThread?>(nil)
    /// Posted when the thread has something to look at.
    private let bell = Semaphore()
    /// Posted when the first fetch has come or failed.
    private let firstOutcome = Semaphore()

    /// No keys yet.
    ///
    /// - Parameter clock: says when it is, in nanoseconds that go on as those of the monotonic clock do.
    init(
        _ issuer: String, _ source: RemoteKeySource, _ limits: RemoteKeyLimits = RemoteKeyLimits(), log: LogWriter,
        clock: @escaping @Sendable () -> UInt64 = MonotonicClock.nowNanoseconds
    ) throws(KeyError) {
        self.issuer = issuer
        self.source = source
        self.limits = limits
        self.log = log
        self.clock = clock
        noKeys = try Keyring()
        state = Mutex(State(refresh: KeyRefresh(limits), keyring: noKeys))
    }

    /// The keys that tokens of the issuer are checked with now; none when none have come, or they are too old.
    var keyring: Keyring { state.withLock { $0.keyring } }

    /// Begins to fetch. Once only.
    ///
    /// - Parameter whenFetched: puts the keys into force, where they are others than those that are; after each fetch it is called on this object's own thread, and all shards go by them
    ///   when it returns.
    func start(whenFetched: @escaping @Sendable () -> Void) throws(ReactorError) {
        let started = try NativeThread { [self] in run(whenFetched) }
        thread.withLock { $0 = started }
    }

    /// Waits until the first fetch has ended in one way or another, or this moment of the monotonic clock is over.
    func waitForFirst(untilNanoseconds deadline: UInt64) {
        let now = MonotonicClock.nowNanoseconds()
        if now < deadline { firstOutcome.wait(nanoseconds: deadline - now) }
    }

    /// Ends the thread, within about a second.
    func stop() {
        cancellation.cancel()
        bell.post()
    }

    /// Ends the thread, and waits until it has ended, or leaves it alone.
    func end(waiting: Bool) {
        stop()
        let thread = thread.withLock { $0.take() }
        if waiting { thread?.join() } else { thread?.detach() }
    }

    /// What the sender of a token is told that names the key `id`, or none, and whose key is not among the issuer's. It never
    /// waits: where another asks right now, nobody knows yet.
    func ask(for id: KeyID?) -> KeyRefresh.Answer {
        let now = clock()
        let asked = state.withLockIfAvailable { state in
            let wasForced = state.refresh.isForced
            let answer = state.refresh.ask(for: id, now: now)
            return (answer, isNew: state.refresh.isForced && !wasForced)
        }
        guard let (answer, isNew) = asked else { return .retry(afterSeconds: 1) }
        if isNew { bell.post() }
        return answer
    }

    private func run(_ whenFetched: () -> Void) {
        while !cancellation.isCancelled {
            switch state.withLock({ $0.refresh.next(now: clock()) }) {
            case .wait(let nanoseconds): bell.wait(nanoseconds: nanoseconds)
            case .fetch: fetch(whenFetched)
            case .drop: drop(whenFetched)
            }
        }
    }

    private func fetch(_ whenFetched: () -> Void) {
        let random = UInt64.random(in: 0 ... .max)
        do throws(RemoteKeyError) {
            let set = try RemoteKeySet(source, mostBytes: limits.mostBytes, cancellation)
            let isNew = state.withLock { state in
                let isNew = !state.keyring.verifiesSame(as: set.keyring)
                if isNew { state.keyring = set.keyring }
                state.fetches += 1
                state.lastFailure = nil
                return isNew
            }
            if isNew { noteKeys(set) }
            firstOutcome.post()
            whenFetched()
            state.withLock { $0.refresh.succeeded(now: clock(), random: random) }
        } catch {
            let failures = state.withLock { state in
                state.failedFetches += 1
                state.lastFailure = error.description
                state.refresh.failed(now: clock(), random: random)
                return state.refresh.failures
            }
            firstOutcome.post()
            noteFailure(error, failures)
            // What was known, or dropped, before may not have come into force: a journal could not be read, say.
            whenFetched()
        }
    }

    private func drop(_ whenFetched: () -> Void) {
        state.withLock { $0.keyring = noKeys }
        log.record(
            .error, "issuer_keys",
            ["issuer": .text(issuer), "reason": .text("its keys are too old, and tokens of it are not taken any more")])
        whenFetched()
    }

    private func noteKeys(_ set: RemoteKeySet) {
        log.record(
            .info, "issuer_keys",
            [
                "issuer": .text(issuer), "url": .text(source.url),
                "keys": .text(set.keyring.verificationKeys.map(\.id.text).joined(separator: ",")),
                "skipped": .text(set.notes.joined(separator: "; ")),
            ])
    }

    /// Says that a fetch has failed: the first, second, fourth, eighth … in a row.
    private func noteFailure(_ error: RemoteKeyError, _ failures: UInt32) {
        guard error != .fetch(.cancelled), failures.nonzeroBitCount == 1 else { return }
        log.record(
            .warning, "issuer_keys",
            [
                "issuer": .text(issuer), "url": .text(source.url), "reason": .text(error.description),
                "failures": .integer(Int64(failures)),
            ])
    }

    /// What this says of itself.
    var report: Report {
        let now = clock()
        return state.withLock { state in
            Report(
                issuer: issuer, url: source.url, keyIDs: state.keyring.verificationKeys.map(\.id),
                ageSeconds: state.refresh.fetched.map { (max(now, $0) - $0) / 1_000_000_000 }, fetches: state.fetches,
                failedFetches: state.failedFetches, lastFailure: state.lastFailure)
        }
    }

    /// What operators are told of an issuer's keys.
    struct Report: Sendable {
        let issuer: String
        let url: String
        let keyIDs: [KeyID]
        /// How long ago the keys were fetched; nil when there are none.
        let ageSeconds: UInt64?
        let fetches: UInt64
        let failedFetches: UInt64
        /// Why the last fetch has failed; nil when it has not.
        let lastFailure: String?
    }
}
