/// Why a text is refused, and where in it.
public struct YAMLError: Error, Equatable, Sendable {
    /// Where the reader stopped.
    public let position: YAMLPosition
    /// What is wrong there.
    public let reason: Reason

    /// The faults that are told apart.
    public enum Reason: Equatable, Sendable {
        /// It is no YAML; the parser's words.
        case syntax(String)
        /// Bytes that are no UTF-8, or control characters; the parser's words.
        case encoding(String)
        /// An anchor (`&name`) or an alias (`*name`).
        case alias
        /// A tag, such as `!!str`.
        case tag
        /// A directive, such as `%YAML 1.1`.
        case directive
        /// The key `<<`, which merges another mapping in YAML 1.1.
        case mergeKey
        /// A key that is itself a sequence or a mapping.
        case collectionKey
        /// The same key twice in one mapping.
        case duplicateKey(String)
        /// A number in a spelling that readers don't agree on: octal, hexadecimal, with a plus, leading zeros or a bare
        /// point, infinite, or not a number.
        case ambiguousNumber(String)
        /// Another document follows.
        case severalDocuments
        /// More collections inside each other than the limit allows.
        case tooDeep(limit: Int)
        /// More bytes than the limit allows.
        case tooLarge(limit: Int)
    }

    init(_ reason: Reason, at position: YAMLPosition) {
        self.reason = reason
        self.position = position
    }
}

extension YAMLError: CustomStringConvertible {
    /// `3:1: what is wrong; what to do`.
    public var description: String { "\(position.line):\(position.column): \(reason)" }
}

extension YAMLError.Reason: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .syntax(let words):
            "\(words); look at the indentation (spaces, never tabs), and put texts with special characters in quotes"
        case .encoding(let words): "\(words); save the file as UTF-8 text"
        case .alias: "anchors and aliases are not taken; write the value out"
        case .tag: "tags are not taken; leave it out, and put texts in quotes"
        case .directive: "directives are not taken; leave the line with the % out"
        case .mergeKey: "the merge key << is not taken; write the members out"
        case .collectionKey: "a key must be a text; write KEY: VALUE"
        case .duplicateKey(let key): "'\(key)' is given twice; leave one out"
        case .ambiguousNumber(let text):
            "'\(text)' is a number that not every reader takes for the same; write it in plain decimal, or in quotes if it "
                + "is a text"
        case .severalDocuments: "a second document begins; leave only one in the file"
        case .tooDeep(let limit): "more than \(limit) collections stand inside each other; flatten them"
        case .tooLarge(let limit): "the text has more than \(limit) bytes; shorten it"
        }
    }
}
