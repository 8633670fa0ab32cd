import Synchronization

/// Counts pieces of work, and how many of them are under way at the same time.
package final class WorkGauge: Sendable {
    private let counts = Mutex((all: 0, now: 0, most: 0))

    /// How many there have been.
    package var total: Int { counts.withLock { $0.all } }

    /// How many there have been at the same time, at most.
    package var mostAtOnce: Int { counts.withLock { $0.most } }

    /// Does a piece of work.
    func count<Result>(_ work: () -> Result) -> Result {
        counts.withLock { counts in
            counts.all += 1
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
        defer { counts.withLock { $0.now -= 1 } }
        return work()
    }
}
