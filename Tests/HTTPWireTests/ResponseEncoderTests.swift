import Bytes
import TestSupport
import Testing

@testable import HTTPWire

/// One answer as text.
private func encoded(
    _ status: Status, _ mediaType: MediaType? = .plainText, body: String = "hello", overTLS: Bool = false,
    persistence: Persistence = .implied, isHead: Bool = false, at unixSeconds: Int64 = 784_111_777
) -> String {
    let encoder = ResponseEncoder(overTLS: overTLS, unixSeconds: unixSeconds)
    var output = ByteBuffer(capacity: 64)
    let bytes = body.bytes
    encoder.encode(
        status, mediaType, correlation: (high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210),
        body: bytes.span.raw, persistence: persistence, isHead: isHead, into: &output)
    return String(output.bytes)
}

@Suite("A response encoder")
struct ResponseEncoderTests {
    @Test("writes every byte of an answer")
    func whole() {
        #expect(
            encoded(.ok) == """
                HTTP/1.1 200 OK\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r
                X-Content-Type-Options: nosniff\r
                X-Frame-Options: DENY\r
                Referrer-Policy: no-referrer\r
                Cache-Control: no-store\r
                X-Correlation-ID: 0123456789abcdeffedcba9876543210\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Length: 5\r
                \r
                hello
                """)
    }

    @Test("writes HSTS over TLS only")
    func strictTransportSecurity() {
        let line = "\r\nStrict-Transport-Security: max-age=63072000; includeSubDomains\r\n"
        #expect(encoded(.ok, overTLS: true).contains(line) == true)
        #expect(encoded(.ok, overTLS: false).contains("Strict-Transport-Security") == false)
    }

    @Test("gives errors the same security headers")
    func errors() {
        func fixed(_ text: String) -> [Substring] {
            text.split(separator: "\r\n").filter {
                $0.contains(": ") && !$0.hasPrefix("Content-") || $0.hasPrefix("Content-S")
            }
        }
        for status in [Status.badRequest, .unauthorized, .notFound, .tooManyRequests, .internalServerError, .noContent]
        {
            #expect(fixed(encoded(status)) == fixed(encoded(.ok)))
        }
    }

    @Test("announces content for HEAD, and sends none")
    func head() {
        let text = encoded(.ok, body: "hello", isHead: true)
        #expect(text.hasSuffix("\r\nContent-Length: 5\r\n\r\n") == true)
        #expect(text == encoded(.ok).dropLast(5))
    }

    @Test("gives 204 and 304 neither length nor content", arguments: [Status.noContent, .notModified])
    func noContent(status: Status) {
        let text = encoded(status, nil)
        #expect(text.contains("Content-Length") == false)
        #expect(text.hasSuffix("fedcba9876543210\r\n\r\n") == true)
    }

    @Test("says Content-Length: 0 for an empty answer")
    func empty() {
        let text = encoded(.ok, nil, body: "")
        #expect(text.hasSuffix("\r\nContent-Length: 0\r\n\r\n") == true)
        #expect(text.contains("\r\nContent-Type:") == false)
    }

    @Test(
        "says what becomes of the connection",
        arguments: [
            (Persistence.implied, nil), (.keepAlive, "keep-alive"), (.close, "close"),
        ])
    func persistence(persistence: Persistence, value: String?) {
        let text = encoded(.ok, persistence: persistence)
        let lines = text.split(separator: "\r\n").filter { $0.hasPrefix("Connection") }
        #expect(lines == (value.map { ["Connection: \($0)"] } ?? []))
    }

    @Test("writes a status line for every status, also one without a phrase")
    func statusLines() {
        #expect(encoded(.ok).hasPrefix("HTTP/1.1 200 OK\r\n") == true)
        #expect(encoded(.headerFieldsTooLarge).hasPrefix("HTTP/1.1 431 Request Header Fields Too Large\r\n") == true)
        #expect(encoded(Status(418)).hasPrefix("HTTP/1.1 418 \r\n") == true)
        for code in UInt16(200)...599 {
            #expect(encoded(Status(code)).hasPrefix("HTTP/1.1 \(code) \(Status(code).reason)\r\n") == true)
        }
        #expect("\(ResponseEncoder.interimContinue)" == "HTTP/1.1 100 Continue\r\n\r\n")
    }

    @Test("writes an answer's own headers")
    func ownHeaders() throws {
        let encoder = ResponseEncoder(overTLS: false, unixSeconds: 0)
        var headers = HeaderBlock()
        headers.append(HeaderName("Retry-After"), decimal: 30)
        headers.append(HeaderName("Allow"), "GET, HEAD")
        try headers.append(HeaderName("Location"), "/posts/ü\t1".bytes.span.raw)
        var output = ByteBuffer(capacity: 64)
        encoder.encode(
            .created, nil, headers: headers.lines, correlation: (high: 0, low: 0), body: RawSpan(),
            persistence: .implied, isHead: false, into: &output)
        let text = String(output.bytes)
        #expect(text.contains("\r\nRetry-After: 30\r\nAllow: GET, HEAD\r\nLocation: /posts/ü\t1\r\n") == true)
        headers.removeAll()
        #expect(headers.lines.bytes.byteCount == 0)
    }

    @Test(
        "can't be given a header with a line break",
        arguments: ["a\r\nX: y", "a\nb", "a\rb", "\u{0}", "a\u{1F}", "\u{7F}", "0123456789abcdef\n"])
    func headerInjection(value: String) {
        var headers = HeaderBlock()
        headers.append(HeaderName("X-A"), "kept")
        let bytes = value.bytes
        #expect(throws: HeaderFault.malformedValue) { try headers.append(HeaderName("X-B"), bytes.span.raw) }
        #expect(String(headers.lines.bytes) == "X-A: kept\r\n")
    }

    @Test("keeps its date until it is told another")
    func date() {
        var encoder = ResponseEncoder(overTLS: true, unixSeconds: 0)
        var output = ByteBuffer(capacity: 64)
        for (seconds, text) in [(0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT")] {
            encoder.setDate(unixSeconds: Int64(seconds))
            output.removeAll()
            encoder.encode(
                .ok, nil, correlation: (high: 0, low: 0), body: RawSpan(), persistence: .implied, isHead: false,
                into: &output)
            #expect(String(output.bytes).contains("\r\nDate: \(text)\r\nContent-Security") == true)
        }
    }

    @Test("says what holds for TLS where the answer at hand goes over it, and nowhere else")
    func overTLS() {
        var encoder = ResponseEncoder(overTLS: true, unixSeconds: 0)
        for isOverTLS in [true, false, true] {
            var output = ByteBuffer(capacity: 64)
            encoder.isOverTLS = isOverTLS
            encoder.encode(
                .ok, nil, correlation: (high: 0, low: 0), body: RawSpan(), persistence: .implied, isHead: false,
                into: &output)
            #expect(String(output.bytes).contains("\r\nStrict-Transport-Security: ") == isOverTLS)
        }
    }

    @Test("appends pipelined answers one behind the other")
    func pipelined() {
        let encoder = ResponseEncoder(overTLS: false, unixSeconds: 784_111_777)
        var output = ByteBuffer(capacity: 64)
        let bytes = "hello".bytes
        for _ in 0..<16 {
            encoder.encode(
                .ok, .plainText, correlation: (high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210),
                body: bytes.span.raw, persistence: .implied, isHead: false, into: &output)
        }
        #expect(String(output.bytes) == String(repeating: encoded(.ok), count: 16))
    }

    @Test("leaves no header of its own to anybody else, in whatever case")
    func reservedNames() {
        let head = encoded(.ok, overTLS: true, persistence: .close).split(separator: "\r\n\r\n")[0]
        let names = head.split(separator: "\r\n").dropFirst().compactMap { $0.split(separator: ":").first }
        #expect(names.contains("Cache-Control") && names.contains("Strict-Transport-Security"))
        for name in names {
            #expect(Self.isReserved(String(name)), "\(name)")
            #expect(Self.isReserved(name.uppercased()), "\(name)")
        }
        #expect(!Self.isReserved("Location"))
    }

    private static func isReserved(_ name: String) -> Bool { HeaderName.isEncoders(name.utf8.span.raw) }
}
