import Glibc
import Synchronization

/// Runs `body` on `count` new threads at once, each with its index, and returns what they return, in order.
///
/// The threads wait for one another before the first begins, so that they really run against each other.
public func onThreads<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
    let start = Rendezvous(count)
    let workers = (0..<count).map { index in
        Worker {
            start.meet()
            return body(index)
        }
    }
    let threads = workers.map { $0.start() }
    return zip(workers, threads).compactMap { $0.result(of: $1) }
}

/// Where a number of threads wait for one another, as often as they like.
public final class Rendezvous: Sendable {
    private let count: Int
    private let arrivals = Atomic<Int>(0)

    /// A place where `count` threads meet.
    public init(_ count: Int) { self.count = count }

    /// Returns when all threads are here. Rounds count from zero, one a meeting.
    public func meet(round: Int = 0) {
        arrivals.wrappingAdd(1, ordering: .acquiringAndReleasing)
        while arrivals.load(ordering: .acquiring) < (round + 1) * count { sched_yield() }
    }
}

private class Work {
    func run() {}
}

/// One thread's work, and what came of it.
private final class Worker<Result>: Work {
    private let body: () -> Result
    private var result: Result?

    init(_ body: @escaping () -> Result) { self.body = body }

    override func run() { result = body() }

    func start() -> pthread_t {
        var thread = pthread_t()
        // SAFETY: the retain that is passed on is given back by the thread itself, which takes no other argument.
        let failure = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, Unmanaged<Work>.passRetained(self).toOpaque())
        precondition(failure == 0, "no thread to be had")
        return thread
    }

    /// Waits for the thread, after which what it wrote is ours to read.
    func result(of thread: pthread_t) -> Result? {
        pthread_join(thread, nil)
        return result
    }
}
