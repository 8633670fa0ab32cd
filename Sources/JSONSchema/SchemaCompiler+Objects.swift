/// `properties`, `patternProperties`, `additionalProperties`, `propertyNames` and `required`, as one rule.
extension SchemaCompiler {
    mutating func compileObjectRule(of draft: inout SubschemaDraft) throws(SchemaError) {
        var rule = ObjectRule()
        var names: [NamedNode] = []
        var indices: [[UInt8]: Int] = [:]
        if draft.dialect.hasApplicators {
            for member in try draft.object("properties")?.members ?? [] {
                indices[Array(member.name.utf8)] = names.count
                names.append(NamedNode(name: tables.place(member.name), node: node(at: member.place, for: .properties)))
            }
            try compilePatternsAndRest(of: &rule, draft)
        }
        if draft.dialect.hasValidation, let place = draft.place("required") {
            try compileRequired(at: place, into: &names, indices, &rule, &draft)
        }
        tables.addNames(names, to: &rule)
        guard !rule.names.isEmpty || !rule.patterns.isEmpty || rule.additional != noNode || rule.propertyNames != noNode
        else { return }
        tables.objects.append(rule)
        let operation = SchemaInstruction.Operation.objectRule(UInt32(tables.objects.count - 1))
        draft.object.append(SchemaInstruction(operation: operation, report: SchemaTables.limitReport))
    }

    private mutating func compilePatternsAndRest(
        of rule: inout ObjectRule, _ draft: SubschemaDraft
    ) throws(SchemaError) {
        var patterns: [PatternNode] = []
        for member in try draft.object("patternProperties")?.members ?? [] {
            let pattern = try pattern(member.name, draft.error("The pattern can't be used", at: member.place))
            patterns.append(PatternNode(pattern: pattern, node: node(at: member.place, for: .patternProperties)))
        }
        rule.patterns = tables.patternList(patterns)
        if let place = draft.place("additionalProperties") {
            rule.additional = node(at: place, for: .additionalProperties)
        }
        if let place = draft.place("propertyNames") { rule.propertyNames = node(at: place, for: .propertyNames) }
    }

    /// Gives a bit to each required name; what there is no bit for is looked up one by one.
    private mutating func compileRequired(
        at place: SchemaLocation, into names: inout [NamedNode], _ indices: [[UInt8]: Int], _ rule: inout ObjectRule,
        _ draft: inout SubschemaDraft
    ) throws(SchemaError) {
        var others: [NamedNode] = []
        for (ordinal, name) in try draft.names(in: place, "required").enumerated() {
            let report = report(.required, at: place, "the member \"\(name)\" is missing")
            guard ordinal < UInt64.bitWidth else {
                others.append(NamedNode(name: tables.place(name), report: report))
                continue
            }
            let bit: UInt64 = 1 << UInt64(ordinal)
            rule.requiredBits |= bit
            if let index = indices[Array(name.utf8)] {
                names[index].requiredBit = bit
                names[index].report = report
            } else {
                names.append(NamedNode(name: tables.place(name), requiredBit: bit, report: report))
            }
        }
        guard !others.isEmpty else { return }
        let operation = SchemaInstruction.Operation.required(tables.nameList(others))
        draft.object.append(SchemaInstruction(operation: operation, report: SchemaTables.limitReport))
    }
}
