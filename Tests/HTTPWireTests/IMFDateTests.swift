import Bytes
import Glibc
import TestSupport
import Testing

@testable import HTTPWire

@Suite("An IMF-fixdate")
struct IMFDateTests {
    @Test("agrees with the C library, on every day and at random moments")
    func againstLibrary() {
        var random = SeededGenerator(seed: 1)
        for day in Int64(0)..<50_000 { expectAgreement(day * 86_400 + Int64.random(in: 0..<86_400, using: &random)) }
        for _ in 0..<1_000 { expectAgreement(Int64.random(in: 0...253_402_300_799, using: &random)) }
    }

    @Test("takes a moment out of its range for the nearest in it")
    func outOfRange() {
        #expect(text(-1) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(text(.min) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(text(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
    }

    private func text(_ unixSeconds: Int64) -> String { String(IMFDate(unixSeconds: unixSeconds).text.span.raw) }

    private func expectAgreement(_ unixSeconds: Int64) {
        var seconds = time_t(unixSeconds)
        var parts = unsafe tm()
        var buffer = [CChar](repeating: 0, count: 64)
        // SAFETY: both calls are done with their arguments when they return, and the second is told the buffer's size.
        _ = unsafe gmtime_r(&seconds, &parts)
        let count = unsafe strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        let expected = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let actual = text(unixSeconds)
        // Compared here: a macro for each of 50,000 days would cost more than all of them.
        if actual != expected { Issue.record("\(unixSeconds): \(actual) instead of \(expected)") }
    }
}
