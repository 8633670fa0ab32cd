import Bytes
import HTTPWire
import Testing

@testable import Ringfort

@Suite("A route table")
struct RouteTableTests {
    /// The posts of the article, and a few shapes beside them.
    private static let declarations: [(HTTPWire.Method, String)] = [
        (.get, "/"), (.get, "/api/health"), (.get, "/api/posts"), (.post, "/api/posts"), (.get, "/api/posts/:id"),
        (.delete, "/api/posts/:id"), (.get, "/api/posts/latest"), (.get, "/api/posts/:id/comments/:comment"),
        (.put, "/api/posts/latest/comments/pinned"), (.head, "/api/ping"), (.options, "/api/own"), (.get, "/files/"),
    ]

    @Test(
        "finds the route of a path",
        arguments: [
            (.get, "/", 0), (.get, "/api/health", 1), (.get, "/api/posts", 2), (.post, "/api/posts", 3),
            (.get, "/api/posts/123", 4), (.delete, "/api/posts/123", 5), (.get, "/api/posts/latest", 6),
            (.get, "/api/posts/1/comments/2", 7), (.put, "/api/posts/latest/comments/pinned", 8),
            (.head, "/api/health", 1), (.head, "/api/ping", 9), (.options, "/api/own", 10), (.get, "/files/", 11),
        ] as [(HTTPWire.Method, String, Int)]
    )
    func finds(method: HTTPWire.Method, path: String, route: Int) throws {
        #expect(try match(method, path).match == .found(route))
    }

    @Test(
        "knows nothing of other paths",
        arguments: [
            "", "api/health", "/api", "/api/", "/api/health/", "/api/healt", "/api/healthy", "/API/health",
            "/api/posts/", "/api/posts/1/", "/api/posts/1/comments", "/api/posts/1/comments/",
            "/api/posts/1/comments/2/3", "/files", "//", "/api//posts", "*", String(repeating: "/a", count: 40),
            "/" + String(repeating: "a", count: 70_000),
        ]
    )
    func missesPaths(path: String) throws {
        #expect(try match(.get, path).match == .notFound)
    }

    @Test("gives the parameters of a match, and none otherwise")
    func parameters() throws {
        #expect(try match(.get, "/api/posts/17/comments/4").parameters == ["17", "4"])
        #expect(try match(.get, "/api/posts/123").parameters == ["123"])
        #expect(try match(.get, "/api/posts/latest").parameters == [])
        #expect(try match(.patch, "/api/posts/123").parameters == [])
    }

    @Test("climbs back to a parameter when a fixed segment leads nowhere")
    func climbsBack() throws {
        let found = try match(.get, "/api/posts/latest/comments/9")
        #expect(found.match == .found(7))
        #expect(found.parameters == ["latest", "9"])
    }

    @Test("names a parameter by its route")
    func names() throws {
        let table = try Self.table()
        #expect(table.parameterIndex(named: "id", route: 7) == 0)
        #expect(table.parameterIndex(named: "comment", route: 7) == 1)
        #expect(table.parameterIndex(named: "comment", route: 5) == nil)
        #expect(table.parameterIndex(named: "id", route: 0) == nil)
    }

    @Test("answers a wrong method with those that are allowed")
    func methodNotAllowed() throws {
        #expect(try match(.delete, "/api/health").match == .methodNotAllowed(MethodSet(.get, .head, .options)))
        #expect(try match(.get, "/api/ping").match == .methodNotAllowed(MethodSet(.head, .options)))
        #expect(try match(.put, "/api/posts").match == .methodNotAllowed(MethodSet(.get, .head, .post, .options)))
    }

    @Test("leaves a path to the most specific pattern, with all its methods")
    func mostSpecificOwns() throws {
        #expect(try match(.delete, "/api/posts/latest").match == .methodNotAllowed(MethodSet(.get, .head, .options)))
    }

    @Test("answers OPTIONS for a path and for the whole server")
    func options() throws {
        #expect(try match(.options, "/api/health").match == .options(MethodSet(.get, .head, .options)))
        #expect(
            try match(.options, "*").match == .options(MethodSet(.get, .head, .post, .put, .delete, .options))
        )
        #expect(try match(.options, "/api/nothing").match == .notFound)
    }

    @Test("refuses TRACE and CONNECT wherever they point", arguments: [.trace, .connect] as [HTTPWire.Method])
    func neverRouted(method: HTTPWire.Method) throws {
        #expect(try match(method, "/api/health").match == .methodNotAllowed(MethodSet(.get, .head, .options)))
        let all = MethodSet(.get, .head, .post, .put, .delete, .options)
        #expect(try match(method, "/api/nothing").match == .methodNotAllowed(all))
    }

    @Test("tells long segments apart that differ in the middle only")
    func longSegments() throws {
        let start = String(repeating: "a", count: 20)
        let table = try RouteTable(
            (0..<200).map { RouteDeclaration(method: .get, pattern: "/\(start)\($0 + 100)\(start)") }
        )
        var parameters = PathParameters()
        for route in 0..<200 {
            let path = Path("/\(start)\(route + 100)\(start)")
            #expect(table.match(method: .get, path: path.bytes, parameters: &parameters) == .found(route))
        }
        let other = Path("/\(start)999\(start)")
        #expect(table.match(method: .get, path: other.bytes, parameters: &parameters) == .notFound)
    }

    @Test("keeps its look-ups short with ten thousand routes")
    func manyRoutes() throws {
        let table = try RouteTable(
            (0..<10_000).map { RouteDeclaration(method: .get, pattern: "/api/service\($0 / 10)/item\($0 % 10)/:id") }
        )
        #expect(table.longestRun <= 32)
        var parameters = PathParameters()
        for route in 0..<10_000 {
            let path = Path("/api/service\(route / 10)/item\(route % 10)/7")
            #expect(table.match(method: .get, path: path.bytes, parameters: &parameters) == .found(route))
        }
    }

    private static func table() throws -> RouteTable {
        try RouteTable(declarations.map { RouteDeclaration(method: $0.0, pattern: $0.1) })
    }

    private func match(
        _ method: HTTPWire.Method, _ path: String
    ) throws -> (match: RouteMatch, parameters: [String]) {
        var parameters = PathParameters()
        let path = Path(path)
        let match = try Self.table().match(method: method, path: path.bytes, parameters: &parameters)
        return (match, (0..<parameters.count).map { String(path.bytes.extracting(parameters[$0])) })
    }
}
