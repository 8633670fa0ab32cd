import Bytes
import Testing

@testable import HTTPWire

@Suite("A request is refused")
struct RequestRefusalTests {
    @Test(
        "for its request line",
        arguments: [
            ("", WireError.malformedRequestLine), (" GET / HTTP/1.1", .malformedRequestLine),
            ("GET", .malformedRequestLine), ("GET ", .malformedRequestLine), ("GET /", .malformedRequestLine),
            ("GET / ", .malformedRequestLine), ("GET  / HTTP/1.1", .malformedRequestLine),
            ("GET /  HTTP/1.1", .malformedRequestLine), ("GET\t/ HTTP/1.1", .malformedRequestLine),
            ("GET / HTTP/1.1 ", .malformedRequestLine), ("GET / HTTP/1.1\t", .malformedRequestLine),
            ("G(T / HTTP/1.1", .malformedRequestLine), ("G\u{0}T / HTTP/1.1", .malformedRequestLine),
            ("Gé / HTTP/1.1", .malformedRequestLine), ("G\nT / HTTP/1.1", .bareLineFeed),
            ("GET / HTTP/1.1\nX: y", .bareLineFeed), ("GET / HTTP/1.1\rX", .bareCarriageReturn),
            ("GET / HTTP/1.1\r", .bareCarriageReturn), ("GET\r/ HTTP/1.1", .malformedRequestLine),
            ("GET / HTTP/1.10", .malformedVersion), ("GET / HTTP/11", .malformedVersion),
            ("GET / HTTP/1", .malformedRequestLine), ("GET / HTTP/1.x", .malformedVersion),
            ("GET / http/1.1", .malformedVersion), ("GET / HTTPS/1.1", .malformedVersion),
            ("GET / HTTP/0.9", .unsupportedVersion), ("GET / HTTP/1.2", .unsupportedVersion),
            ("GET / HTTP/2.0", .unsupportedVersion), ("GET / HTTP/3.1", .unsupportedVersion),
        ])
    func requestLine(line: String, expected: WireError) {
        #expect(fault(of: line, "Host: h") == expected)
    }

    @Test(
        "for its target",
        arguments: [
            "/a#b", "/?a#b", "#", "/\u{1}", "/\u{7F}", "/é", "/?é", "/a\u{0}", "example.com", "example.com:80", "?q",
            "*", "**", "http:/a", "http://", "http:///a", "http://?a", "http://u@h/", "http://u:p@h/", "http://h:x/",
            "http://h:65536/", "http://h:123456/", "http://[::1/", "http://[::1]x/", "http://[::g]/",
            "http://[fe80::1%25eth0]/", "http://a b/", "ftp://h/", "xhttp://h/", "http//h/", "mailto:a",
        ])
    func target(target: String) {
        let expected: WireError = target.contains(" ") ? .malformedVersion : .malformedTarget
        #expect(fault(of: "GET \(target) HTTP/1.1", "Host: h") == expected)
    }

    @Test("for a target that its method does not have")
    func targetOfMethod() {
        #expect(fault(of: "OPTIONS * HTTP/1.1", "Host: h") == nil)
        #expect(fault(of: "CONNECT h:80 HTTP/1.1", "Host: h") == nil)
        #expect(fault(of: "CONNECT [::1]:80 HTTP/1.1", "Host: h") == nil)
        for target in ["/", "h", "h:", "[::1]", "[::1]:", "http://h:80/", "*", "h:80/", "u@h:80", "h:80?q"] {
            #expect(fault(of: "CONNECT \(target) HTTP/1.1", "Host: h") == .malformedTarget, "\(target)")
        }
    }

    @Test(
        "for a line in its head",
        arguments: [
            (" X: y", WireError.whitespaceBeforeHeader), ("\tX: y", .whitespaceBeforeHeader),
            ("A: b\r\n c", .foldedHeader), ("A: b\r\n\tc", .foldedHeader), ("A: b\r\n : c", .foldedHeader),
            (": y", .emptyHeaderName), ("X : y", .malformedHeaderName), ("X\t: y", .malformedHeaderName),
            ("X y: z", .malformedHeaderName), ("X", .malformedHeaderName), ("X y", .malformedHeaderName),
            ("X(: y", .malformedHeaderName), ("X\u{0}: y", .malformedHeaderName), ("Xé: y", .malformedHeaderName),
            ("X_\u{7F}: y", .malformedHeaderName), ("X\n: y", .bareLineFeed), ("X\r: y", .malformedHeaderName),
            ("X: a\u{0}b", .malformedHeaderValue), ("X: a\u{1}", .malformedHeaderValue),
            ("X: \u{7F}", .malformedHeaderValue), ("X: \u{B}", .malformedHeaderValue),
            ("X: a\nY: b", .bareLineFeed), ("X:\nY: b", .bareLineFeed), ("X: a\rY: b", .bareCarriageReturn),
            ("X: a\r\r", .bareCarriageReturn), ("\rX: a", .bareCarriageReturn), ("\nX: a", .bareLineFeed),
        ])
    func headerLine(lines: String, expected: WireError) {
        #expect(fault(of: "GET / HTTP/1.1", lines, "Host: h") == expected)
        let shifted = "GET /shifted-by-a-dozen HTTP/1.1"
        let later: WireError = expected == .whitespaceBeforeHeader ? .foldedHeader : expected
        #expect(fault(of: shifted, "Host: h", lines) == later)
    }

    @Test(
        "for its Host",
        arguments: [
            ([], WireError.missingHost), (["Accept: */*"], .missingHost), (["Host_: h"], .missingHost),
            (["Host: h", "Host: h"], .duplicateHost), (["host: a", "HOST: b"], .duplicateHost),
            (["Host:"], .malformedHost), (["Host: "], .malformedHost), (["Host: a b"], .malformedHost),
            (["Host: a/b"], .malformedHost), (["Host: a,b:c"], .malformedHost), (["Host: u@h"], .malformedHost),
            (["Host: h:8o"], .malformedHost), (["Host: h:65536"], .malformedHost), (["Host: h:1:2"], .malformedHost),
            (["Host: :80"], .malformedHost), (["Host: [::1"], .malformedHost), (["Host: ::1"], .malformedHost),
            (["Host: [1]"], .malformedHost), (["Host: [::1]a"], .malformedHost), (["Host: [:::]"], .malformedHost),
            (["Host: [1:2:3:4:5:6:7]"], .malformedHost), (["Host: [1:2:3:4:5:6:7:8:9]"], .malformedHost),
            (["Host: [1::2::3]"], .malformedHost),
            (["Host: [1:2:3:4:5:6:7:8::]"], .malformedHost), (["Host: [1::2:3:4:5:6:7:8]"], .malformedHost),
            (["Host: [12345::]"], .malformedHost),
            (["Host: [::1.2.3]"], .malformedHost), (["Host: [::1.2.3.256]"], .malformedHost),
            (["Host: [::01.2.3.4]"], .malformedHost), (["Host: [1:]"], .malformedHost),
            (["Host: [:1]"], .malformedHost), (["Host: [v.a]"], .malformedHost), (["Host: [v1.]"], .malformedHost),
            (["Host: [vg.a]"], .malformedHost), (["Host: [v1.a/]"], .malformedHost), (["Host: []"], .malformedHost),
            (["Host: %4"], .malformedHost), (["Host: %zz"], .malformedHost), (["Host: é"], .malformedHost),
            (["Host: a<b"], .malformedHost), (["Host: h\\"], .malformedHost), (["Host: h#"], .malformedHost),
        ])
    func host(headers: [String], expected: WireError) {
        let text = (["GET / HTTP/1.1"] + headers).map { $0 + "\r\n" }.joined() + "\r\n"
        #expect(fault(of: text.bytes) == expected)
    }

    @Test(
        "not for a Host that is right",
        arguments: [
            "h", "example.com", "example.com:", "example.com:0", "example.com:65535", "a_b", "a!$&'()*+,;=~", "%41b",
            "[::]", "[::1]:80", "[1::]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:1.2.3.4]", "[::255.255.255.255]",
            "[1::2:3]", "[1:2:3:4:5:6:7::]", "[v1.a:b]", "[VF.!]", "127.0.0.1:8080", "xn--nxasmq6b", "a.",
            "a-very-long-name.that-takes.more-than-sixteen.bytes:12345",
        ])
    func goodHost(host: String) {
        #expect(fault(of: "GET / HTTP/1.1", "Host: \(host)") == nil)
        #expect(fault(of: "GET http://\(host)/ HTTP/1.1", "Host: \(host)") == nil)
        #expect(fault(of: "GET http://\(host)?q HTTP/1.1", "Host: h") == nil)
    }

    @Test("also without a Host header in HTTP/1.1 when the target has an authority")
    func hostBesideAuthority() {
        #expect(fault(of: "GET http://h/ HTTP/1.1", "Accept: */*") == .missingHost)
        #expect(fault(of: "GET http://h/ HTTP/1.1", "Host: a/b") == .malformedHost)
        #expect(fault(of: "GET / HTTP/1.0", "Accept: */*") == nil)
    }

    @Test(
        "for its framing",
        arguments: [
            (["Content-Length:"], WireError.malformedContentLength), (["Content-Length: +5"], .malformedContentLength),
            (["Content-Length: -5"], .malformedContentLength), (["Content-Length: 0x5"], .malformedContentLength),
            (["Content-Length: 5, 5"], .malformedContentLength), (["Content-Length: 5,"], .malformedContentLength),
            (["Content-Length: 5 5"], .malformedContentLength), (["Content-Length: 5."], .malformedContentLength),
            (["Content-Length: \"5\""], .malformedContentLength), (["Content-Length: ٥"], .malformedContentLength),
            (["Content-Length: 18446744073709551616"], .malformedContentLength),
            (["Content-Length: 99999999999999999999999"], .malformedContentLength),
            (["Content-Length: 5", "Content-Length: 6"], .duplicateContentLength),
            (["Content-Length: 5", "content-length: 5"], .duplicateContentLength),
            (["Content-Length: 5", "Transfer-Encoding: chunked"], .lengthWithTransferEncoding),
            (["Transfer-Encoding: chunked", "Content-Length: 5"], .lengthWithTransferEncoding),
            (["Transfer-Encoding: chunked", "Content-Length: z"], .lengthWithTransferEncoding),
            (["Transfer-Encoding:"], .malformedTransferEncoding),
            (["Transfer-Encoding: identity"], .malformedTransferEncoding),
            (["Transfer-Encoding: gzip"], .malformedTransferEncoding),
            (["Transfer-Encoding: chunked, gzip"], .malformedTransferEncoding),
            (["Transfer-Encoding: chunked, chunked"], .malformedTransferEncoding),
            (["Transfer-Encoding: chunked, gzip, chunked"], .malformedTransferEncoding),
            (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], .malformedTransferEncoding),
            (["Transfer-Encoding: chunked", "Transfer-Encoding: gzip"], .malformedTransferEncoding),
            (["Transfer-Encoding: chunked;q=1"], .malformedTransferEncoding),
            (["Transfer-Encoding: xchunked"], .malformedTransferEncoding),
            (["Transfer-Encoding: chunked x"], .malformedTransferEncoding),
            (["Transfer-Encoding: \"chunked\""], .malformedTransferEncoding),
            (["Transfer-Encoding: gzip, chunked"], .unsupportedTransferEncoding),
            (["Transfer-Encoding: gzip ,\tChunked"], .unsupportedTransferEncoding),
        ])
    func framing(headers: [String], expected: WireError) {
        let text = (["POST / HTTP/1.1", "Host: h"] + headers).map { $0 + "\r\n" }.joined() + "\r\n"
        #expect(fault(of: text.bytes) == expected)
    }

    @Test("for a Transfer-Encoding in HTTP/1.0")
    func transferEncodingInHTTP10() {
        #expect(fault(of: "POST / HTTP/1.0", "Transfer-Encoding: chunked") == .transferEncodingInHTTP10)
        #expect(fault(of: "POST / HTTP/1.0", "Content-Length: 5") == nil)
    }

    @Test("with the status that the fault calls for, and a name of its own")
    func statuses() {
        var names: Set<String> = []
        for error in WireError.allCases {
            names.insert("\(error.name)")
            let expected: Status =
                switch error {
                case .methodTooLong, .unsupportedTransferEncoding: .notImplemented
                case .targetTooLong: .targetTooLong
                case .unsupportedVersion: .versionNotSupported
                case .headerTooLarge, .tooManyHeaders, .headTooLarge, .chunkMetadataTooLarge: .headerFieldsTooLarge
                case .bodyTooLarge: .contentTooLarge
                default: .badRequest
                }
            #expect(error.status == expected)
        }
        #expect(names.count == WireError.allCases.count)
    }

    @Test("as soon as a byte shows it")
    func early() {
        for bytes in [
            "\n", "GET\u{0}", "GET /\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nX: \u{1}", "GET / HTTP/2", "\r\r",
        ] {
            var head = RequestHead()
            #expect(throws: WireError.self) { try head.parse(bytes.bytes.span.raw, limits: .standard) }
        }
    }
}
