/// Why a document is refused, and where. It never holds any of the document's content.
public struct JSONError: Error, Equatable, Sendable {
    /// What is wrong.
    public let reason: Reason
    /// Where, in bytes from the start of the document: between 0 and its length.
    public let offset: Int

    /// The faults that are told apart.
    public enum Reason: Sendable, CaseIterable {
        /// A byte that the grammar does not allow here.
        case unexpectedByte
        /// The document ends before its value is whole.
        case unexpectedEnd
        /// Something other than white space follows the value.
        case trailingBytes
        /// The document starts with a byte-order mark (RFC 8259 section 8.1).
        case byteOrderMark
        /// Bytes in a string that are no UTF-8: overlong, a surrogate, beyond U+10FFFF, or cut short.
        case invalidUTF8
        /// A character below U+0020 in a string, where it must be escaped.
        case controlCharacter
        /// A backslash with a letter that RFC 8259 section 7 does not name, or with wrong hexadecimal digits.
        case invalidEscape
        /// An escaped surrogate without its other half.
        case loneSurrogate
        /// A number outside the grammar of RFC 8259 section 6.
        case invalidNumber
        /// A word other than `true`, `false` and `null`.
        case invalidLiteral
        /// The same member name twice in one object, compared after unescaping.
        case duplicateMember
        /// More containers inside each other than the limit allows.
        case depthExceeded
        /// More members in one object than the limit allows.
        case tooManyMembers
        /// More values and names than the limit allows.
        case tooManyNodes
        /// More bytes than the limit allows.
        case documentTooLarge
    }

    @usableFromInline
    init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// A sentence for a log or a problem report.
    public var description: String { "\(reason.sentence) (byte \(offset))" }
}

extension JSONError.Reason {
    /// What is wrong, in words without any of the document's content.
    public var sentence: StaticString {
        switch self {
        case .unexpectedByte: "a byte stands where the grammar does not allow it"
        case .unexpectedEnd: "the document ends too early"
        case .trailingBytes: "something follows the value"
        case .byteOrderMark: "the document starts with a byte-order mark"
        case .invalidUTF8: "a string is not valid UTF-8"
        case .controlCharacter: "a string holds an unescaped control character"
        case .invalidEscape: "a string holds an invalid escape"
        case .loneSurrogate: "a string holds half of a surrogate pair"
        case .invalidNumber: "a number is malformed"
        case .invalidLiteral: "a word is none of true, false and null"
        case .duplicateMember: "an object names a member twice"
        case .depthExceeded: "the document is nested too deeply"
        case .tooManyMembers: "an object has too many members"
        case .tooManyNodes: "the document has too many values"
        case .documentTooLarge: "the document is too large"
        }
    }
}
