import Synchronization
import TestSupport
import Testing

@testable import Reactor

@Suite("A worker pool")
struct WorkerPoolTests {
    @Test("does every piece of work once")
    func everyPiece() throws {
        let pool = try WorkerPool(workers: 3, capacity: 10_000)
        let done = Atomic<Int>(0)
        let meeting = Rendezvous(4)
        let submitted = (0..<5000).filter { _ in pool.submit { done.wrappingAdd(1, ordering: .relaxed) } }.count
        #expect(submitted == 5000)
        // Work is taken in order: when all workers have come here, all that was handed over before is done.
        for _ in 0..<3 { #expect(pool.submit { meeting.meet() }) }
        meeting.meet()
        #expect(done.load(ordering: .relaxed) == 5000)
        pool.stop()
    }

    @Test("refuses what finds the queue full, without waiting")
    func full() throws {
        let pool = try WorkerPool(workers: 1, capacity: 2)
        let begun = Rendezvous(2)
        let end = Rendezvous(2)
        #expect(
            pool.submit {
                begun.meet()
                end.meet()
            })
        begun.meet()
        #expect(pool.submit {})
        #expect(pool.submit {})
        #expect(!pool.submit {})
        #expect(pool.waitingCount == 2)
        end.meet()
        pool.stop()
    }

    @Test("takes no work when it has stopped")
    func stopped() throws {
        let pool = try WorkerPool(workers: 2, capacity: 2)
        pool.stop()
        #expect(!pool.submit {})
    }
}
