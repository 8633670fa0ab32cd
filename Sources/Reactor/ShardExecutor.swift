internal import Glibc
internal import Synchronization

/// Runs tasks on a shard's thread, between two of its passes: the executor of handlers that are `async`.
///
/// What is enqueued on the shard's own thread is run at the end of the pass; other threads wake the shard for theirs.
public final class ShardExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        /// The shard's thread, once it has run something.
        var thread: pthread_t?
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let mailbox: ShardMailbox

    /// The executor of the shard that listens to `mailbox`.
    public init(_ mailbox: ShardMailbox) { self.mailbox = mailbox }

    /// Has a piece of a task run on the shard. From any thread; the runtime calls it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let (isTaken, isForeign) = state.withLock { state in
            guard !state.hasEnded else { return (false, false) }
            state.jobs.append(job)
            return (true, state.thread != pthread_self())
        }
        // Tasks that outlive their shard end somewhere else: dropped, they would keep all that they hold.
        guard isTaken else { return globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
        if isForeign { mailbox.wake() }
    }

    /// Runs what is there now. On the shard's thread only.
    public func run() {
        let jobs = state.withLock { state in
            state.thread = pthread_self()
            defer { state.jobs = [] }
            return state.jobs
        }
        guard !jobs.isEmpty else { return }
        // SAFETY: each job was taken out of the queue, once, and runs on this executor's thread.
        for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
        // What these have enqueued gets its turn in the next pass, which must not wait for something else to happen.
        if state.withLock({ !$0.jobs.isEmpty }) { mailbox.wake() }
    }

    /// The shard runs nothing more.
    public func end() {
        let jobs = state.withLock { state in
            state.hasEnded = true
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }
}
