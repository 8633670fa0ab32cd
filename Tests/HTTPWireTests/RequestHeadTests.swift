import Bytes
import Testing

@testable import HTTPWire

@Suite("A request head")
struct RequestHeadTests {
    @Test("has what the request line says")
    func requestLine() throws {
        try withHead("PATCH /api/posts/1?draft=%2F&x HTTP/1.1\r\nHost: example.com\r\n\r\nrest") {
            head, bytes, progress in
            #expect(progress == .complete(byteCount: bytes.byteCount - 4))
            #expect(head.method == .patch)
            #expect(bytes.extracting(head.methodRange).latin1 == "PATCH")
            #expect(head.targetForm == .origin)
            #expect(bytes.extracting(head.targetRange).latin1 == "/api/posts/1?draft=%2F&x")
            #expect(bytes.extracting(head.pathRange).latin1 == "/api/posts/1")
            #expect(head.queryRange.map { bytes.extracting($0).latin1 } == "draft=%2F&x")
            #expect(head.version == .http11)
            #expect(head.authorityRange.map { bytes.extracting($0).latin1 } == "example.com")
        }
    }

    @Test("knows every method of ours, and takes other tokens for unknown")
    func methods() throws {
        for method in Method.allCases {
            let target = method == .connect ? "example.com:80" : "/"
            try withHead("\(method.name) \(target) HTTP/1.1\r\nHost: a\r\n\r\n") { head, _, _ in
                #expect(head.method == method)
            }
        }
        for unknown in ["get", "GETS", "GE", "PURGE", "QUERY", "PROPFIND", "M-SEARCH", "A_B.C~"] {
            try withHead("\(unknown) / HTTP/1.1\r\nHost: a\r\n\r\n") { head, bytes, _ in
                #expect(head.method == nil)
                #expect(bytes.extracting(head.methodRange).latin1 == unknown)
            }
        }
    }

    @Test("finds path, query and authority in each form of target")
    func targetForms() throws {
        typealias Parts = (RequestHead.TargetForm, path: String, query: String?, authority: String?)
        let cases: [(String, Parts)] = [
            ("GET / HTTP/1.1\r\nHost: h", (.origin, "/", nil, "h")),
            ("GET /? HTTP/1.1\r\nHost: h", (.origin, "/", "", "h")),
            ("GET /a??b/c HTTP/1.1\r\nHost: h", (.origin, "/a", "?b/c", "h")),
            ("GET http://a.example/b?c HTTP/1.1\r\nHost: h", (.absolute, "/b", "c", "a.example")),
            ("GET HTTPS://a.example:443 HTTP/1.1\r\nHost: h", (.absolute, "/", nil, "a.example:443")),
            ("GET http://[::1]?q/r HTTP/1.1\r\nHost: h", (.absolute, "/", "q/r", "[::1]")),
            ("OPTIONS * HTTP/1.1\r\nHost: h", (.asterisk, "*", nil, "h")),
            ("CONNECT a.example:443 HTTP/1.1\r\nHost: h", (.authority, "a.example:443", nil, "a.example:443")),
            ("GET / HTTP/1.0\r\nX: y", (.origin, "/", nil, nil)),
        ]
        for (text, parts) in cases {
            try withHead(text + "\r\n\r\n") { head, bytes, _ in
                #expect(head.targetForm == parts.0, "\(text)")
                #expect(bytes.extracting(head.pathRange).latin1 == parts.path, "\(text)")
                #expect(head.queryRange.map { bytes.extracting($0).latin1 } == parts.query, "\(text)")
                #expect(head.authorityRange.map { bytes.extracting($0).latin1 } == parts.authority, "\(text)")
            }
        }
    }

    @Test("lists headers with their whitespace trimmed")
    func headers() throws {
        let text =
            "GET / HTTP/1.1\r\nHost:h\r\nX-Empty:\r\nX-Blank: \t \r\nX-Wide: \t a \t b\t \r\nX_Y.Z!#$%&'*+^`|~: 1\r\n\r\n"
        try withHead(text) { head, bytes, _ in
            #expect(head.headerCount == 5)
            let pairs = (0..<head.headerCount).map { index in
                let header = head.header(index)
                return [bytes.extracting(header.name).latin1, bytes.extracting(header.value).latin1]
            }
            #expect(
                pairs == [
                    ["Host", "h"], ["X-Empty", ""], ["X-Blank", ""], ["X-Wide", "a \t b"],
                    ["X_Y.Z!#$%&'*+^`|~", "1"],
                ])
        }
    }

    @Test("looks up every known header in any case, and counts how often it stands there")
    func knownHeaders() throws {
        for known in KnownHeader.allCases where known != .host && known != .contentLength && known != .transferEncoding
        {
            let name = "\(known.name)"
            let text = "GET / HTTP/1.1\r\nHost: h\r\n\(name.uppercased()): first\r\nX: y\r\n\(name): second\r\n\r\n"
            try withHead(text) { head, bytes, _ in
                #expect(head.header(1).known == known)
                #expect(head.header(2).known == nil)
                #expect(head.header(3).known == known)
                #expect(head.firstIndex(of: known) == 1)
                #expect(head.count(of: known) == 2)
                #expect(head.value(of: known).map { bytes.extracting($0).latin1 } == "first")
                #expect(head.firstIndex(named: known.name, in: bytes) == 1)
                #expect(head.firstIndex(named: known.name, in: bytes, from: 2) == 3)
                #expect(head.firstIndex(named: known.name, in: bytes, from: 4) == nil)
            }
        }
    }

    @Test("forgets the headers of the request before")
    func reuse() throws {
        var head = RequestHead()
        let first =
            "POST / HTTP/1.0\r\nHost: h\r\nAuthorization: a\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n"
        _ = try head.parse(first.bytes.span.raw, limits: .standard)
        #expect(head.count(of: .authorization) == 1)
        _ = try head.parse("GET /?q HTTP/1.1\r\nHost: h\r\n\r\n".bytes.span.raw, limits: .standard)
        _ = try head.parse(
            "GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n".bytes.span.raw, limits: .standard)
        #expect(head.count(of: .authorization) == 0)
        #expect(head.firstIndex(of: .authorization) == nil)
        #expect(head.value(of: .contentLength) == nil)
        #expect(head.framing == .none)
        #expect(head.queryRange == nil)
        #expect(head.expectsContinue == true)
        _ = try head.parse("GET / HTTP/1.0\r\n\r\n".bytes.span.raw, limits: .standard)
        #expect(head.authorityRange == nil)
        #expect(head.expectsContinue == false)
        #expect(head.keepAlive == false)
    }

    @Test(
        "takes names that only resemble a known one for opaque",
        arguments: [
            "Content_Length", "Content.Length", "Content-Lengt", "Content-Lengthh", "X-Content-Length",
            "Transfer_Encoding", "Transfer-Encodin", "Transfer-Encodings", "Transfer-Encoding_", "Transfer-Encodinc",
            "Content\u{7E}Length",
            "X_Forwarded_For", "X-Forwarded.For", "Authorization_", "Hos", "Hostt",
        ])
    func opaqueNames(name: String) throws {
        try withHead("GET / HTTP/1.1\r\nHost: h\r\n\(name): 5\r\n\r\n") { head, bytes, _ in
            #expect(head.headerCount == 2)
            #expect(head.header(1).known == nil)
            #expect(bytes.extracting(head.header(1).name).latin1 == name)
            #expect(head.framing == .none)
        }
    }

    @Test("skips one empty line before the request line")
    func emptyLine() throws {
        try withHead("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n") { head, bytes, progress in
            #expect(progress == .complete(byteCount: bytes.byteCount))
            #expect(bytes.extracting(head.methodRange).latin1 == "GET")
        }
        #expect(fault(of: "", "", "GET / HTTP/1.1", "Host: h") == .malformedRequestLine)
    }

    @Test("is incomplete until its last byte has come")
    func incomplete() throws {
        let bytes = "\r\nGET http://a/?b HTTP/1.1\r\nHost: h\r\nX_: y\r\nContent-Length: 12\r\n\r\n".bytes
        var head = RequestHead()
        for count in 0..<bytes.count {
            #expect(try head.parse(bytes.span.raw.extracting(first: count), limits: .standard) == .incomplete)
        }
        #expect(try head.parse(bytes.span.raw, limits: .standard) == .complete(byteCount: bytes.count))
    }
}

@Suite("A request's persistence and framing")
struct RequestRulesTests {
    @Test(
        "follow version and Connection",
        arguments: [
            ("HTTP/1.1\r\nHost: h", Persistence.implied), ("HTTP/1.1\r\nHost: h\r\nConnection: keep-alive", .implied),
            ("HTTP/1.1\r\nHost: h\r\nConnection: close", .close), ("HTTP/1.1\r\nHost: h\r\nConnection: CLOSE", .close),
            ("HTTP/1.1\r\nHost: h\r\nConnection: x, Close , y", .close),
            ("HTTP/1.1\r\nHost: h\r\nConnection: x\r\nConnection: close", .close),
            ("HTTP/1.1\r\nHost: h\r\nConnection: closed", .implied), ("HTTP/1.0", .close),
            ("HTTP/1.0\r\nConnection: keep-alive", .keepAlive), ("HTTP/1.0\r\nConnection: Keep-Alive, x", .keepAlive),
            ("HTTP/1.0\r\nConnection: keep-alive, close", .close),
        ])
    func persistence(rest: String, expected: Persistence) throws {
        try withHead("GET / \(rest)\r\n\r\n") { head, _, _ in
            #expect(head.persistence == expected)
            #expect(head.keepAlive == (expected != .close))
        }
    }

    @Test(
        "follow Content-Length and Transfer-Encoding",
        arguments: [
            ("X: y", BodyFraming.none), ("Content-Length: 0", .contentLength(0)),
            ("content-length: 0042", .contentLength(42)),
            ("Content-Length: 18446744073709551615", .contentLength(.max)), ("Transfer-Encoding: chunked", .chunked),
            ("TRANSFER-ENCODING:\tChunKed ", .chunked),
        ])
    func framing(header: String, expected: BodyFraming) throws {
        try withHead("POST / HTTP/1.1\r\nHost: h\r\n\(header)\r\n\r\n") { head, _, _ in
            #expect(head.framing == expected)
        }
    }

    @Test(
        "know who waits for a 100",
        arguments: [
            ("HTTP/1.1", "100-continue", true), ("HTTP/1.1", "100-Continue", true),
            ("HTTP/1.1", "x, 100-continue", true), ("HTTP/1.1", "200-ok", false), ("HTTP/1.1", "", false),
            ("HTTP/1.0", "100-continue", false),
        ])
    func expectation(version: String, value: String, expected: Bool) throws {
        try withHead("POST / \(version)\r\nHost: h\r\nExpect: \(value)\r\n\r\n") { head, _, _ in
            #expect(head.expectsContinue == expected)
        }
    }
}
