import HTTPWire

/// A route table in the making: the same nodes, with their edges in a dictionary.
struct RouteTableBuilder {
    private struct Edge: Hashable {
        var node: UInt32
        var segment: String
    }

    private(set) var nodes = [RouteTable.Node(parent: 0)]
    private(set) var endpoints: [RouteTable.Endpoint] = []
    private(set) var names = ParameterNames()
    private var edges: [Edge: UInt32] = [:]
    /// What a parameter node's parameter is called, and in which pattern, for the error when another calls it else.
    private var parameters: [UInt32: (name: String, pattern: String)] = [:]

    /// Adds a route under an id that is one above the last.
    mutating func add(_ declaration: RouteDeclaration, as route: Int) throws(RouteError) {
        let pattern = try RoutePattern(declaration.pattern)
        guard declaration.method != .trace && declaration.method != .connect else {
            throw .unroutableMethod(pattern: pattern.text, method: declaration.method)
        }
        let endpoint = try endpoint(of: pattern)
        let method = Int(declaration.method.rawValue)
        guard isFree(declaration.method, endpoint) else {
            throw .duplicate(pattern: pattern.text, method: declaration.method)
        }
        endpoints[endpoint].routes[method] = Int32(route)
        endpoints[endpoint].allowed.insert(declaration.method)
        if declaration.method == .get { allowHead(endpoint, route) }
        names.append(pattern.parameterNames)
    }

    /// The edges, hashed. Sorted first, so that the same routes always make the same table.
    func edgeTable() -> EdgeTable {
        var table = EdgeTable(count: edges.count)
        for (edge, child) in edges.sorted(by: { $0.value < $1.value }) {
            table.insert(from: edge.node, segment: edge.segment, to: child)
        }
        return table
    }

    /// Whether no route was declared for `method` yet; a HEAD that GET only stands in for is free.
    private func isFree(_ method: HTTPWire.Method, _ endpoint: Int) -> Bool {
        let routes = endpoints[endpoint].routes
        let route = routes[Int(method.rawValue)]
        return route < 0 || (method == .head && route == routes[Int(HTTPWire.Method.get.rawValue)])
    }

    private mutating func allowHead(_ endpoint: Int, _ route: Int) {
        let head = Int(HTTPWire.Method.head.rawValue)
        if endpoints[endpoint].routes[head] < 0 { endpoints[endpoint].routes[head] = Int32(route) }
        endpoints[endpoint].allowed.insert(.head)
    }

    private mutating func endpoint(of pattern: RoutePattern) throws(RouteError) -> Int {
        var node: UInt32 = 0
        for segment in pattern.segments {
            switch segment {
            case .fixed(let text):
                node = fixedChild(of: node, text)
            case .parameter(let name):
                node = try parameterChild(of: node, name, pattern)
            }
        }
        if nodes[Int(node)].endpoint == EdgeTable.none {
            nodes[Int(node)].endpoint = UInt32(endpoints.count)
            endpoints.append(RouteTable.Endpoint())
        }
        return Int(nodes[Int(node)].endpoint)
    }

    private mutating func fixedChild(of node: UInt32, _ segment: String) -> UInt32 {
        let edge = Edge(node: node, segment: segment)
        if let child = edges[edge] { return child }
        let child = append(RouteTable.Node(parent: node))
        edges[edge] = child
        nodes[Int(node)].hasFixedChildren = true
        return child
    }

    private mutating func parameterChild(
        of node: UInt32, _ name: String, _ pattern: RoutePattern
    ) throws(RouteError) -> UInt32 {
        let existing = nodes[Int(node)].parameterChild
        if let parameter = parameters[existing] {
            guard parameter.name == name else {
                throw .conflictingParameterNames(
                    pattern: pattern.text, name: name, otherPattern: parameter.pattern, otherName: parameter.name
                )
            }
            return existing
        }
        let child = append(RouteTable.Node(parent: node, isParameter: true))
        nodes[Int(node)].parameterChild = child
        parameters[child] = (name, pattern.text)
        return child
    }

    private mutating func append(_ node: RouteTable.Node) -> UInt32 {
        nodes.append(node)
        return UInt32(nodes.count - 1)
    }
}
