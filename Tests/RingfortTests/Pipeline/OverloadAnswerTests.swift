import Bytes
import HTTPWire
import Testing

@testable import Ringfort

@Suite("The answer of a server without room")
struct OverloadAnswerTests {
    @Test("is what any other 503 looks like, with the id and the date of the moment", arguments: [false, true])
    func sameAsEncoded(isHead: Bool) {
        var encoder = ResponseEncoder(overTLS: false, unixSeconds: 0)
        var prepared = OverloadAnswer(encoder)
        encoder.setDate(unixSeconds: 1_795_000_000)
        prepared.encode(encoder)
        let id = CorrelationID(high: 0x0123_4567_89AB_CDEF, low: 42)
        let problem = Problem.overloaded(retryAfterSeconds: 1)
        var headers = HeaderBlock()
        var body = ByteBuffer(capacity: 256)
        var expected = ByteBuffer(capacity: 1024)
        problem.writeHeaders(realm: RawSpan(), into: &headers)
        problem.writeBody(correlationID: id, violations: ByteBuffer(capacity: 0), into: &body)
        encoder.encode(
            problem.status, .problemJSON, headers: headers.lines, correlation: id.words, body: body.bytes,
            persistence: .close, isHead: isHead, into: &expected)
        var written = ByteBuffer(capacity: 1024)
        prepared.write(id, isHead: isHead, into: &written)
        #expect(String(written.bytes) == String(expected.bytes))
    }
}
