import Bytes
import Foundation
import HTTPWire

@testable import Ringfort

extension AccessRecord {
    /// A record whose numbers don't matter, save one to know it by.
    static func sample(
        number: UInt32 = 12, status: UInt16 = 200, method: HTTPWire.Method? = .get, route: Int? = nil,
        client: LogClient = LogClient(ipv4: 0xC000_0201)
    ) -> AccessRecord {
        AccessRecord(
            wallClockNanoseconds: 1_795_506_750_123_456_789, correlationID: CorrelationID(high: 1, low: 2),
            client: client, method: method, status: status, route: route, responseBytes: 423,
            durationMicroseconds: number
        )
    }
}

/// A record's contents, copied out of its ring.
struct TakenRecord: Equatable {
    var number: UInt32
    var path: String
    var subject: String
    var offered: String
    var reason: String
    var detail: String
}

extension LogConsumer {
    /// The next record that was there at the last look.
    mutating func take() -> TakenRecord? {
        guard let entry = next() else { return nil }
        return TakenRecord(
            number: entry.record.durationMicroseconds, path: String(entry.path), subject: String(entry.subject),
            offered: String(entry.offeredCorrelationID), reason: String(entry.reason), detail: String(entry.detail)
        )
    }

    /// All records that are there, whose room it gives back.
    mutating func takeAll() -> [TakenRecord] {
        look()
        var records: [TakenRecord] = []
        while let record = take() { records.append(record) }
        release()
        return records
    }
}

/// A pipe that a test writes lines into and reads back.
final class LinePipe: Sendable {
    private let pipe = Pipe()

    var writer: Int32 { pipe.fileHandleForWriting.fileDescriptor }

    /// Closes the reading end: the next write is EPIPE.
    func closeReader() { try? pipe.fileHandleForReading.close() }

    func makeWriterNonblocking() { _ = fcntl(writer, F_SETFL, O_NONBLOCK) }

    /// Closes the writing end: the reader comes to an end.
    func closeWriter() { try? pipe.fileHandleForWriting.close() }

    /// Closes the writing end, and gives all lines.
    func finish() -> [String] {
        closeWriter()
        return lines()
    }

    /// Gives all lines until the writing end is closed.
    func lines() -> [String] {
        let data = (try? pipe.fileHandleForReading.readToEnd()) ?? nil
        let text = data.map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}

/// Runs `body` on a thread of its own, and waits for it when asked to. The tasks' few threads must not be held up.
final class TestThread {
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Void) {
        let done = done
        Thread.detachNewThread {
            body()
            done.signal()
        }
    }

    func join() { done.wait() }
}
