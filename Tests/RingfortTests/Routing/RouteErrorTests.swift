import Bytes
import HTTPWire
import Testing

@testable import Ringfort

@Suite("A set of routes")
struct RouteErrorTests {
    @Test(
        "is refused for a pattern that can't be served",
        arguments: [
            ("api", .missingLeadingSlash(pattern: "api")), ("", .missingLeadingSlash(pattern: "")),
            ("/api//posts", .emptySegment(pattern: "/api//posts")), ("//", .emptySegment(pattern: "//")),
            ("/a/../b", .dotSegment(pattern: "/a/../b")), ("/.", .dotSegment(pattern: "/.")),
            ("/a/*", .unexpectedCharacter(pattern: "/a/*", segment: "*")),
            ("/a b", .unexpectedCharacter(pattern: "/a b", segment: "a b")),
            ("/%61", .unexpectedCharacter(pattern: "/%61", segment: "%61")),
            ("/{id}", .unexpectedCharacter(pattern: "/{id}", segment: "{id}")),
            ("/é", .unexpectedCharacter(pattern: "/é", segment: "é")),
            ("/a?b", .unexpectedCharacter(pattern: "/a?b", segment: "a?b")),
            ("/:", .invalidParameterName(pattern: "/:", name: "")),
            ("/:1st", .invalidParameterName(pattern: "/:1st", name: "1st")),
            ("/:post-id", .invalidParameterName(pattern: "/:post-id", name: "post-id")),
            ("/:a/x/:a", .repeatedParameterName(pattern: "/:a/x/:a", name: "a")),
        ] as [(String, RouteError)]
    )
    func refusesPattern(pattern: String, error: RouteError) {
        #expect(throws: error) { try RouteTable([RouteDeclaration(method: .get, pattern: pattern)]) }
    }

    @Test("is refused for patterns beyond the limits")
    func refusesLongPatterns() {
        let parameters = (0..<9).map { "/:p\($0)" }.joined()
        #expect(throws: RouteError.tooManyParameters(pattern: parameters, limit: 8)) { try table(parameters) }
        let segments = String(repeating: "/a", count: 33)
        #expect(throws: RouteError.tooManySegments(pattern: segments, limit: 32)) { try table(segments) }
        let long = "/" + String(repeating: "a", count: 1024)
        #expect(throws: RouteError.patternTooLong(pattern: long, limit: 1024)) { try table(long) }
    }

    @Test("may use the limits to the full")
    func acceptsLimits() throws {
        _ = try table((0..<8).map { "/:p\($0)" }.joined(), String(repeating: "/a", count: 32))
    }

    @Test("is refused for the same method and pattern twice", arguments: [.get, .head, .options] as [HTTPWire.Method])
    func refusesDuplicates(method: HTTPWire.Method) {
        let declaration = RouteDeclaration(method: method, pattern: "/posts/:id")
        #expect(throws: RouteError.duplicate(pattern: "/posts/:id", method: method)) {
            try RouteTable([declaration, declaration])
        }
    }

    @Test("may declare HEAD before or after GET")
    func headBesideGet() throws {
        let get = RouteDeclaration(method: .get, pattern: "/posts")
        let head = RouteDeclaration(method: .head, pattern: "/posts")
        let path = Path("/posts")
        var parameters = PathParameters()
        for (declarations, route) in [([get, head], 1), ([head, get], 0)] {
            let table = try RouteTable(declarations)
            #expect(table.match(method: .head, path: path.bytes, parameters: &parameters) == .found(route))
        }
    }

    @Test("is refused when one place has two names")
    func refusesConflictingNames() {
        let error = RouteError.conflictingParameterNames(
            pattern: "/posts/:post/comments", name: "post", otherPattern: "/posts/:id", otherName: "id"
        )
        #expect(throws: error) { try table("/posts/:id", "/posts/:post/comments") }
        #expect(
            "\(error)"
                == "route '/posts/:post/comments': its ':post' is called ':id' in '/posts/:id'; give it one name"
        )
    }

    @Test("is refused for TRACE and CONNECT", arguments: [.trace, .connect] as [HTTPWire.Method])
    func refusesMethods(method: HTTPWire.Method) {
        #expect(throws: RouteError.unroutableMethod(pattern: "/a", method: method)) {
            try RouteTable([RouteDeclaration(method: method, pattern: "/a")])
        }
    }

    @Test("may be empty")
    func empty() throws {
        let path = Path("/")
        var parameters = PathParameters()
        #expect(try table().match(method: .get, path: path.bytes, parameters: &parameters) == .notFound)
    }

    private func table(_ patterns: String...) throws(RouteError) -> RouteTable {
        try RouteTable(patterns.map { RouteDeclaration(method: .get, pattern: $0) })
    }
}

@Suite("A set of methods")
struct MethodSetTests {
    @Test("writes itself as Allow does")
    func written() {
        var buffer = ByteBuffer(capacity: 64)
        MethodSet(.options, .delete, .get, .head).write(into: &buffer)
        #expect(String(buffer.bytes) == "GET, HEAD, DELETE, OPTIONS")
        buffer.removeAll()
        MethodSet().write(into: &buffer)
        #expect(buffer.isEmpty == true)
    }
}
