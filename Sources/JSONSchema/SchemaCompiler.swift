internal import Bytes

/// Turns documents into a program. For load time: it may allocate as it likes, and stops at the first fault.
struct SchemaCompiler {
    var registry: SchemaRegistry
    let options: SchemaOptions
    private let root: SchemaLocation

    /// The nodes that subschemas have, and those that are still to be compiled.
    private var nodeOfLocation: [SchemaLocation: UInt32] = [:]
    private var pending: [(location: SchemaLocation, keyword: SchemaKeyword)] = []
    private var nodes: [SchemaNode] = []
    private var instructions: [SchemaInstruction] = []
    var tables = SchemaTables()
    /// The names that `$dynamicRef`s use.
    private var dynamicNames: [String] = []

    init(
        _ text: RawSpan, uri: String, resolver: SchemaResolver, options: SchemaOptions
    ) throws(SchemaError) {
        registry = SchemaRegistry(resolver: resolver)
        self.options = options
        root = try registry.add(SchemaDocument(text, name: ""), uri: uri)
    }

    /// The whole program; to be called once.
    mutating func compile() throws(SchemaError) -> SchemaProgram {
        _ = node(at: root, for: .reference)
        var dynamicTargets: [UInt32] = []
        // Each round may bring in documents, and with them resources that have dynamic anchors.
        repeat {
            try compilePending()
            dynamicTargets = nodesOfDynamicAnchors()
        } while !pending.isEmpty
        try refuseCircles()
        return try tables.program(
            nodes: nodes, instructions: instructions, dynamicTargets: dynamicTargets,
            resourceCount: registry.resources.count)
    }

    private mutating func compilePending() throws(SchemaError) {
        while let (location, keyword) = pending.popLast() {
            guard let index = nodeOfLocation[location] else { continue }
            nodes[Int(index)] = try compile(location, for: keyword)
        }
    }

    /// For each dynamic name that is used, the nodes of all resources. The order of both is final.
    private mutating func nodesOfDynamicAnchors() -> [UInt32] {
        var targets: [UInt32] = []
        for name in dynamicNames {
            for resource in registry.resources {
                targets.append(resource.dynamicAnchors[name].map { node(at: $0, for: .dynamicReference) } ?? noNode)
            }
        }
        return targets
    }

    /// The node of a subschema, which is compiled later if it is new. `keyword` is what leads to it.
    mutating func node(at location: SchemaLocation, for keyword: SchemaKeyword) -> UInt32 {
        if let known = nodeOfLocation[location] { return known }
        let index = UInt32(nodes.count)
        nodes.append(SchemaNode())
        nodeOfLocation[location] = index
        pending.append((location, keyword))
        return index
    }

    /// The number of a dynamic name: targets are looked up in its run of the table.
    mutating func dynamicName(_ name: String) -> Int {
        if let known = dynamicNames.firstIndex(of: name) { return known }
        dynamicNames.append(name)
        return dynamicNames.count - 1
    }
}

// MARK: - One subschema

extension SchemaCompiler {
    private mutating func compile(
        _ location: SchemaLocation, for keyword: SchemaKeyword
    ) throws(SchemaError) -> SchemaNode {
        let document = registry.document(of: location)
        switch document.nodes[location.node].content {
        case .bool(let accepts):
            var node = SchemaNode()
            node.resource = UInt32(registry.resource(of: location))
            if !accepts {
                node.types = []
                node.typeReport = tables.report(
                    keyword, at: self.uri(of: location), detail: keyword.refusalOfEverything)
            }
            return node
        case .object:
            var draft = SubschemaDraft(location, registry)
            try compileKeywords(of: &draft)
            return emit(draft)
        default:
            throw document.error("A schema is an object, true or false.", at: location.node)
        }
    }

    private mutating func compileKeywords(of draft: inout SubschemaDraft) throws(SchemaError) {
        try compileReferences(of: &draft)
        if draft.dialect.hasValidation { try compileAssertions(of: &draft) }
        if draft.dialect.hasApplicators {
            try compileBranches(of: &draft)
            try compileArrayRule(of: &draft)
        }
        try compileObjectRule(of: &draft)
        try compileFormat(of: &draft)
        if draft.dialect.hasUnevaluated { try compileUnevaluated(of: &draft) }
    }

    private mutating func emit(_ draft: SubschemaDraft) -> SchemaNode {
        var node = draft.node
        node.general = emit(draft.general)
        node.number = emit(draft.number)
        node.string = emit(draft.string)
        node.array = emit(draft.array)
        node.object = emit(draft.object)
        node.end = UInt32(instructions.count)
        return node
    }

    /// Puts instructions behind the others, and returns where they start.
    private mutating func emit(_ run: [SchemaInstruction]) -> UInt32 {
        let start = UInt32(instructions.count)
        instructions += run
        return start
    }

    /// A place in a schema, as clients see it: the fragment alone in the schema that was compiled.
    func uri(of location: SchemaLocation) -> String {
        let document = registry.document(of: location)
        return document.name + "#" + document.nodes[location.node].pointer
    }
}

// MARK: - Circles

extension SchemaCompiler {
    /// Refuses subschemas that lead to themselves without going into the instance: no document could ever be judged.
    private func refuseCircles() throws(SchemaError) {
        enum Colour { case white, grey, black }
        var colours = [Colour](repeating: .white, count: nodes.count)
        for start in nodes.indices where colours[start] == .white {
            // Each entry is a node and what of its targets is left; a stack of our own, since chains may be long.
            var stack = [(node: start, rest: inPlaceTargets(of: nodes[start])[...])]
            colours[start] = .grey
            while let top = stack.indices.last {
                guard let next = stack[top].rest.popFirst() else {
                    colours[stack[top].node] = .black
                    stack.removeLast()
                    continue
                }
                switch colours[Int(next)] {
                case .black: break
                case .grey: throw circle(at: next)
                case .white:
                    colours[Int(next)] = .grey
                    stack.append((Int(next), inPlaceTargets(of: nodes[Int(next)])[...]))
                }
            }
        }
    }

    private func circle(at node: UInt32) -> SchemaError {
        guard let location = nodeOfLocation.first(where: { $0.value == node })?.key else {
            return SchemaError(reason: "The schema leads to itself.")
        }
        return registry.error("The schema leads to itself without going into the instance.", at: location)
    }

    private func inPlaceTargets(of node: SchemaNode) -> [UInt32] {
        instructions[Int(node.general)..<Int(node.end)].flatMap { instruction -> [UInt32] in
            switch instruction.operation {
            case .reference(let node), .not(let node): [node]
            case .allOf(let range), .anyOf(let range), .oneOf(let range): Array(tables.nodeLists[range.indices])
            case .condition(let ifNode, let thenNode, let elseNode):
                [ifNode, thenNode, elseNode].filter { $0 != noNode }
            case .dependentSchemas(let range): tables.names[range.indices].map(\.node)
            default: []
            }
        }
    }
}
