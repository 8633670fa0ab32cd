import Bytes
import Foundation
import HTTPWire
import Testing

@testable import Ringfort

@Suite("A line of the log")
struct LogLineTests {
    @Test("says all there is to say about a request")
    func wholeLine() throws {
        let line = try Self.line(
            .sample(status: 403, method: .delete, route: 1), path: "/api/posts/123", subject: "alice",
            offered: "req-7", reason: "insufficient_scope", detail: "delete:posts"
        )
        let expected =
            #"{"time":"2026-11-24T07:52:30.123Z","level":"warning","event":"request","#
            + #""correlation_id":"00000000000000010000000000000002","client":"192.0.2.1","method":"DELETE","#
            + #""status":403,"duration_us":12,"bytes":423,"path":"/api/posts/123","route":"/api/posts/:id","#
            + #""subject":"alice","reason":"insufficient_scope","detail":"delete:posts","#
            + #""client_correlation_id":"req-7"}"# + "\n"
        #expect(line == expected)
    }

    @Test("leaves out what is not known")
    func shortLine() throws {
        let line = try Self.line(.sample(status: 400, method: nil))
        let expected =
            #"{"time":"2026-11-24T07:52:30.123Z","level":"warning","event":"request","#
            + #""correlation_id":"00000000000000010000000000000002","client":"192.0.2.1","#
            + #""status":400,"duration_us":12,"bytes":423}"# + "\n"
        #expect(line == expected)
    }

    @Test("has the level of its status", arguments: [(200, "info"), (399, "info"), (404, "warning"), (503, "error")])
    func levels(status: UInt16, level: String) throws {
        #expect(try Self.line(.sample(status: status)).contains("\"level\":\"\(level)\""))
    }

    @Test("says how long a path was that is cut")
    func cutPath() throws {
        let line = try Self.line(.sample(), path: "/" + String(repeating: "a", count: 999))
        #expect(line.contains("\"path\":\"/\(String(repeating: "a", count: 255))\",\"path_length\":1000"))
    }

    @Test(
        "is one line of plain JSON whatever a client sends",
        arguments: [
            Array("/a\r\n{\"event\":\"forged\"}".utf8), Array("/\u{1B}[2J\u{1B}]0;owned\u{7}".utf8),
            [0x2F, 0xFF, 0xC0, 0x80],
            Array("/\"\\\u{0}\u{7F}".utf8), Array("/\u{85}\u{2028}é".utf8), [0x2F, 0xE2, 0x82],
        ]
    )
    func injection(text: [UInt8]) throws {
        let line = try Self.line(.sample(), bytes: text)
        #expect(line.utf8.last == 0x0A)
        #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8))
        let members = try #require(parsed as? [String: Any])
        for name in ["path", "subject", "reason", "detail", "client_correlation_id"] {
            #expect(members[name] as? String == String(decoding: text, as: UTF8.self))
        }
        #expect(members["event"] as? String == "request")
        #expect(members.count == 14)
    }

    @Test("tells an event with its members, escaped")
    func event() throws {
        var formatter = LogLineFormatter(routes: [])
        var buffer = ByteBuffer(capacity: 256)
        let event = LogEvent(
            .info, "start", ["listen": .text("[::1]:8080"), "shards": .integer(2), "note": .text("a\n\"b\"")],
            wallClockNanoseconds: 0)
        formatter.append(event, into: &buffer)
        let expected =
            #"{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"start","listen":"[::1]:8080","shards":2,"#
            + #""note":"a\n\"b\""}"# + "\n"
        #expect(String(buffer.bytes) == expected)
    }

    private static func line(
        _ record: AccessRecord, path: String = "", subject: String = "", offered: String = "", reason: String = "",
        detail: String = ""
    ) throws -> String {
        let ring = LogRing(minimumCapacity: 0)
        var producer = LogProducer(ring, doorbell: try LogDoorbell())
        producer.append(
            record, path: path.utf8.span.raw, subject: subject.utf8.span.raw,
            offeredCorrelationID: offered.utf8.span.raw, reason: reason.utf8.span.raw, detail: detail.utf8.span.raw
        )
        return format(ring)
    }

    private static func line(_ record: AccessRecord, bytes: [UInt8]) throws -> String {
        let ring = LogRing(minimumCapacity: 0)
        var producer = LogProducer(ring, doorbell: try LogDoorbell())
        let text = bytes.span.raw
        producer.append(record, path: text, subject: text, offeredCorrelationID: text, reason: text, detail: text)
        return format(ring)
    }

    private static func format(_ ring: LogRing) -> String {
        var consumer = LogConsumer(ring)
        consumer.look()
        var formatter = LogLineFormatter(routes: ["/api/health", "/api/posts/:id"])
        var buffer = ByteBuffer(capacity: 64)
        if let entry = consumer.next() { formatter.append(entry, into: &buffer) }
        return String(buffer.bytes)
    }
}
