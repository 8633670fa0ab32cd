import Bytes
import Testing

@testable import HTTPWire

/// The canonical path of a request for `target`, or what is wrong with the target.
func canonicalPath(
    of target: String, rest: String = "HTTP/1.1\r\nHost: h\r\n"
) -> Result<(place: CanonicalPath, path: [UInt8]), WireError> {
    let bytes = "GET \(target) \(rest)\r\n".bytes
    var head = RequestHead()
    var scratch = ByteBuffer(capacity: 16)
    scratch.append("what was here before")
    do throws(WireError) {
        _ = try head.parse(bytes.span.raw, limits: .standard)
        switch try head.canonicalPath(in: bytes.span.raw, scratch: &scratch) {
        case .inPlace: return .success((.inPlace, bytes.span.raw.extracting(head.pathRange).array))
        case .decoded: return .success((.decoded, scratch.bytes.array))
        }
    } catch {
        return .failure(error)
    }
}

@Suite("A canonical path")
struct CanonicalPathTests {
    @Test(
        "is the path itself where it has no escape",
        arguments: [
            "/", "/a", "/a/", "/api/health", "/.well-known/x", "/a.b/..c/...", "/.../x..", "/a/.b/c.",
            "/~!$&'()*+,;=:@",
            "/a-path-longer-than.sixteen/bytes-and-one/more.vector", "/x/0123456789abcdef/.hidden", "/\"<>^`{|}[]",
        ])
    func inPlace(path: String) throws {
        for query in ["", "?a=//../%2e%zz\\", "?"] {
            let canonical = try canonicalPath(of: path + query).get()
            #expect(canonical.place == .inPlace)
            #expect(canonical.path == path.bytes)
        }
    }

    @Test(
        "has its escapes decoded, once",
        arguments: [
            ("/%61", "/a"), ("/a%20b", "/a b"), ("/%e2%82%ac", "/€"), ("/%E2%82%AC/x", "/€/x"),
            ("/%252e%252e", "/%2e%2e"),
            ("/%25", "/%"), ("/%252F", "/%2F"), ("/%3F%23", "/?#"), ("/.%61", "/.a"), ("/%2e%2e%2e", "/..."),
            ("/%2ea", "/.a"), ("/a%2e", "/a."), ("/%F0%9F%98%80", "/😀"), ("/%ed%9f%bf%ee%80%80", "/\u{D7FF}\u{E000}"),
            ("/%f4%8f%bf%bf", "/\u{10FFFF}"), ("/%C2%80", "/\u{80}"), ("/a/%7Euser/", "/a/~user/"),
        ])
    func decoded(path: String, expected: String) throws {
        let canonical = try canonicalPath(of: path + "?%2F").get()
        #expect(canonical.place == .decoded)
        #expect(canonical.path == expected.bytes)
    }

    @Test(
        "is the same in absolute form",
        arguments: [("http://a", "/"), ("http://a/", "/"), ("http://a?//", "/"), ("https://a/b%2Dc?d", "/b-c")])
    func absoluteForm(target: String, expected: String) throws {
        #expect(try canonicalPath(of: target).get().path == expected.bytes)
    }

    @Test("is refused", arguments: CanonicalPathTests.refusals)
    func refused(path: String, expected: WireError) {
        for target in [path, path + "?q", "http://h" + path] {
            guard case .failure(let error) = canonicalPath(of: target) else {
                Issue.record("\(target) was taken")
                return
            }
            #expect(error == expected, "\(target)")
        }
        // As little as can stand behind a path: less than a vector's look ahead.
        guard case .failure(expected) = canonicalPath(of: path, rest: "HTTP/1.0\r\n") else {
            Issue.record("\(path) was taken at the end of a head")
            return
        }
    }

    static let refusals: [(String, WireError)] = [
        ("/%", .malformedEscape), ("/%4", .malformedEscape), ("/%zz", .malformedEscape), ("/%4g", .malformedEscape),
        ("/a%2", .malformedEscape), ("/%%41", .malformedEscape), ("/%u0041", .malformedEscape),
        ("/a%2Fb", .forbiddenPathByte), ("/a%2fb", .forbiddenPathByte), ("/%2F", .forbiddenPathByte),
        ("/a%5Cb", .forbiddenPathByte), ("/a%5cb", .forbiddenPathByte), ("/a\\b", .forbiddenPathByte),
        ("/\\..\\a", .forbiddenPathByte), ("/a%00", .forbiddenPathByte), ("/%0a", .forbiddenPathByte),
        ("/%0D%0A", .forbiddenPathByte), ("/%1f", .forbiddenPathByte), ("/%7F", .forbiddenPathByte),
        ("/.", .dotSegment), ("/..", .dotSegment), ("/./a", .dotSegment), ("/a/../b", .dotSegment),
        ("/a/..", .dotSegment), ("/%2e", .dotSegment), ("/%2E%2e/a", .dotSegment), ("/.%2e", .dotSegment),
        ("/%2e./a", .dotSegment), ("/a/b/c/d/e/f/g/h/i/j/..", .dotSegment), ("/%61/..", .dotSegment),
        ("//", .emptySegment), ("//a", .emptySegment), ("/a//b", .emptySegment), ("/a//", .emptySegment),
        ("/%61//b", .emptySegment), ("/0123456789abcde//x", .emptySegment), ("/0123456789abcd//x", .emptySegment),
        ("/%80", .pathNotUTF8), ("/%C0%AF", .pathNotUTF8), ("/%c1%bf", .pathNotUTF8), ("/%e0%80%af", .pathNotUTF8),
        ("/%E0%9F%BF", .pathNotUTF8), ("/%ed%a0%80", .pathNotUTF8), ("/%f0%8f%bf%bf", .pathNotUTF8),
        ("/%f4%90%80%80", .pathNotUTF8), ("/%f5%80%80%80", .pathNotUTF8), ("/%ff", .pathNotUTF8),
        ("/%e2%82", .pathNotUTF8), ("/%e2%82/", .pathNotUTF8), ("/%c3%28", .pathNotUTF8), ("/%fe", .pathNotUTF8),
    ]

    @Test("does not depend on where the path stands in a vector, nor on what stands behind it")
    func positions() {
        for padding in 0..<40 {
            let segment = "/" + String(repeating: "s", count: padding)
            for (suspect, expected) in [
                ("/.", WireError.dotSegment), ("//x", .emptySegment), ("\\", .forbiddenPathByte),
            ] {
                guard case .failure(let error) = canonicalPath(of: segment + suspect) else {
                    // The first slash and `//x` make an empty segment earlier, but never none.
                    Issue.record("\(segment + suspect) was taken")
                    continue
                }
                #expect(error == expected || padding == 0, "\(segment + suspect)")
            }
            #expect((try? canonicalPath(of: segment + "?//\\..").get().place) == .inPlace)
        }
    }

    @Test("is none for a target that has no path")
    func noPath() throws {
        var scratch = ByteBuffer(capacity: 16)
        for text in ["OPTIONS *", "CONNECT h:80"] {
            let bytes = "\(text) HTTP/1.1\r\nHost: h\r\n\r\n".bytes
            var head = RequestHead()
            _ = try head.parse(bytes.span.raw, limits: .standard)
            #expect(throws: WireError.malformedTarget) {
                try head.canonicalPath(in: bytes.span.raw, scratch: &scratch)
            }
        }
    }
}
