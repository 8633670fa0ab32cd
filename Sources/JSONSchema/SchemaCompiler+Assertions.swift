/// The validation vocabulary (validation section 6), and `format`.
extension SchemaCompiler {
    mutating func compileAssertions(of draft: inout SubschemaDraft) throws(SchemaError) {
        try compileType(of: &draft)
        try compileConstants(of: &draft)
        try compileNumbers(of: &draft)
        try compileStrings(of: &draft)
        try compileCounts(of: &draft)
    }

    mutating func report(_ keyword: SchemaKeyword, at place: SchemaLocation, _ detail: String) -> UInt32 {
        tables.report(keyword, at: uri(of: place), detail: detail)
    }

    private mutating func instruction(
        _ operation: SchemaInstruction.Operation, _ keyword: SchemaKeyword, at place: SchemaLocation, _ detail: String
    ) -> SchemaInstruction {
        SchemaInstruction(operation: operation, report: report(keyword, at: place, detail))
    }

    private mutating func compileType(of draft: inout SubschemaDraft) throws(SchemaError) {
        guard let place = draft.place("type") else { return }
        var names: [String] = []
        switch draft.content(place) {
        case .string(let name): names = [name]
        case .array: names = try draft.names(in: place, "type")
        default: throw draft.error("type must be a string, or an array of strings.", at: place)
        }
        guard !names.isEmpty else { throw draft.error("type must name at least one type.", at: place) }
        var types = TypeSet()
        for name in names {
            guard let (type, _) = TypeSet.named[name] else { throw draft.error("There is no such type.", at: place) }
            types.formUnion(type)
        }
        if types.contains(.number) { types.insert(.integer) }
        draft.node.types = types
        let phrases = names.compactMap { TypeSet.named[$0]?.phrase }
        draft.node.typeReport = report(.type, at: place, "must be \(phrases.joined(separator: " or "))")
    }

    private mutating func compileConstants(of draft: inout SubschemaDraft) throws(SchemaError) {
        if let place = draft.place("const") {
            let constant = tables.constant(place.node, of: draft.document)
            draft.general.append(
                instruction(.constant(constant), .const, at: place, "must be the value that the schema names"))
        }
        if let (elements, place) = try draft.array("enum") {
            let start = tables.constants.count
            for element in elements { tables.constant(element.node, of: draft.document) }
            let range = TableRange(start: start, count: elements.count)
            draft.general.append(
                instruction(.enumeration(range), .enumeration, at: place, draft.sentence(listing: elements)))
        }
    }

    private mutating func compileNumbers(of draft: inout SubschemaDraft) throws(SchemaError) {
        if let (text, place) = try draft.number("minimum") {
            draft.number.append(
                instruction(.minimum(tables.number(text)), .minimum, at: place, "must be at least \(text)"))
        }
        if let (text, place) = try draft.number("maximum") {
            draft.number.append(
                instruction(.maximum(tables.number(text)), .maximum, at: place, "must be at most \(text)"))
        }
        if let (text, place) = try draft.number("exclusiveMinimum") {
            draft.number.append(
                instruction(
                    .exclusiveMinimum(tables.number(text)), .exclusiveMinimum, at: place, "must be more than \(text)"))
        }
        if let (text, place) = try draft.number("exclusiveMaximum") {
            draft.number.append(
                instruction(
                    .exclusiveMaximum(tables.number(text)), .exclusiveMaximum, at: place, "must be less than \(text)"))
        }
        if let (text, place) = try draft.number("multipleOf") {
            guard let divisor = tables.divisor(text) else {
                throw draft.error("multipleOf must be greater than 0, with at most 18 significant digits.", at: place)
            }
            draft.number.append(
                instruction(.multipleOf(divisor), .multipleOf, at: place, "must be a multiple of \(text)"))
        }
    }

    private mutating func compileStrings(of draft: inout SubschemaDraft) throws(SchemaError) {
        if let (count, place) = try draft.count("minLength") {
            draft.string.append(
                instruction(.minLength(count), .minLength, at: place, "must have at least \(count, of: "character")"))
        }
        if let (count, place) = try draft.count("maxLength") {
            draft.string.append(
                instruction(.maxLength(count), .maxLength, at: place, "must have at most \(count, of: "character")"))
        }
        if let (text, place) = try draft.string("pattern") {
            let pattern = try pattern(text, draft.error("The pattern can't be used", at: place))
            draft.string.append(
                instruction(.pattern(pattern), .pattern, at: place, "must match the pattern that the schema gives"))
        }
    }

    /// The number of a pattern in the program. `fault` begins the sentence that is thrown when there can be none.
    mutating func pattern(_ text: String, _ fault: SchemaError) throws(SchemaError) -> UInt32 {
        do throws(PatternError) {
            return tables.pattern(try ECMAPattern.translate(text), else: fault)
        } catch {
            throw SchemaError(
                document: fault.document, pointer: fault.pointer, reason: "\(fault.reason): \(error.reason).")
        }
    }

    private mutating func compileCounts(of draft: inout SubschemaDraft) throws(SchemaError) {
        if let (count, place) = try draft.count("minItems") {
            draft.array.append(
                instruction(.minItems(count), .minItems, at: place, "must have at least \(count, of: "element")"))
        }
        if let (count, place) = try draft.count("maxItems") {
            draft.array.append(
                instruction(.maxItems(count), .maxItems, at: place, "must have at most \(count, of: "element")"))
        }
        if let (isUnique, place) = try draft.bool("uniqueItems"), isUnique {
            draft.array.append(
                instruction(.uniqueItems, .uniqueItems, at: place, "must not have two elements that are equal"))
        }
        if let (count, place) = try draft.count("minProperties") {
            draft.object.append(
                instruction(
                    .minProperties(count), .minProperties, at: place, "must have at least \(count, of: "member")"))
        }
        if let (count, place) = try draft.count("maxProperties") {
            draft.object.append(
                instruction(
                    .maxProperties(count), .maxProperties, at: place, "must have at most \(count, of: "member")"))
        }
        try compileDependentRequired(of: &draft)
    }

    private mutating func compileDependentRequired(of draft: inout SubschemaDraft) throws(SchemaError) {
        guard let (members, _) = try draft.object("dependentRequired") else { return }
        for member in members {
            let others = try draft.names(in: member.place, "dependentRequired")
            var run = [NamedNode(name: tables.place(member.name))]
            for other in others {
                let detail = "the member \"\(other)\" is missing, which \"\(member.name)\" needs"
                let report = report(.dependentRequired, at: member.place, detail)
                run.append(NamedNode(name: tables.place(other), report: report))
            }
            draft.object.append(
                SchemaInstruction(operation: .dependentRequired(tables.nameList(run)), report: SchemaTables.limitReport)
            )
        }
    }

    mutating func compileFormat(of draft: inout SubschemaDraft) throws(SchemaError) {
        guard let (name, place) = try draft.string("format") else { return }
        guard options.assertsFormats || draft.dialect.assertsFormats else { return }
        guard let format = SchemaFormat(rawValue: name) else { return }
        draft.string.append(instruction(.format(format), .format, at: place, "must be \(format.phrase)"))
    }
}

extension TypeSet {
    fileprivate static let named: [String: (type: TypeSet, phrase: String)] = [
        "null": (.null, "null"), "boolean": (.bool, "true or false"), "number": (.number, "a number"),
        "string": (.string, "a string"), "array": (.array, "an array"), "object": (.object, "an object"),
        "integer": (.integer, "an integer"),
    ]
}

extension SubschemaDraft {
    /// Names the values of an `enum`, when they are few and short.
    fileprivate func sentence(listing elements: [SchemaLocation]) -> String {
        var values: [String] = []
        for element in elements {
            switch content(element) {
            case .null: values.append("null")
            case .bool(let value): values.append("\(value)")
            case .number(let text): values.append(text)
            case .string(let text): values.append("\"\(text)\"")
            case .array, .object: return "must be one of the values that the schema lists"
            }
        }
        let list = values.joined(separator: ", ")
        return list.utf8.count <= 200 ? "must be one of \(list)" : "must be one of the values that the schema lists"
    }
}

extension DefaultStringInterpolation {
    /// A count and the noun that goes with it: "1 character", "2 characters".
    fileprivate mutating func appendInterpolation(_ count: UInt64, of noun: String) {
        appendLiteral("\(count) \(noun)\(count == 1 ? "" : "s")")
    }
}
