import Bytes
import TestSupport
import Testing

@testable import HTTPWire

@Suite("The wire's hot path")
struct AllocationTests {
    @Test("allocates nothing in steady state", .enabled(if: allocationsAreGated))
    func steadyState() {
        let request = """
            POST /api/posts/%31?page=2 HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer abc\r
            Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r
            5\r\nhello\r\n0\r\nX: y\r\n\r\n
            """.bytes
        var head = RequestHead()
        var scratch = ByteBuffer(capacity: 1_024)
        var body = ByteBuffer(capacity: 1_024)
        var output = ByteBuffer(capacity: 4_096)
        var headers = HeaderBlock()
        let encoder = ResponseEncoder(overTLS: true, unixSeconds: 784_111_777)
        let retryAfter = HeaderName("Retry-After")

        func serve() -> Bool {
            do throws(WireError) {
                guard case .complete(let end) = try head.parse(request.span.raw, limits: .standard) else {
                    return false
                }
                _ = try head.canonicalPath(in: request.span.raw, scratch: &scratch)
                var decoder = try BodyDecoder(head.framing, limits: .standard)
                body.removeAll()
                _ = try decoder.decode(request.span.raw.extracting(end..<request.count), into: &body)
                headers.removeAll()
                headers.append(retryAfter, decimal: 1)
                output.removeAll()
                encoder.encode(
                    .tooManyRequests, .problemJSON, headers: headers.lines, correlation: (high: 1, low: 2),
                    body: body.bytes, persistence: head.persistence, isHead: false, into: &output)
                return decoder.isComplete
            } catch {
                return false
            }
        }
        #expect(serve() == true)
        let counted = allocations { (0..<100).allSatisfy { _ in serve() } }
        #expect(counted.result == true)
        #expect(counted.count == 0)
    }
}
