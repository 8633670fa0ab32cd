public import Bytes

/// Writes one JSON object into a buffer: braces, commas, names. The caller sees to it that no name comes twice.
///
/// The buffer is handed in at each step, so that the value of a member may be anything that is appended to the same
/// buffer behind its name, another object included:
/// ```
/// var claims = JSONObjectWriter(into: &buffer)
/// claims.append("iss", string: issuer, into: &buffer)
/// claims.append("exp", integer: expiry, into: &buffer)
/// claims.finish(into: &buffer)
/// ```
public struct JSONObjectWriter: ~Copyable {
    private var isEmpty = true

    /// Opens the object.
    public init(into buffer: inout ByteBuffer) { buffer.append(0x7B) }

    /// Appends a member's name; its value must be appended to the buffer next.
    public mutating func append(name: StaticString, into buffer: inout ByteBuffer) {
        append(name: name.bytes, into: &buffer)
    }

    /// Appends a member's name, escaped where it must be; its value must be appended to the buffer next.
    public mutating func append(name: RawSpan, into buffer: inout ByteBuffer) {
        if !isEmpty { buffer.append(0x2C) }
        isEmpty = false
        buffer.append(jsonString: name)
        buffer.append(0x3A)
    }

    /// Appends a member whose value is the string `text`.
    public mutating func append(_ name: StaticString, string text: RawSpan, into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        buffer.append(jsonString: text)
    }

    /// Appends a member whose value is the literal's text.
    public mutating func append(_ name: StaticString, string literal: StaticString, into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        buffer.append(jsonString: literal)
    }

    /// Appends a member whose value is a whole number.
    public mutating func append(_ name: StaticString, integer: Int64, into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        buffer.append(decimal: integer)
    }

    /// Appends a member whose value is a truth value.
    public mutating func append(_ name: StaticString, bool: Bool, into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        buffer.append(bool ? "true" : "false")
    }

    /// Closes the object.
    public consuming func finish(into buffer: inout ByteBuffer) { buffer.append(0x7D) }
}

/// Writes one JSON array into a buffer: brackets and commas.
public struct JSONArrayWriter: ~Copyable {
    private var isEmpty = true

    /// Opens the array.
    public init(into buffer: inout ByteBuffer) { buffer.append(0x5B) }

    /// Begins an element; its value must be appended to the buffer next.
    public mutating func beginElement(into buffer: inout ByteBuffer) {
        if !isEmpty { buffer.append(0x2C) }
        isEmpty = false
    }

    /// Appends an element that is the string `text`.
    public mutating func append(string text: RawSpan, into buffer: inout ByteBuffer) {
        beginElement(into: &buffer)
        buffer.append(jsonString: text)
    }

    /// Closes the array.
    public consuming func finish(into buffer: inout ByteBuffer) { buffer.append(0x5D) }
}
