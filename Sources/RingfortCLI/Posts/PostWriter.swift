import Reactor
import SQLite
import Synchronization

/// The thread that changes posts. All that waits when it is ready shares one transaction, and so one wait for the disk.
final class PostWriter: Sendable {
    private let queue: PostChangeQueue
    private let thread: NativeThread

    /// - Parameter capacity: how many changes may wait, and share a transaction.
    /// - Throws: `ReactorError` when the system has no further thread.
    init(_ committer: consuming sending PostCommitter, capacity: Int) throws(ReactorError) {
        let queue = PostChangeQueue(committer, capacity: capacity)
        self.queue = queue
        thread = try NativeThread { while queue.commitNext() {} }
    }

    /// What was handed over is still committed.
    deinit {
        queue.stop()
        thread.join()
    }

    /// Has the change made, and returns what became of it once that is on the disk: the id of a new post, or how many
    /// posts the change has met. Waits for the disk.
    ///
    /// - Throws: `overloaded` at once when too many changes wait; what the database said.
    func make(_ change: PostChange) throws(PostError) -> Int64 {
        let waiting = WaitingChange(change)
        guard queue.append(waiting) else { throw .overloaded }
        return try waiting.result()
    }

    /// How many changes were handed over, and how many transactions were committed.
    var counts: (changes: Int, commits: Int) { queue.counts }
}

/// A change on its way, and what its thread waits for.
private final class WaitingChange: Sendable {
    let change: PostChange
    private let outcome = Mutex<Result<Int64, SQLiteError>?>(nil)
    private let done = Semaphore()

    init(_ change: PostChange) { self.change = change }

    func finish(_ result: Result<Int64, SQLiteError>) {
        outcome.withLock { $0 = result }
        done.post()
    }

    func result() throws(PostError) -> Int64 {
        done.wait()
        switch outcome.withLock({ $0 }) {
        case .success(let result): return result
        case .failure(let error): throw .database(error)
        case nil: preconditionFailure("a change ended without a result")
        }
    }
}

/// What waits for the writer.
private final class PostChangeQueue: Sendable {
    private struct State {
        var waiting: [WaitingChange] = []
        var changes = 0
        var isStopping = false
    }

    private let state = Mutex(State())
    private let doorbell = Semaphore()
    /// Locked by the writer's thread alone: the lock says so to the compiler.
    private let committer: Mutex<PostCommitter>
    private let commits = Atomic(0)

    private let capacity: Int

    init(_ committer: consuming sending PostCommitter, capacity: Int) {
        self.committer = Mutex(committer)
        self.capacity = capacity
    }

    var counts: (changes: Int, commits: Int) {
        (state.withLock { $0.changes }, commits.load(ordering: .relaxed))
    }

    /// Hands over a change; false when too many wait, or none is taken any more.
    func append(_ change: WaitingChange) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            guard !state.isStopping, state.waiting.count < capacity else { return (false, false) }
            state.waiting.append(change)
            state.changes += 1
            return (true, state.waiting.count == 1)
        }
        if isFirst { doorbell.post() }
        return isTaken
    }

    /// Waits for changes and commits all that are there; false when there will be none any more.
    func commitNext() -> Bool {
        doorbell.wait()
        let (group, isStopping) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, state.isStopping)
        }
        if !group.isEmpty { commit(group) }
        return !isStopping
    }

    private func commit(_ group: [WaitingChange]) {
        let (results, commits) = committer.withLock { $0.commit(group.map(\.change)) }
        self.commits.wrappingAdd(commits, ordering: .relaxed)
        for (waiting, result) in zip(group, results) { waiting.finish(result) }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        doorbell.post()
    }
}
