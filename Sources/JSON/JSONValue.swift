/// A value in a parsed document: a view that borrows the tape and the document's bytes.
public struct JSONValue: ~Escapable, BitwiseCopyable {
    // INVARIANT: `nodes` is a whole document that was parsed from `bytes`, and `index` is the node of a value in it.
    @usableFromInline let nodes: Span<JSONNode>
    @usableFromInline let bytes: RawSpan
    @usableFromInline let index: Int

    @inlinable
    @_lifetime(copy nodes, copy bytes)
    init(nodes: Span<JSONNode>, bytes: RawSpan, index: Int) {
        self.nodes = nodes
        self.bytes = bytes
        self.index = index
    }

    @inlinable
    var node: JSONNode { nodes[index] }

    /// What the value is. O(1).
    @inlinable
    public var kind: JSONKind { node.kind }

    /// Whether it is `null`.
    @inlinable
    public var isNull: Bool { node.form == .null }

    /// The truth value, or nil when it is none. O(1).
    @inlinable
    public var asBool: Bool? {
        switch node.form {
        case .trueLiteral: true
        case .falseLiteral: false
        default: nil
        }
    }

    /// The string, or nil when it is none. O(1): nothing is copied.
    @inlinable
    public var asString: JSONString? {
        @_lifetime(copy self)
        get {
            guard kind == .string else { return nil }
            return string
        }
    }

    /// The string of a node that is known to be one.
    @inlinable
    var string: JSONString {
        @_lifetime(copy self)
        get { JSONString(raw: text, hasEscapes: node.form == .escapedString) }
    }

    /// The text of a number, a word or a string as written. Not for a container.
    @inlinable
    var text: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(node.textRange) }
    }

    /// Where the value starts in the document, in bytes; of a string, behind its quote.
    @inlinable
    public var offset: Int { Int(node.offset) }
}

// MARK: - Containers

extension JSONValue {
    /// How many elements an array has, or members an object; 0 for anything else. O(1).
    @inlinable
    public var count: Int {
        switch node.form {
        case .array, .object: Int(node.length)
        default: 0
        }
    }

    /// The elements of an array in their order; none for anything else.
    @inlinable
    public var elements: JSONElements {
        @_lifetime(copy self)
        get { JSONElements(of: self) }
    }

    /// The members of an object in their order; none for anything else.
    @inlinable
    public var members: JSONMembers {
        @_lifetime(copy self)
        get { JSONMembers(of: self) }
    }

    /// The first member with this name, compared after unescaping; nil when there is none, or when this is no object.
    /// O(members): to read most of an object, walk its `members` once instead.
    @inlinable
    @_lifetime(copy self)
    public func member(_ name: StaticString) -> JSONValue? {
        var rest = members
        while let member = rest.next() {
            if member.name.equals(name) { return member.value }
        }
        return nil
    }

    /// The first member with the name that `name` spells in UTF-8, as `member(_:)` of a literal.
    @inlinable
    @_lifetime(copy self)
    public func member(_ name: RawSpan) -> JSONValue? {
        var rest = members
        while let member = rest.next() {
            if member.name.equals(name) { return member.value }
        }
        return nil
    }
}
