import Bytes

// Each case of the security requirements has its factory, so that the same fault looks the same wherever it is found.

extension Problem {
    // MARK: The request can't be read

    /// 400, and the connection closes: framing, a header or the target is not what RFC 9112 allows.
    public static func malformedRequest(reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(status: 400, title: "Bad Request", closesConnection: true, reason: reason, detail: detail)
    }

    /// 408, and the connection closes: the head or the body did not come in time.
    public static func requestTimeout(reason: StaticString) -> Problem {
        Problem(status: 408, title: "Request Timeout", closesConnection: true, reason: reason)
    }

    /// 413, and the connection closes, since the body is not read.
    public static let payloadTooLarge = Problem(
        status: 413, title: "Content Too Large", closesConnection: true, reason: "body_too_large"
    )

    /// 414, and the connection closes.
    public static let targetTooLong = Problem(
        status: 414, title: "URI Too Long", closesConnection: true, reason: "target_too_long"
    )

    /// 417: an expectation other than `100-continue`.
    public static let expectationFailed = Problem(
        status: 417, title: "Expectation Failed", closesConnection: true, reason: "unknown_expectation"
    )

    /// 431, and the connection closes: one header, all of them or their number is over a limit.
    public static func headTooLarge(reason: StaticString) -> Problem {
        Problem(status: 431, title: "Request Header Fields Too Large", closesConnection: true, reason: reason)
    }

    /// 501, and the connection closes: a transfer coding other than `chunked`.
    public static let unknownTransferCoding = Problem(
        status: 501, title: "Not Implemented", closesConnection: true, reason: "unknown_transfer_coding"
    )

    /// 501: a method that the server does not know.
    public static let unknownMethod = Problem(status: 501, title: "Not Implemented", reason: "unknown_method")

    /// 505, and the connection closes: neither HTTP/1.0 nor HTTP/1.1.
    public static let unknownVersion = Problem(
        status: 505, title: "HTTP Version Not Supported", closesConnection: true, reason: "unknown_version"
    )

    // MARK: The request has no place

    /// 404: no route has the path, or a handler has no such thing.
    public static let notFound = Problem(status: 404, title: "Not Found", reason: "not_found")

    /// 405 with `Allow`.
    public static func methodNotAllowed(_ allowed: MethodSet) -> Problem {
        Problem(status: 405, title: "Method Not Allowed", advice: .allow(allowed), reason: "method_not_allowed")
    }

    // MARK: The client may not

    /// 401 without an error code: the route needs credentials, and there are none.
    public static let unauthorized = Problem(
        status: 401, title: "Unauthorized", advice: .authenticate(.noCredentials), reason: "no_credentials"
    )

    /// 401 `invalid_token`. What the client sees is the same whatever the reason is.
    public static func invalidToken(reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(
            status: 401, title: "Unauthorized", advice: .authenticate(.invalidToken), reason: reason, detail: detail
        )
    }

    /// 400 `invalid_request`: two Authorization headers, or two ways to present a credential.
    public static let ambiguousCredentials = Problem(
        status: 400, title: "Bad Request", advice: .authenticate(.invalidRequest), reason: "ambiguous_credentials"
    )

    /// 403 `insufficient_scope`. `required` are the scopes that the route demands, separated by spaces; prepared when
    /// the route is made, so that it is only counted here.
    public static func insufficientScope(required: String) -> Problem {
        Problem(
            status: 403, title: "Forbidden", advice: .authenticate(.insufficientScope(required: required)),
            reason: "insufficient_scope"
        )
    }

    /// 403: known, but not allowed, and no scope would change it.
    public static func forbidden(reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(status: 403, title: "Forbidden", reason: reason, detail: detail)
    }

    /// 429 with `Retry-After`, `RateLimit-Policy`, `RateLimit` and the name of the policy in the body.
    public static func limited(_ violation: LimitViolation) -> Problem {
        Problem(
            status: 429, title: "Quota Exceeded",
            type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
            advice: .slowDown(violation), reason: "rate_limited", detail: LogDetail(violation.policy)
        )
    }

    // MARK: The body won't do

    /// 415: the body's media type is missing, or the route does not take it.
    public static let unsupportedMediaType = Problem(
        status: 415, title: "Unsupported Media Type", reason: "unsupported_media_type"
    )

    /// 400: the body is not the JSON that it says it is. `offset` is the byte at which reading ended.
    public static func invalidJSON(reason: StaticString, offset: Int) -> Problem {
        var detail = LogDetail("at byte ")
        detail.append(decimal: UInt64(max(offset, 0)))
        return .badRequest(reason: reason, explanation: "The body is not valid JSON.", detail: detail)
    }

    /// 400: a parameter or the body's content is not what the handler can use.
    public static func badRequest(
        reason: StaticString, explanation: StaticString? = nil, detail: LogDetail = LogDetail()
    ) -> Problem {
        Problem(status: 400, title: "Bad Request", explanation: explanation, reason: reason, detail: detail)
    }

    /// 409: the request is at odds with what is there already.
    public static func conflict(reason: StaticString, explanation: StaticString? = nil) -> Problem {
        Problem(status: 409, title: "Conflict", explanation: explanation, reason: reason)
    }

    // MARK: The server can't

    /// 500: a handler failed. The client learns that, and no more.
    public static func internalFault(reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(status: 500, title: "Internal Server Error", reason: reason, detail: detail)
    }

    /// 503: no usable key can be had to verify a credential with. Never 401, which would blame the client.
    public static func keysUnavailable(retryAfterSeconds: UInt32) -> Problem {
        Problem(
            status: 503, title: "Service Unavailable", advice: .retry(afterSeconds: retryAfterSeconds),
            reason: "keys_unavailable"
        )
    }

    /// 503, and the connection closes: the server sheds load.
    public static func overloaded(retryAfterSeconds: UInt32) -> Problem {
        Problem(
            status: 503, title: "Service Unavailable", advice: .retry(afterSeconds: retryAfterSeconds),
            closesConnection: true, reason: "overloaded"
        )
    }
}
