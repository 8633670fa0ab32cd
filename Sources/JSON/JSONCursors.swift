/// Walks an array: `while let element = elements.next() { … }`. Allocates nothing; O(1) a step, whatever the element
/// holds.
public struct JSONElements: ~Escapable, BitwiseCopyable {
    @usableFromInline let array: JSONValue
    @usableFromInline var index: Int
    @usableFromInline let end: Int

    @inlinable
    @_lifetime(copy value)
    init(of value: JSONValue) {
        array = value
        index = value.index &+ 1
        end = value.kind == .array ? Int(value.node.next) : 0
    }

    /// The next element, or nil behind the last.
    @inlinable
    @_lifetime(copy self)
    public mutating func next() -> JSONValue? {
        guard index < end else { return nil }
        let element = JSONValue(nodes: array.nodes, bytes: array.bytes, index: index)
        index = Int(element.node.next)
        return element
    }
}

/// Walks an object: `while let member = members.next() { … }`. Allocates nothing; O(1) a step, whatever the member
/// holds.
public struct JSONMembers: ~Escapable, BitwiseCopyable {
    @usableFromInline let object: JSONValue
    @usableFromInline var index: Int
    @usableFromInline let end: Int

    @inlinable
    @inline(__always)
    @_lifetime(copy value)
    init(of value: JSONValue) {
        object = value
        index = value.index &+ 1
        end = value.kind == .object ? Int(value.node.next) : 0
    }

    /// The next member, or nil behind the last.
    @inlinable
    @_lifetime(copy self)
    public mutating func next() -> JSONMember? {
        guard index < end else { return nil }
        let member = JSONMember(JSONValue(nodes: object.nodes, bytes: object.bytes, index: index &+ 1))
        index = Int(member.value.node.next)
        return member
    }
}

/// A name in an object, and its value.
public struct JSONMember: ~Escapable, BitwiseCopyable {
    // INVARIANT: the value belongs to an object, so that its name is the node before it.
    /// The member's value.
    public let value: JSONValue

    @inlinable
    @_lifetime(copy value)
    init(_ value: JSONValue) { self.value = value }

    /// The member's name.
    @inlinable
    public var name: JSONString {
        @_lifetime(copy self)
        get { JSONValue(nodes: value.nodes, bytes: value.bytes, index: value.index &- 1).string }
    }

    /// The member's name as a value of its own, a string: for whoever asks of names what is asked of values.
    @inlinable
    public var nameValue: JSONValue {
        @_lifetime(copy self)
        get { JSONValue(nodes: value.nodes, bytes: value.bytes, index: value.index &- 1) }
    }
}
