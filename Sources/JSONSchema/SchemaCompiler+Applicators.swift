/// References and the applicator and unevaluated vocabularies (core sections 8.2.3, 10 and 11).
extension SchemaCompiler {
    mutating func compileReferences(of draft: inout SubschemaDraft) throws(SchemaError) {
        if let (text, place) = try draft.string("$ref") {
            let target = try registry.resolve(text, from: draft.location, at: place)
            draft.general.append(plain(.reference(node(at: target, for: .reference))))
        }
        if let (text, place) = try draft.string("$dynamicRef") {
            let target = try registry.resolve(text, from: draft.location, at: place)
            let node = node(at: target, for: .dynamicReference)
            let fragment = URIReference(text).fragment ?? ""
            let resource = registry.resources[registry.resource(of: target)]
            // Without such an anchor where it leads at first, it is a reference like any other (core section 8.2.3.2).
            guard resource.dynamicAnchors[fragment] == target else {
                draft.general.append(plain(.reference(node)))
                return
            }
            let name = UInt32(dynamicName(fragment))
            draft.general.append(plain(.dynamicReference(name: name, fallback: node)))
        }
    }

    /// An instruction whose subschemas report for themselves.
    private func plain(_ operation: SchemaInstruction.Operation) -> SchemaInstruction {
        SchemaInstruction(operation: operation, report: SchemaTables.limitReport)
    }

    private mutating func nodes(
        of keyword: SchemaKeyword, in draft: SubschemaDraft
    ) throws(SchemaError) -> (range: TableRange, place: SchemaLocation)? {
        guard let (elements, place) = try draft.array(keyword.rawValue) else { return nil }
        guard !elements.isEmpty else { throw draft.error("\(keyword.rawValue) must not be empty.", at: place) }
        return (tables.nodeList(elements.map { node(at: $0, for: keyword) }), place)
    }

    private mutating func node(of keyword: SchemaKeyword, in draft: SubschemaDraft) -> UInt32 {
        draft.place(keyword.rawValue).map { node(at: $0, for: keyword) } ?? noNode
    }

    mutating func compileBranches(of draft: inout SubschemaDraft) throws(SchemaError) {
        if let (range, _) = try nodes(of: .allOf, in: draft) { draft.general.append(plain(.allOf(range))) }
        if let (range, place) = try nodes(of: .anyOf, in: draft) {
            let report = report(.anyOf, at: place, "matches none of the forms that the schema allows")
            draft.general.append(SchemaInstruction(operation: .anyOf(range), report: report))
        }
        if let (range, place) = try nodes(of: .oneOf, in: draft) {
            let report = report(.oneOf, at: place, "must match exactly one of the forms that the schema allows")
            draft.general.append(SchemaInstruction(operation: .oneOf(range), report: report))
        }
        if let place = draft.place("not") {
            let report = report(.not, at: place, "has a form that the schema forbids")
            draft.general.append(SchemaInstruction(operation: .not(node(at: place, for: .not)), report: report))
        }
        let condition = node(of: .ifCondition, in: draft)
        let (thenNode, elseNode) = (node(of: .thenBranch, in: draft), node(of: .elseBranch, in: draft))
        // Without branches the condition is still evaluated, for what it marks.
        if condition != noNode {
            draft.general.append(plain(.condition(ifNode: condition, thenNode: thenNode, elseNode: elseNode)))
        }
        try compileDependentSchemas(of: &draft)
    }

    private mutating func compileDependentSchemas(of draft: inout SubschemaDraft) throws(SchemaError) {
        guard let (members, _) = try draft.object("dependentSchemas"), !members.isEmpty else { return }
        let run = members.map {
            NamedNode(name: tables.place($0.name), node: node(at: $0.place, for: .dependentSchemas))
        }
        draft.object.append(plain(.dependentSchemas(tables.nameList(run))))
    }

    mutating func compileArrayRule(of draft: inout SubschemaDraft) throws(SchemaError) {
        var rule = ArrayRule()
        if let (range, _) = try nodes(of: .prefixItems, in: draft) { rule.prefix = range }
        rule.items = node(of: .items, in: draft)
        if let place = draft.place("contains") {
            rule.contains = node(at: place, for: .contains)
            try compileContainsBounds(of: &rule, at: place, draft)
        }
        guard !rule.prefix.isEmpty || rule.items != noNode || rule.contains != noNode else { return }
        tables.arrays.append(rule)
        draft.array.append(plain(.arrayRule(UInt32(tables.arrays.count - 1))))
    }

    private mutating func compileContainsBounds(
        of rule: inout ArrayRule, at place: SchemaLocation, _ draft: SubschemaDraft
    ) throws(SchemaError) {
        rule.minContainsReport = report(
            .contains, at: place, "must have an element of the form that the schema demands")
        guard draft.dialect.hasValidation else { return }
        if let (count, place) = try draft.count("minContains") {
            rule.minContains = count
            rule.minContainsReport = report(
                .minContains, at: place, "must have at least \(count) of the elements that the schema counts")
        }
        if let (count, place) = try draft.count("maxContains") {
            rule.maxContains = count
            rule.maxContainsReport = report(
                .maxContains, at: place, "must have at most \(count) of the elements that the schema counts")
        }
    }

    mutating func compileUnevaluated(of draft: inout SubschemaDraft) throws(SchemaError) {
        if let place = draft.place("unevaluatedItems") {
            draft.array.append(plain(.unevaluatedItems(node(at: place, for: .unevaluatedItems))))
            draft.node.readsMarks = true
        }
        if let place = draft.place("unevaluatedProperties") {
            draft.object.append(plain(.unevaluatedProperties(node(at: place, for: .unevaluatedProperties))))
            draft.node.readsMarks = true
        }
    }
}

extension SchemaKeyword {
    /// What is said where the keyword leads to the schema `false`.
    var refusalOfEverything: String {
        switch self {
        case .additionalProperties, .unevaluatedProperties, .properties, .patternProperties:
            "this member is not allowed"
        case .propertyNames: "a member of this name is not allowed"
        case .items, .prefixItems, .unevaluatedItems: "this element is not allowed"
        default: "nothing is allowed here"
        }
    }
}
