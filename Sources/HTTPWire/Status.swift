/// A response status (RFC 9110 section 15, RFC 6585).
public struct Status: Equatable, Sendable, BitwiseCopyable {
    /// The three digits, 200 to 599.
    public let code: UInt16

    /// The status with this code. An interim one is not for callers to send, and traps, as does one out of range.
    @inlinable
    public init(_ code: UInt16) {
        precondition(code >= 200 && code <= 599, "no final status")
        self.code = code
    }

    /// Whether an answer with this status has neither content nor Content-Length (RFC 9110 sections 8.6 and 15).
    @inlinable
    public var forbidsContent: Bool { code == 204 || code == 304 }

    /// The standard's reason phrase, or nothing for a status that is not named here. Clients ignore it.
    public var reason: StaticString {
        switch code {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}

extension Status {
    /// 200 OK
    @inlinable public static var ok: Status { Status(200) }
    /// 201 Created
    @inlinable public static var created: Status { Status(201) }
    /// 202 Accepted
    @inlinable public static var accepted: Status { Status(202) }
    /// 204 No Content
    @inlinable public static var noContent: Status { Status(204) }
    /// 304 Not Modified
    @inlinable public static var notModified: Status { Status(304) }
    /// 400 Bad Request
    @inlinable public static var badRequest: Status { Status(400) }
    /// 401 Unauthorized
    @inlinable public static var unauthorized: Status { Status(401) }
    /// 403 Forbidden
    @inlinable public static var forbidden: Status { Status(403) }
    /// 404 Not Found
    @inlinable public static var notFound: Status { Status(404) }
    /// 405 Method Not Allowed
    @inlinable public static var methodNotAllowed: Status { Status(405) }
    /// 406 Not Acceptable
    @inlinable public static var notAcceptable: Status { Status(406) }
    /// 408 Request Timeout
    @inlinable public static var requestTimeout: Status { Status(408) }
    /// 409 Conflict
    @inlinable public static var conflict: Status { Status(409) }
    /// 410 Gone
    @inlinable public static var gone: Status { Status(410) }
    /// 412 Precondition Failed
    @inlinable public static var preconditionFailed: Status { Status(412) }
    /// 413 Content Too Large
    @inlinable public static var contentTooLarge: Status { Status(413) }
    /// 414 URI Too Long
    @inlinable public static var targetTooLong: Status { Status(414) }
    /// 415 Unsupported Media Type
    @inlinable public static var unsupportedMediaType: Status { Status(415) }
    /// 417 Expectation Failed
    @inlinable public static var expectationFailed: Status { Status(417) }
    /// 421 Misdirected Request
    @inlinable public static var misdirectedRequest: Status { Status(421) }
    /// 422 Unprocessable Content
    @inlinable public static var unprocessableContent: Status { Status(422) }
    /// 429 Too Many Requests
    @inlinable public static var tooManyRequests: Status { Status(429) }
    /// 431 Request Header Fields Too Large
    @inlinable public static var headerFieldsTooLarge: Status { Status(431) }
    /// 500 Internal Server Error
    @inlinable public static var internalServerError: Status { Status(500) }
    /// 501 Not Implemented
    @inlinable public static var notImplemented: Status { Status(501) }
    /// 503 Service Unavailable
    @inlinable public static var serviceUnavailable: Status { Status(503) }
    /// 505 HTTP Version Not Supported
    @inlinable public static var versionNotSupported: Status { Status(505) }
}
