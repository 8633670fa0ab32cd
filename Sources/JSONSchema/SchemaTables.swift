internal import Bytes

/// The tables of a program while they grow.
struct SchemaTables {
    var nodeLists: [UInt32] = []
    var names: [NamedNode] = []
    var objects: [ObjectRule] = []
    var arrays: [ArrayRule] = []
    var constants: [SchemaConstant] = []
    private var numbers: [NumberBound] = []
    private var divisors: [DecimalDivisor] = []
    private var patterns: [(translated: [UInt8], error: SchemaError)] = []
    var patternNodes: [PatternNode] = []
    private var reports: [SchemaReport] = []
    private var text: [UInt8] = []

    /// The report of what exceeds the limits.
    static let limitReport: UInt32 = 0

    init() {
        _ = report(.limit, at: "#", detail: "checking this document takes more work than is allowed")
    }

    mutating func place(_ string: String) -> TextRange {
        let start = text.count
        text += string.utf8
        return TextRange(start..<text.count)
    }

    func bytes(of range: TextRange) -> ArraySlice<UInt8> { text[range.range] }

    mutating func report(_ keyword: SchemaKeyword, at location: String, detail: String) -> UInt32 {
        reports.append(SchemaReport(keyword: keyword, location: place(location), detail: place(detail)))
        return UInt32(reports.count - 1)
    }

    mutating func number(_ written: String) -> UInt32 {
        let integer = Int64(written)
        numbers.append(NumberBound(text: place(written), integer: integer ?? 0, isInteger: integer != nil))
        return UInt32(numbers.count - 1)
    }

    /// Nil when the number is not one that `multipleOf` can have.
    mutating func divisor(_ written: String) -> UInt32? {
        guard let divisor = DecimalDivisor(DecimalText(Array(written.utf8).span.raw)) else { return nil }
        divisors.append(divisor)
        return UInt32(divisors.count - 1)
    }

    /// A pattern in RE2's words; `error` is for what RE2 finds wrong with it.
    mutating func pattern(_ translated: [UInt8], else error: SchemaError) -> UInt32 {
        patterns.append((translated, error))
        return UInt32(patterns.count - 1)
    }

    mutating func nodeList(_ nodes: [UInt32]) -> TableRange {
        nodeLists += nodes
        return TableRange(start: nodeLists.count - nodes.count, count: nodes.count)
    }

    mutating func nameList(_ run: [NamedNode]) -> TableRange {
        names += run
        return TableRange(start: names.count - run.count, count: run.count)
    }

    mutating func patternList(_ run: [PatternNode]) -> TableRange {
        patternNodes += run
        return TableRange(start: patternNodes.count - run.count, count: run.count)
    }

    /// Puts a value of the document behind the other constants, and returns where it stands.
    @discardableResult
    mutating func constant(_ index: Int, of document: SchemaDocument) -> UInt32 {
        let own = constants.count
        constants.append(SchemaConstant(kind: .null))
        switch document.nodes[index].content {
        case .null: break
        case .bool(let value): constants[own].kind = value ? .trueLiteral : .falseLiteral
        case .number(let written):
            constants[own] = SchemaConstant(kind: .number, text: place(written))
        case .string(let value):
            constants[own] = SchemaConstant(kind: .string, text: place(value))
        case .array(let elements):
            constants[own] = SchemaConstant(kind: .array, count: UInt32(elements.count))
            for element in elements { constant(element, of: document) }
        case .object(let members):
            constants[own] = SchemaConstant(kind: .object, count: UInt32(members.count))
            for member in members {
                let next = UInt32(constants.count + 1)
                constants.append(SchemaConstant(kind: .string, text: place(member.name), next: next))
                constant(member.value, of: document)
            }
        }
        constants[own].next = UInt32(constants.count)
        return UInt32(own)
    }

    /// The program; the patterns are compiled here.
    func program(
        nodes: [SchemaNode], instructions: [SchemaInstruction], dynamicTargets: [UInt32], resourceCount: Int
    ) throws(SchemaError) -> SchemaProgram {
        let compiled = try FixedArray(count: patterns.count) { index throws(SchemaError) -> Pattern in
            do throws(PatternError) {
                return try Pattern(patterns[index].translated)
            } catch {
                throw patterns[index].error.appending(error.reason)
            }
        }
        return SchemaProgram(
            nodes: FixedArray(nodes), instructions: FixedArray(instructions), nodeLists: FixedArray(nodeLists),
            names: FixedArray(names), objects: FixedArray(objects), arrays: FixedArray(arrays),
            constants: FixedArray(constants), numbers: FixedArray(numbers), divisors: FixedArray(divisors),
            patterns: compiled, patternNodes: FixedArray(patternNodes), reports: FixedArray(reports),
            dynamicTargets: FixedArray(dynamicTargets), resourceCount: resourceCount,
            text: ByteBuffer(copying: text.span.raw))
    }
}

extension FixedArray where Element: Copyable {
    fileprivate init(_ elements: [Element]) {
        self.init(count: elements.count) { elements[$0] }
    }
}

extension PatternError {
    var reason: String {
        switch self {
        case .malformed(let reason), .refused(let reason): reason
        }
    }
}

extension SchemaError {
    fileprivate func appending(_ detail: String) -> SchemaError {
        SchemaError(document: document, pointer: pointer, reason: "\(reason): \(detail).")
    }
}
