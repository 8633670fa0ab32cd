/// Walks an array: `while let element = elements.next() { … }`. Allocates nothing; O(1) a step, whatever the element holds.
public struct JSONElements: ~Escapable {
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

/// Walks an object: `while let member = members.next() { … }`. Allocates nothing; O(1) a step, whatever the member holds.
public struct JSONMembers: ~Escapable {
    @usableFromInline let object: JSONValue
    @usableFromInline var index: Int
    @usableFromInline let end: Int

    @inlinable
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
        let name = JSONValue(nodes: object.nodes, bytes: object.bytes, index: index)
        let value = JSONValue(nodes: object.nodes, bytes: object.bytes, index: index &+ 1)
        index = Int(value.node.next)
        return JSONMember(
            name: JSONString(raw: name.text, hasEscapes: name.node.form == .escapedString), value: value)
    }
}

/// A name in an object, and its value.
public struct JSONMember: ~Escapable {
    /// The member's name.
    public let name: JSONString
    /// The member's value.
    public let value: JSONValue

    @inlinable
    @_lifetime(copy name, copy value)
    init(name: JSONString, value: JSONValue) {
        self.name = name
        self.value = value
    }
}
