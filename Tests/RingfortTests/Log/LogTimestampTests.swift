import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A timestamp of the log")
struct LogTimestampTests {
    @Test("is the date that the calendar says", arguments: 0..<200)
    func agreesWithFoundation(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        // Up to the year 2500, leap years and centuries included.
        let milliseconds = UInt64.random(in: 0..<16_725_225_600_000, using: &random)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let expected = formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000 + 0.0001))
        #expect(Self.text(milliseconds * 1_000_000) == expected)
    }

    @Test(
        "is right at the edges of the calendar",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_735_689_599_999, "2024-12-31T23:59:59.999Z"), (1_735_689_600_000, "2025-01-01T00:00:00.000Z"),
        ]
    )
    func edges(milliseconds: UInt64, text: String) { #expect(Self.text(milliseconds * 1_000_000) == text) }

    @Test("keeps the text of a second, and drops it with the next")
    func cached() {
        var timestamp = LogTimestamp()
        var buffer = ByteBuffer(capacity: 128)
        for milliseconds: UInt64 in [1, 999, 1000, 0] { timestamp.write(milliseconds * 1_000_000, into: &buffer) }
        let times = ["00:00:00.001", "00:00:00.999", "00:00:01.000", "00:00:00.000"]
        #expect(String(buffer.bytes) == times.map { "1970-01-01T\($0)Z" }.joined())
    }

    private static func text(_ nanoseconds: UInt64) -> String {
        var timestamp = LogTimestamp()
        var buffer = ByteBuffer(capacity: 64)
        timestamp.write(nanoseconds, into: &buffer)
        return String(buffer.bytes)
    }
}
