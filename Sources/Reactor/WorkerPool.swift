internal import Synchronization

/// Threads for work that waits: a bounded queue before a fixed number of workers.
///
/// A shard never waits for it: work that finds the queue full is refused at once. Its result goes back to the shard
/// through whatever the work itself fills, and `ShardMailbox.wake`.
public final class WorkerPool: Sendable {
    private let queue: WorkQueue
    private let threads: [NativeThread]

    /// A pool of `workers` threads before which at most `capacity` pieces of work wait.
    ///
    /// - Parameter niceness: by how much its threads give way to others, 0 to 19 (setpriority(2)): for work that is long and not
    ///   urgent.
    /// - Throws: `ReactorError.failed` when the system has no further thread.
    public init(workers: Int, capacity: Int, niceness: Int32 = 0) throws(ReactorError) {
        precondition(workers > 0 && capacity > 0, "a pool has workers and room")
        let queue = WorkQueue(capacity: capacity)
        var threads: [NativeThread] = []
        do throws(ReactorError) {
            for _ in 0..<workers { threads.append(try NativeThread(niceness: niceness) { Self.serve(queue) }) }
        } catch {
            queue.stop(workers: threads.count)
            for thread in threads { thread.join() }
            throw error
        }
        self.queue = queue
        self.threads = threads
    }

    /// Hands over a piece of work; false when too much waits already, or the pool has stopped. Never waits.
    public func submit(_ work: @escaping @Sendable () -> Void) -> Bool { queue.append(work) }

    /// How many pieces of work wait for a worker.
    public var waitingCount: Int { queue.count }

    /// Takes no more work, drops what waits, and lets the workers end with what they are at.
    ///
    /// Work that never returns keeps its thread: it is left behind, so that the process can end all the same.
    public func stop() {
        queue.stop(workers: threads.count)
        for thread in threads { thread.detach() }
    }

    private static func serve(_ queue: WorkQueue) {
        while let work = queue.next() { work() }
    }
}

/// What waits for a worker.
private final class WorkQueue: Sendable {
    private struct State {
        /// Waiting work from `first` on; what is before it has been taken.
        var work: [@Sendable () -> Void] = []
        var first = 0
        var isStopping = false

        var count: Int { work.count - first }
    }

    private let state = Mutex(State())
    private let capacity: Int
    /// Counts what was appended and not yet taken: whoever takes one may look.
    private let semaphore = Semaphore()

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { state.withLock { $0.count } }

    func append(_ work: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopping, state.count < capacity else { return false }
            state.work.append(work)
            return true
        }
        if isTaken { semaphore.post() }
        return isTaken
    }

    /// Waits for the next piece of work; nil when the pool has stopped.
    func next() -> (@Sendable () -> Void)? {
        semaphore.wait()
        return state.withLock { state in
            guard !state.isStopping, state.count > 0 else { return nil }
            defer {
                state.first += 1
                // What was taken is let go in one step, so that taking is O(1) on the whole.
                if state.first == state.work.count || state.first > 1024 {
                    state.work.removeFirst(state.first)
                    state.first = 0
                }
            }
            return state.work[state.first]
        }
    }

    func stop(workers: Int) {
        state.withLock { state in
            state.isStopping = true
            state.work = []
            state.first = 0
        }
        for _ in 0..<workers { semaphore.post() }
    }
}
