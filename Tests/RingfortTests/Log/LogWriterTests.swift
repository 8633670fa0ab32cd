import Bytes
import Foundation
import Testing

@testable import Ringfort

@Suite("The log")
struct LogWriterTests {
    @Test("writes what all shards and events left, until it is stopped")
    func writesAll() throws {
        let pipe = LinePipe()
        let log = try LogWriter(shards: 2, routes: ["/api/health"], descriptor: pipe.writer)
        try log.start()
        log.record(.info, "start", ["shards": .integer(2)])
        var first = log.producer(shard: 0)
        var second = log.producer(shard: 1)
        for number in 0..<UInt32(50) {
            first.append(.sample(number: number, route: 0), path: "/first".utf8.span.raw)
            second.append(.sample(number: number, route: 0), path: "/second".utf8.span.raw)
        }
        log.stop()
        let lines = pipe.finish()
        #expect(lines.count == 101)
        #expect(lines.filter { $0.contains("\"event\":\"start\"") }.count == 1)
        for path in ["/first", "/second"] {
            let numbers = lines.filter { $0.contains(path) }.compactMap { Self.member("duration_us", of: $0) }
            #expect(numbers == Array(0..<50))
        }
        #expect(log.droppedRecords == 0 && log.lostLines == 0)
    }

    @Test("reports exactly what was dropped, behind what got through before")
    func reportsDrops() throws {
        let pipe = LinePipe()
        let log = try LogWriter(shards: 1, ringBytes: 4096, descriptor: pipe.writer)
        var producer = log.producer(shard: 0)
        for number in 0..<UInt32(100) { producer.append(.sample(number: number)) }
        try log.start()
        log.stop()
        let lines = pipe.finish()
        let kept = lines.filter { $0.contains("\"event\":\"request\"") }.count
        let report = try #require(lines.last)
        #expect(report.contains("\"level\":\"warning\",\"event\":\"log_dropped\""))
        #expect(Self.member("shard", of: report) == 0)
        #expect(Self.member("count", of: report) == 100 - kept)
        #expect(kept > 10 && lines.count == kept + 1)
        #expect(log.droppedRecords == UInt64(100 - kept))
    }

    @Test("survives a reader that is gone, and counts what is lost")
    func brokenPipe() throws {
        let pipe = LinePipe()
        pipe.closeReader()
        let log = try LogWriter(shards: 1, descriptor: pipe.writer)
        var producer = log.producer(shard: 0)
        for _ in 0..<10 { producer.append(.sample()) }
        try log.start()
        log.stop()
        #expect(log.lostLines == 10)
    }

    @Test("drops events when too many wait, and says how many")
    func boundedEvents() throws {
        let pipe = LinePipe()
        let log = try LogWriter(shards: 0, descriptor: pipe.writer)
        for _ in 0..<LogEventQueue.capacity + 7 { log.record(.error, "trouble") }
        let writer = TestThread {
            try? log.start()
            log.stop()
            pipe.closeWriter()
        }
        let lines = pipe.lines()
        writer.join()
        #expect(lines.count == LogEventQueue.capacity + 1)
        #expect(lines.last?.contains("\"event\":\"log_dropped\",\"count\":7}") == true)
    }

    @Test("may be stopped twice, or before it started")
    func stopTwice() throws {
        let pipe = LinePipe()
        let log = try LogWriter(shards: 1, descriptor: pipe.writer)
        log.stop()
        try log.start()
        log.stop()
        log.stop()
        #expect(pipe.finish().isEmpty)
    }

    @Test(
        "tells of requests as its policy says", arguments: [(200, true, false), (399, true, false), (400, true, true)]
    )
    func policy(status: UInt16, all: Bool, problems: Bool) {
        #expect(LogPolicy.all.admits(status: status) == all)
        #expect(LogPolicy.problems.admits(status: status) == problems)
    }

    private static func member(_ name: String, of line: String) -> Int? {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object?[name] as? Int
    }
}
