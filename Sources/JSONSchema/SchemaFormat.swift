internal import Bytes

/// The formats that are held to when a schema's formats are assertions (validation section 7.3). The others annotate.
enum SchemaFormat: String, BitwiseCopyable, Sendable, CaseIterable {
    case dateTime = "date-time"
    case date, time, duration, email, hostname, ipv4, ipv6, uri
    case uriReference = "uri-reference"
    case uuid, regex
    case jsonPointer = "json-pointer"

    /// How many steps it takes to check a string that is written in so many bytes.
    func steps(bytes count: Int) -> Int { self == .regex ? count * 32 : count / 16 }

    /// A longer text is taken for no regular expression: parsing one costs its square.
    private static let greatestRegexBytes = 1_024

    /// Whether a string's value is of the format. O(n); nothing is allocated but for `regex`.
    func accepts(_ text: RawSpan) -> Bool {
        switch self {
        case .dateTime: text.isDateTime
        case .date: text.isDate
        case .time: text.isTime
        case .duration: text.isDuration
        case .email: text.isEmailAddress
        case .hostname: text.isHostName
        case .ipv4: text.isIPv4Address
        case .ipv6: text.isIPv6Address
        case .uri: text.isURI
        case .uriReference: text.isURIReference
        case .uuid: text.isUUID
        case .regex: text.byteCount <= Self.greatestRegexBytes && ECMAPattern.isWellFormed(String(text))
        case .jsonPointer: text.isJSONPointer
        }
    }

    /// What a value must be, for a client.
    var phrase: String {
        switch self {
        case .dateTime: "a date and time like 2026-01-31T12:00:00Z"
        case .date: "a date like 2026-01-31"
        case .time: "a time with its offset, like 12:00:00Z"
        case .duration: "a duration like P1DT12H"
        case .email: "an e-mail address"
        case .hostname: "a host name"
        case .ipv4: "an IPv4 address like 192.0.2.1"
        case .ipv6: "an IPv6 address like 2001:db8::1"
        case .uri: "a URI"
        case .uriReference: "a URI or a relative reference"
        case .uuid: "a UUID"
        case .regex: "a regular expression of ECMA-262 of at most 1,024 bytes"
        case .jsonPointer: "a JSON pointer"
        }
    }
}
