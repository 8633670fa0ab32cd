import Bytes
import Foundation
import TestSupport
import Testing

@testable import Tokens

@Suite("An RFC 3339 date")
struct RFC3339Tests {
    @Test(
        "is read as its Unix time",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2022-01-01T00:00:00+00:00", 1_640_995_200),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("1969-12-31T23:59:59Z", -1), ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("1996-12-19T16:39:57-08:00", 851_042_397), ("1937-01-01T12:00:27.87+00:20", -1_041_337_172),
            ("1985-04-12T23:20:50.52Z", 482_196_051), ("1985-04-12T23:20:50.00Z", 482_196_050),
            ("1985-04-12t23:20:50z", 482_196_050), ("2023-11-14T22:13:20-00:00", 1_700_000_000),
            ("2023-11-15T22:12:20+23:59", 1_700_000_000), ("2024-02-29T00:00:00Z", 1_709_164_800),
        ] as [(String, Int64)])
    func reads(text: String, seconds: Int64) {
        #expect(RFC3339.unixSeconds(Array(text.utf8).span.raw) == seconds)
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "Z", "2022-01-01", "2022-01-01T00:00:00", "2022-01-01 00:00:00Z", "2022-01-01T00:00Z",
            "22-01-01T00:00:00Z",
            "2022-1-01T00:00:00Z", "2022-13-01T00:00:00Z", "2022-00-01T00:00:00Z", "2022-01-00T00:00:00Z",
            "2022-01-32T00:00:00Z", "2022-04-31T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2022-01-01T24:00:00Z", "2022-01-01T00:60:00Z", "2016-12-31T23:59:60Z", "2022-01-01T00:00:00.Z",
            "2022-01-01T00:00:00.5", "2022-01-01T00:00:00,5Z", "2022-01-01T00:00:00+0000", "2022-01-01T00:00:00+00",
            "2022-01-01T00:00:00+24:00", "2022-01-01T00:00:00+00:60", "2022-01-01T00:00:00Z ", " 2022-01-01T00:00:00Z",
            "2022-01-01T00:00:00ZZ", "+022-01-01T00:00:00Z", "2022-01-01T00:00:00\u{2212}08:00", "2022-01-01T0a:00:00Z",
            "２０２２-01-01T00:00:00Z", "2022/01/01T00:00:00Z", "2022-01-01T00.00.00Z", "12022-01-01T00:00:00Z",
        ])
    func refuses(text: String) {
        #expect(RFC3339.unixSeconds(Array(text.utf8).span.raw) == nil)
    }

    @Test("is written as Foundation writes it, and read back, over all years")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<2_000 {
            let seconds = Int64(generator.next() % 253_402_300_800)
            var buffer = ByteBuffer(capacity: 32)
            RFC3339.append(seconds, to: &buffer)
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            let text = String(buffer.bytes)
            #expect(text == expected.replacingOccurrences(of: "Z", with: "+00:00"))
            let back = RFC3339.unixSeconds(buffer.bytes)
            #expect(back == seconds)
        }
    }
}
