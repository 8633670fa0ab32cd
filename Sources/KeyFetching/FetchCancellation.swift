internal import Synchronization

/// What a fetch asks whether it is still wanted.
package final class FetchCancellation: Sendable {
    private let flag = Atomic(false)

    /// One that nobody has cancelled.
    package init() {}

    /// Whether it was cancelled.
    package var isCancelled: Bool { flag.load(ordering: .relaxed) }

    /// Ends the fetch, within about a second. For good.
    package func cancel() { flag.store(true, ordering: .relaxed) }
}
