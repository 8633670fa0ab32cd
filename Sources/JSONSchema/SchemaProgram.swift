internal import Bytes

/// A compiled schema: tables whose entries name each other by index. What it does stands in the `Evaluation` files.
struct SchemaProgram: ~Copyable, Sendable {
    let nodes: FixedArray<SchemaNode>
    let instructions: FixedArray<SchemaInstruction>
    /// Runs of indices: the nodes in `allOf` and its like and in `prefixItems`, and tables of names.
    let nodeLists: FixedArray<UInt32>
    /// Runs of names, each with what it leads to; `NamedNode` says what.
    let names: FixedArray<NamedNode>
    let objects: FixedArray<ObjectRule>
    let arrays: FixedArray<ArrayRule>
    let constants: FixedArray<SchemaConstant>
    let numbers: FixedArray<NumberBound>
    let divisors: FixedArray<DecimalDivisor>
    let patterns: FixedArray<Pattern>
    /// Runs of patterns for member names, each with the subschema for the members that it matches.
    let patternNodes: FixedArray<PatternNode>
    let reports: FixedArray<SchemaReport>
    /// For each name that a `$dynamicRef` uses, one entry a resource: its node of that dynamic anchor, or `noNode`.
    let dynamicTargets: FixedArray<UInt32>
    let resourceCount: Int
    /// What the ranges in the tables are ranges of: names, strings, numbers as written, sentences.
    let text: ByteBuffer

    /// Where the instance's root is judged.
    static let root: UInt32 = 0
}

/// Stands where no node is meant.
let noNode = UInt32.max

/// The types that `type` may name, as a set.
struct TypeSet: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt8

    static let null = TypeSet(rawValue: 1)
    static let bool = TypeSet(rawValue: 2)
    static let number = TypeSet(rawValue: 4)
    static let string = TypeSet(rawValue: 8)
    static let array = TypeSet(rawValue: 16)
    static let object = TypeSet(rawValue: 32)
    /// A number without a fraction, where `number` itself is not in the set.
    static let integer = TypeSet(rawValue: 64)
    static let any = TypeSet(rawValue: 127)
}

/// One subschema. Its instructions stand one after the other, those for every type first.
struct SchemaNode: BitwiseCopyable, Sendable {
    var types = TypeSet.any
    /// Whether it asks which members or elements its other keywords have evaluated.
    var readsMarks = false
    /// The report of a type that is not in `types`; of the boolean schema `false`, that of everything.
    var typeReport: UInt32 = 0
    /// The resource that it belongs to, for the dynamic scope.
    var resource: UInt32 = 0
    /// Where the instructions begin: for every type, for numbers, strings, arrays, objects; and where they end.
    var general: UInt32 = 0
    var number: UInt32 = 0
    var string: UInt32 = 0
    var array: UInt32 = 0
    var object: UInt32 = 0
    var end: UInt32 = 0
}

/// One assertion or applicator of a subschema.
struct SchemaInstruction: BitwiseCopyable, Sendable {
    let operation: Operation
    let report: UInt32

    enum Operation: BitwiseCopyable, Sendable {
        // For every type.
        case constant(UInt32)
        case enumeration(TableRange)
        case reference(UInt32)
        /// The name's number among the runs of `dynamicTargets`, and the node when no resource in scope has it.
        case dynamicReference(name: UInt32, fallback: UInt32)
        case allOf(TableRange)
        case anyOf(TableRange)
        case oneOf(TableRange)
        case not(UInt32)
        case condition(ifNode: UInt32, thenNode: UInt32, elseNode: UInt32)

        // For numbers.
        case minimum(UInt32)
        case maximum(UInt32)
        case exclusiveMinimum(UInt32)
        case exclusiveMaximum(UInt32)
        case multipleOf(UInt32)

        // For strings.
        case minLength(UInt64)
        case maxLength(UInt64)
        case pattern(UInt32)
        case format(SchemaFormat)

        // For arrays.
        case minItems(UInt64)
        case maxItems(UInt64)
        case uniqueItems
        case arrayRule(UInt32)
        case unevaluatedItems(UInt32)

        // For objects.
        case minProperties(UInt64)
        case maxProperties(UInt64)
        case objectRule(UInt32)
        /// Names that must be there; each brings its own report.
        case required(TableRange)
        /// Where the first name is a member, the others must be too; each brings its own report.
        case dependentRequired(TableRange)
        /// Where a name is a member, its node must take the object.
        case dependentSchemas(TableRange)
        case unevaluatedProperties(UInt32)
    }
}

/// What `properties`, `patternProperties`, `additionalProperties`, `propertyNames` and `required` say together, so that
/// one walk over the members is enough.
struct ObjectRule: BitwiseCopyable, Sendable {
    /// Run of `names`: each with its node, if `properties` has it, and its bit, if it is required.
    var names = TableRange.none
    /// Where the names are many: a run of `nodeLists` that is a hash table of their indices, `noNode` where it is free.
    var slots = TableRange.none
    var greatestNameBytes = 0
    var patterns = TableRange.none
    var additional = noNode
    var propertyNames = noNode
    /// The bits of the names that are required.
    var requiredBits: UInt64 = 0
}

/// What `prefixItems`, `items`, `contains` and its bounds say together.
struct ArrayRule: BitwiseCopyable, Sendable {
    /// Run of `nodeLists`.
    var prefix = TableRange.none
    var items = noNode
    var contains = noNode
    var minContains: UInt64 = 1
    var maxContains = UInt64.max
    var minContainsReport: UInt32 = 0
    var maxContainsReport: UInt32 = 0
}

/// A member's name, and what it leads to.
struct NamedNode: BitwiseCopyable, Sendable {
    let name: TextRange
    /// The subschema for the member, or `noNode`.
    var node = noNode
    /// Of a required name: its bit, when it has one.
    var requiredBit: UInt64 = 0
    /// Of a required name: the report of its absence.
    var report: UInt32 = 0
}

struct PatternNode: BitwiseCopyable, Sendable {
    let pattern: UInt32
    let node: UInt32
}

/// A number in the schema: as written, and as a machine's integer when it is one.
struct NumberBound: BitwiseCopyable, Sendable {
    let text: TextRange
    let integer: Int64
    let isInteger: Bool
}

/// A value of `const` or `enum`. A container's content follows it, an object's members as name and value in turn.
struct SchemaConstant: BitwiseCopyable, Sendable {
    var kind: Kind
    /// A string's value, a number's text.
    var text = TextRange(0..<0)
    var count: UInt32 = 0
    /// The index of the first constant that is not part of it.
    var next: UInt32 = 0

    enum Kind: UInt8, BitwiseCopyable, Sendable {
        case null, falseLiteral, trueLiteral, number, string, array, object
    }
}

/// What is said about an instance that breaks one keyword.
struct SchemaReport: BitwiseCopyable, Sendable {
    let keyword: SchemaKeyword
    /// The keyword's place: a URI reference whose fragment is a JSON pointer.
    let location: TextRange
    let detail: TextRange
}
