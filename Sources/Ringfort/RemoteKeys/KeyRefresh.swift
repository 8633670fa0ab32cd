import Tokens

/// When an issuer's keys are fetched: a state machine without clock, network and threads.
///
/// Keys are fetched again long before they are too old. A token that names an unknown key has them fetched at once, but
/// seldom, and no name is looked for twice within some minutes: so a flood of such tokens costs the issuer one fetch in half
/// a minute, and this server a table of bounded size. Times are nanoseconds of one monotonic clock.
struct KeyRefresh: Sendable {
    /// When the keys in force were fetched; nil when there are none.
    private(set) var fetched: UInt64?
    /// When they are fetched next.
    private(set) var due: UInt64 = 0
    /// How many fetches have failed since the last that did not.
    private(set) var failures: UInt32 = 0
    /// Whether a token's key is to be looked for before `due`.
    private(set) var isForced = false
    private var isFetching = false
    /// When the fetch that is under way was asked for.
    private var began: UInt64 = 0
    private var lastForced: UInt64?
    /// Until when it is known of a name that the issuer has no key of it.
    private var unknown: [KeyID: UInt64] = [:]

    private let limits: RemoteKeyLimits

    private static let second: UInt64 = 1_000_000_000
    private static let firstPauseNanoseconds = 5 * second
    private static let longestPauseNanoseconds = 60 * second

    /// No keys yet.
    init(_ limits: RemoteKeyLimits = RemoteKeyLimits()) { self.limits = limits }

    private var refreshNanoseconds: UInt64 { limits.refreshSeconds * Self.second }
    private var lifeNanoseconds: UInt64 { refreshNanoseconds + limits.staleSeconds * Self.second }
    private var unknownNanoseconds: UInt64 { limits.unknownKeySeconds * Self.second }

    enum Step: Equatable {
        /// Nothing is to be done for so long, unless somebody asks.
        case wait(nanoseconds: UInt64)
        /// Fetch the keys, and say how it went.
        case fetch
        /// The keys are too old to be believed: use them no more.
        case drop
    }

    /// What a token's sender is told whose key is not among the issuer's.
    enum Answer: Equatable {
        /// There is no such key.
        case unknown
        /// Nobody knows yet.
        case retry(afterSeconds: UInt32)
    }

    /// What is to be done now; a fetch has begun when it says so.
    mutating func next(now: UInt64) -> Step {
        if let fetched, now >= fetched + lifeNanoseconds {
            self.fetched = nil
            return .drop
        }
        guard isForced || now >= due else {
            let end = fetched.map { $0 + lifeNanoseconds }
            return .wait(nanoseconds: min(due, end ?? due) - now)
        }
        if !isForced { began = now }
        isForced = false
        isFetching = true
        return .fetch
    }

    /// The keys have come, and are in force.
    ///
    /// - Parameter random: any number; it spreads the fetches of many servers.
    mutating func succeeded(now: UInt64, random: UInt64) {
        isFetching = false
        failures = 0
        fetched = now
        due = now + Self.spread(refreshNanoseconds, random)
    }

    /// They have not come.
    mutating func failed(now: UInt64, random: UInt64) {
        isFetching = false
        failures &+= 1
        let doublings = min(failures - 1, 8)
        due = now + Self.spread(min(Self.firstPauseNanoseconds << doublings, Self.longestPauseNanoseconds), random)
        // Nobody has looked whether these are known.
        unknown = unknown.filter { $0.value < began + unknownNanoseconds }
    }

    /// A token asks for a key that the issuer did not have when it was asked last; `id` is nil for a token that names none.
    mutating func ask(for id: KeyID?, now: UInt64) -> Answer {
        if isFetching || isForced {
            // What comes says whether there is such a key: nobody is sent to ask for it twice.
            if let id { remember(id, now: now) }
            return .retry(afterSeconds: 1)
        }
        guard fetched != nil, failures == 0 else { return .retry(afterSeconds: secondsUntilDue(now)) }
        guard let id, unknown[id].map({ $0 <= now }) ?? true, mayForce(now) else { return .unknown }
        isForced = true
        (lastForced, began) = (now, now)
        remember(id, now: now)
        return .retry(afterSeconds: 1)
    }

    private func mayForce(_ now: UInt64) -> Bool {
        lastForced.map { now >= $0 + limits.forcedPauseSeconds * Self.second } ?? true
    }

    private mutating func remember(_ id: KeyID, now: UInt64) {
        if unknown.count >= limits.unknownKeys { unknown = unknown.filter { $0.value > now } }
        guard unknown.count < limits.unknownKeys else { return }
        unknown[id] = now + unknownNanoseconds
    }

    private func secondsUntilDue(_ now: UInt64) -> UInt32 {
        UInt32(clamping: max(1, (max(due, now) - now + Self.second - 1) / Self.second))
    }

    /// A time that is up to a tenth shorter.
    private static func spread(_ nanoseconds: UInt64, _ random: UInt64) -> UInt64 {
        nanoseconds - random % (nanoseconds / 10)
    }
}
