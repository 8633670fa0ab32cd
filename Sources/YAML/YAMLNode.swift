/// A value of a YAML document, and where it stands.
///
/// What YAML has beyond JSON to surprise people with is refused while reading: see `YAMLError.Reason`.
public struct YAMLNode: Equatable, Sendable {
    /// Where the value begins.
    public let position: YAMLPosition
    /// What it is.
    public let content: Content

    /// The kinds of values.
    public enum Content: Equatable, Sendable {
        /// `null`, `~`, or nothing at all behind a colon.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number, as JSON writes it and as it was written.
        case number(String)
        /// A text. A plain one too, that is nothing else in YAML 1.2: `no`, `on` and `12:30` are texts.
        case string(String)
        /// The elements of a sequence.
        case sequence([YAMLNode])
        /// The members of a mapping in their order; no two have the same key.
        case mapping([YAMLMember])
    }

    init(_ content: Content, at position: YAMLPosition) {
        self.position = position
        self.content = content
    }
}

/// A key of a mapping with its value.
public struct YAMLMember: Equatable, Sendable {
    /// The key's text.
    public let key: String
    /// Where the key begins.
    public let keyPosition: YAMLPosition
    /// What stands behind the key.
    public let value: YAMLNode
}

/// A place in a text, as editors count: both from 1, columns in characters.
public struct YAMLPosition: Equatable, Sendable {
    /// The line.
    public let line: Int
    /// The character in its line.
    public let column: Int

    /// A place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
