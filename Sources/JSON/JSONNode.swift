/// What a JSON value is.
public enum JSONKind: Sendable {
    case null
    case bool
    case number
    case string
    case array
    case object
}

/// One value or member name in the tape: sixteen bytes.
///
/// A container is followed by its content: an array by its elements, an object by name and value in turn.
@usableFromInline
struct JSONNode: Sendable, Equatable, BitwiseCopyable {
    /// Where its text starts in the document; a string's text starts behind the quote.
    @usableFromInline var offset: UInt32
    /// The length of its text in bytes; of a container, how many elements or members it has.
    @usableFromInline var length: UInt32
    /// The index of the first node that is not part of it. While a container is open: the index of its parent.
    @usableFromInline var next: UInt32
    @usableFromInline var form: Form

    @inlinable
    init(_ form: Form, offset: Int, length: Int, next: Int) {
        self.form = form
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
        self.next = UInt32(truncatingIfNeeded: next)
    }

    /// The kind, and what the scan learned about it.
    @usableFromInline
    enum Form: UInt8, Sendable, BitwiseCopyable {
        case null
        case falseLiteral
        case trueLiteral
        /// A number without fraction and exponent.
        case integer
        case decimal
        /// A string without a backslash: its text is its value.
        case plainString
        case escapedString
        case array
        case object
    }
}

extension JSONNode {
    /// Where its text stands in the document. A container has none.
    @inlinable
    var textRange: Range<Int> { Int(offset)..<Int(offset) &+ Int(length) }

    @inlinable
    var kind: JSONKind {
        switch form {
        case .null: .null
        case .falseLiteral, .trueLiteral: .bool
        case .integer, .decimal: .number
        case .plainString, .escapedString: .string
        case .array: .array
        case .object: .object
        }
    }
}
