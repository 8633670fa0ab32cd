import Bytes
import Foundation
import Synchronization
import Testing

@testable import Ringfort

@Suite("A log ring")
struct LogRingTests {
    @Test("gives records back whole and in order, wherever they fall in its memory")
    func wrapsAround() throws {
        let ring = LogRing(minimumCapacity: 0)
        var producer = LogProducer(ring, doorbell: try LogDoorbell())
        var consumer = LogConsumer(ring)
        for number in 0..<UInt32(5000) {
            let text = String(repeating: "p", count: Int(number) % 256)
            producer.append(
                .sample(number: number), path: text.utf8.span.raw, subject: "user".utf8.span.raw,
                reason: "\(number)".utf8.span.raw
            )
            let expected = TakenRecord(
                number: number, path: text, subject: "user", offered: "", reason: "\(number)", detail: ""
            )
            #expect(consumer.takeAll() == [expected])
        }
        #expect(consumer.takeDrops() == 0)
    }

    @Test("drops what does not fit, counts it exactly, and goes on when there is room")
    func overflow() throws {
        let ring = LogRing(minimumCapacity: 4096)
        var producer = LogProducer(ring, doorbell: try LogDoorbell())
        var consumer = LogConsumer(ring)
        var received = 0
        var dropped: UInt64 = 0
        for round in 0..<100 {
            for number in 0..<100 { producer.append(.sample(number: UInt32(number)), path: "/a".utf8.span.raw) }
            let records = consumer.takeAll()
            let drops = consumer.takeDrops()
            #expect(records.count > 10 && drops > 10)
            #expect(records.count + Int(drops) == 100, "round \(round)")
            // What was kept is the oldest, without a gap.
            #expect(records.map(\.number) == (0..<UInt32(records.count)).map { $0 })
            received += records.count
            dropped += drops
        }
        #expect(received + Int(dropped) == 10_000)
    }

    @Test("cuts long texts, and says how long the path was")
    func cuts() throws {
        let ring = LogRing(minimumCapacity: 0)
        var producer = LogProducer(ring, doorbell: try LogDoorbell())
        var consumer = LogConsumer(ring)
        let long = String(repeating: "x", count: 100_000)
        producer.append(
            .sample(), path: long.utf8.span.raw, subject: long.utf8.span.raw,
            offeredCorrelationID: long.utf8.span.raw, reason: long.utf8.span.raw, detail: long.utf8.span.raw
        )
        consumer.look()
        let length = consumer.next()?.wholePathLength
        consumer.release()
        #expect(length == UInt16.max)
        producer.append(.sample(), path: long.utf8.span.raw, subject: long.utf8.span.raw)
        let record = try #require(consumer.takeAll().first)
        #expect(record.path.utf8.count == 256)
        #expect(record.subject.utf8.count == 128)
    }

    @Test("loses and mixes up nothing between two threads")
    func stress() throws {
        let total: UInt32 = 100_000
        let ring = LogRing(minimumCapacity: 4096)
        let doorbell = try LogDoorbell()
        let received = Mutex<(count: Int, faults: Int)>((0, 0))
        let isProduced = Atomic(false)

        let thread = TestThread {
            var consumer = LogConsumer(ring)
            var last = -1
            var isLast = false
            while !isLast {
                // Read first: what was there when the producer ended is then seen by the look that follows.
                isLast = isProduced.load(ordering: .acquiring)
                let records = consumer.takeAll()
                let faults = records.filter { record in
                    defer { last = Int(record.number) }
                    return Int(record.number) <= last || record != Self.record(record.number)
                }
                received.withLock {
                    $0.count += records.count
                    $0.faults += faults.count
                }
                if records.isEmpty { sched_yield() }
            }
        }
        var producer = LogProducer(ring, doorbell: doorbell)
        for number in 0..<total {
            let record = Self.record(number)
            producer.append(
                .sample(number: number), path: record.path.utf8.span.raw, subject: record.subject.utf8.span.raw,
                offeredCorrelationID: record.offered.utf8.span.raw, reason: record.reason.utf8.span.raw,
                detail: record.detail.utf8.span.raw
            )
            // Lets the other side come to run where there is one core only, or the test would show drops and no more.
            if number % 16 == 0 { sched_yield() }
        }
        isProduced.store(true, ordering: .releasing)
        thread.join()

        let outcome = received.withLock { $0 }
        #expect(outcome.faults == 0)
        #expect(outcome.count + Int(ring.dropped.load(ordering: .relaxed)) == Int(total))
        #expect(outcome.count > 1000)
    }

    /// Texts that depend on the number, with lengths that all differ.
    private static func record(_ number: UInt32) -> TakenRecord {
        let text = "\(number)"
        return TakenRecord(
            number: number, path: "/" + String(repeating: text, count: Int(number % 37)),
            subject: number % 3 == 0 ? "" : "subject-\(text)", offered: number % 5 == 0 ? text : "",
            reason: number % 2 == 0 ? "" : "reason_\(number % 7)",
            detail: String(repeating: "d", count: Int(number % 11))
        )
    }
}
