/// Why a type can't be made of a value, and where. It never holds a value of the document; the names that lead to the
/// place are all that it tells of it.
public struct JSONDecodingError: Error, Equatable, Sendable {
    /// Where, seen from the value that was decoded: a JSON pointer (RFC 6901). One of more than 256 bytes is cut, as is a
    /// name in it of more than 128, and ends in "…".
    public let pointer: String
    /// What is wrong.
    public let reason: Reason

    /// The faults that are told apart.
    public enum Reason: Equatable, Sendable {
        /// The value is not of the kind that the type needs: `null`, for one, where it is not optional.
        case wrongKind(expected: JSONKind, found: JSONKind)
        /// The object has no member with the name in which the pointer ends.
        case missingMember
        /// There is no value: an array has fewer elements than the type reads.
        case missingValue
        /// The number is not a whole one, and the type is an integer.
        case notAnInteger
        /// The number is beyond what the type can hold. None is ever rounded to an integer.
        case outOfRange
        /// The value is of the right kind, but none that the type takes: an unknown case of an enum, for example.
        case refused
    }
}

extension JSONDecodingError: CustomStringConvertible {
    /// A sentence for a log or a problem report.
    public var description: String {
        pointer.isEmpty ? "The document's root: \(reason.sentence)." : "\(pointer): \(reason.sentence)."
    }
}

extension JSONDecodingError.Reason {
    /// The fault in words, without the place.
    var sentence: String {
        switch self {
        case .wrongKind(let expected, let found): "expected \(expected.phrase), found \(found.phrase)"
        case .missingMember: "the member is missing"
        case .missingValue: "a value is missing"
        case .notAnInteger: "expected an integer, found a number with a fraction"
        case .outOfRange: "the number is out of range"
        case .refused: "the value is not one that is taken here"
        }
    }
}

extension JSONKind {
    fileprivate var phrase: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
