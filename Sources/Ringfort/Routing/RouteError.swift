public import HTTPWire

/// Why a set of routes can't be served. Each case names the pattern at fault, as it was written.
public enum RouteError: Error, Equatable, Sendable {
    /// The pattern does not begin with `/`.
    case missingLeadingSlash(pattern: String)
    /// The pattern has an empty segment (`//`), which no path can have.
    case emptySegment(pattern: String)
    /// The pattern has a `.` or `..` segment, which no path can have.
    case dotSegment(pattern: String)
    /// The pattern has a byte that a static segment can't hold: a wildcard, a percent sign, a space, a byte above 0x7E.
    case unexpectedCharacter(pattern: String, segment: String)
    /// A parameter's name is empty or is not a letter or `_` followed by letters, digits and `_`.
    case invalidParameterName(pattern: String, name: String)
    /// Two parameters of the pattern have the same name.
    case repeatedParameterName(pattern: String, name: String)
    /// The pattern has more than `limit` parameters.
    case tooManyParameters(pattern: String, limit: Int)
    /// The pattern has more than `limit` segments.
    case tooManySegments(pattern: String, limit: Int)
    /// The pattern has more than `limit` bytes.
    case patternTooLong(pattern: String, limit: Int)
    /// Two routes have the same method and the same pattern.
    case duplicate(pattern: String, method: HTTPWire.Method)
    /// The pattern calls a parameter `name` that another one, `otherPattern`, calls something else.
    case conflictingParameterNames(pattern: String, name: String, otherPattern: String, otherName: String)
    /// TRACE and CONNECT are never routed.
    case unroutableMethod(pattern: String, method: HTTPWire.Method)
}

extension RouteError: CustomStringConvertible {
    /// The error in a sentence for the API's author.
    public var description: String {
        switch self {
        case .missingLeadingSlash(let pattern):
            "route '\(pattern)': a pattern begins with '/'"
        case .emptySegment(let pattern):
            "route '\(pattern)': a pattern has no empty segment ('//')"
        case .dotSegment(let pattern):
            "route '\(pattern)': a pattern has no '.' or '..' segment"
        case .unexpectedCharacter(let pattern, let segment):
            "route '\(pattern)': segment '\(segment)' holds a character that can't stand in a pattern"
        case .invalidParameterName(let pattern, let name):
            "route '\(pattern)': parameter ':\(name)' needs a name of letters, digits and '_' that begins with no digit"
        case .repeatedParameterName(let pattern, let name):
            "route '\(pattern)': parameter ':\(name)' stands in it twice"
        case .tooManyParameters(let pattern, let limit):
            "route '\(pattern)': more than \(limit) parameters"
        case .tooManySegments(let pattern, let limit):
            "route '\(pattern)': more than \(limit) segments"
        case .patternTooLong(let pattern, let limit):
            "route '\(pattern)': more than \(limit) bytes"
        case .duplicate(let pattern, let method):
            "route '\(pattern)': \(method.name) is declared twice"
        case .conflictingParameterNames(let pattern, let name, let otherPattern, let otherName):
            "route '\(pattern)': its ':\(name)' is called ':\(otherName)' in '\(otherPattern)'; give it one name"
        case .unroutableMethod(let pattern, let method):
            "route '\(pattern)': \(method.name) can't be routed"
        }
    }
}
