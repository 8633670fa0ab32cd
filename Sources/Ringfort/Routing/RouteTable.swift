import Bytes
import HTTPWire
import JSON

/// One route as it is declared; its place among the declarations is its id.
struct RouteDeclaration: Equatable {
    var method: HTTPWire.Method
    /// Segments after slashes; one that begins with `:` is a parameter: `/api/posts/:id`.
    var pattern: String
}

/// What a path and a method lead to.
enum RouteMatch: Equatable {
    /// The route with this id.
    case found(Int)
    /// No pattern matches the path.
    case notFound
    /// The path is known, the method is not among these.
    case methodNotAllowed(MethodSet)
    /// An OPTIONS request that no route took: the methods to name in `Allow`.
    case options(MethodSet)
}

/// All routes of a server, as a trie over the segments of canonical paths, in flat arrays.
///
/// A path is one resource: the most specific pattern that matches it, read from the left with fixed segments before
/// parameters, owns it with all its methods. `GET /users/me` beside `DELETE /users/:id` leaves `DELETE /users/me`
/// refused with 405, rather than deleting a user called `me`.
///
/// A look-up visits one node a segment. Where a fixed segment leads into a dead end, it climbs back to the nearest
/// parameter that it passed by; it never recurses, and never visits a node twice.
struct RouteTable: Sendable {
    struct Node {
        var parent: UInt32
        var parameterChild = EdgeTable.none
        var endpoint = EdgeTable.none
        var isParameter = false
        var hasFixedChildren = false
    }

    /// What a pattern answers: a route id for each method, or -1.
    struct Endpoint {
        var routes: InlineArray<9, Int32> = .init(repeating: -1)
        var allowed = MethodSet(.options)
    }

    private static let root: UInt32 = 0

    private let nodes: [Node]
    private let edges: EdgeTable
    private let endpoints: [Endpoint]
    private let names: ParameterNames
    /// The methods that some route answers: what `OPTIONS *` names.
    let allowedAnywhere: MethodSet

    /// Compiles the routes. Their ids are their indices in `declarations`.
    ///
    /// - Throws: `RouteError`, which names the pattern at fault.
    init(_ declarations: [RouteDeclaration]) throws(RouteError) {
        var builder = RouteTableBuilder()
        for (route, declaration) in declarations.enumerated() { try builder.add(declaration, as: route) }
        nodes = builder.nodes
        edges = builder.edgeTable()
        endpoints = builder.endpoints
        names = builder.names
        allowedAnywhere = endpoints.reduce(MethodSet(.options)) { $0.union($1.allowed) }
    }

    /// Which route answers `method` on `path`, the canonical path that authorization sees too.
    ///
    /// HEAD falls back to GET. On `.found`, `parameters` holds the parameters' offsets in `path`; otherwise none.
    /// O(bytes of the path), however many routes there are.
    func match(method: HTTPWire.Method, path: RawSpan, parameters: inout PathParameters) -> RouteMatch {
        parameters.removeAll()
        if let endpoint = endpoint(of: path, &parameters) {
            let match = answer(method, endpoint)
            if case .found = match { return match }
            parameters.removeAll()
            return match
        }
        if method == .options && path.equals("*") { return .options(allowedAnywhere) }
        // TRACE and CONNECT, and unknown methods under the name of the first, are refused as methods wherever they point:
        // whether a path exists is not theirs to learn.
        return method == .trace || method == .connect ? .methodNotAllowed(allowedAnywhere) : .notFound
    }

    /// The place of a route's parameter called `name` in the table that `match` fills, or nil. O(parameters).
    func parameterIndex(named name: StaticString, route: Int) -> Int? { names.index(of: name, route: route) }

    /// The most slots of the edge table that one step may visit; set when the table is made.
    var longestRun: Int { edges.longestRun }

    /// Appends the name of a route's parameter to an object.
    func appendParameterName(
        _ index: Int, route: Int, _ writer: inout JSONObjectWriter, into object: inout ByteBuffer
    ) {
        names.append(index, route: route, &writer, into: &object)
    }

    private func endpoint(of path: RawSpan, _ parameters: inout PathParameters) -> Int? {
        guard path.byteCount > 0, path.byteCount <= PathParameters.longestPath, path[0] == 0x2F else { return nil }
        var cursor = PathCursor(path)
        var node = Self.root
        while true {
            var next = descend(from: node, path, cursor, &parameters)
            if next == EdgeTable.none && node != Self.root {
                cursor.retreat(path)
                next = climb(from: node, path, &cursor, &parameters)
            }
            guard next != EdgeTable.none else { return nil }
            node = next
            while !cursor.advance(path) {
                if nodes[Int(node)].endpoint != EdgeTable.none { return Int(nodes[Int(node)].endpoint) }
                node = climb(from: node, path, &cursor, &parameters)
                guard node != EdgeTable.none else { return nil }
            }
        }
    }

    /// The child of `node` for the segment at the cursor, or `none`.
    @inline(__always)
    private func descend(
        from node: UInt32, _ path: RawSpan, _ cursor: PathCursor, _ parameters: inout PathParameters
    ) -> UInt32 {
        if nodes[Int(node)].hasFixedChildren {
            let child = edges.child(of: node, path, cursor)
            if child != EdgeTable.none { return child }
        }
        guard nodes[Int(node)].parameterChild != EdgeTable.none && !cursor.isEmpty else { return EdgeTable.none }
        parameters.append(cursor)
        return nodes[Int(node)].parameterChild
    }

    /// The nearest parameter that the walk to `node` passed by in favour of a fixed segment, or `none`.
    ///
    /// The cursor is at the segment that led to `node`; afterwards it is at that of the parameter.
    @inline(never)
    private func climb(
        from node: UInt32, _ path: RawSpan, _ cursor: inout PathCursor, _ parameters: inout PathParameters
    ) -> UInt32 {
        var node = node
        while true {
            let wasParameter = nodes[Int(node)].isParameter
            if wasParameter { parameters.removeLast() }
            node = nodes[Int(node)].parent
            let parameter = nodes[Int(node)].parameterChild
            if !wasParameter && parameter != EdgeTable.none && !cursor.isEmpty {
                parameters.append(cursor)
                return parameter
            }
            guard node != Self.root else { return EdgeTable.none }
            cursor.retreat(path)
        }
    }

    private func answer(_ method: HTTPWire.Method, _ index: Int) -> RouteMatch {
        let route = endpoints[index].routes[Int(method.rawValue)]
        if route >= 0 { return .found(Int(route)) }
        let allowed = endpoints[index].allowed
        return method == .options ? .options(allowed) : .methodNotAllowed(allowed)
    }
}
