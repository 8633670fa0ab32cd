import Bytes
public import HTTPWire
public import JSON

// Each case of the security requirements has its factory, so that the same fault looks the same wherever it is found.

extension Problem {
    // MARK: The request can't be read

    /// The bytes are not what RFC 9112 allows, or more than the limits do: nobody knows where the next request begins,
    /// so that the connection closes.
    public init(_ error: WireError) {
        self.init(status: error.status, closesConnection: true, reason: error.name)
    }

    /// 408, and the connection closes: the head or the body did not come in time.
    public static func requestTimeout(reason: StaticString) -> Problem {
        Problem(status: .requestTimeout, closesConnection: true, reason: reason)
    }

    // MARK: The request has no place

    /// 404: no route has the path, or a handler has no such thing.
    public static let notFound = Problem(status: .notFound, reason: "not_found")

    /// 405 with `Allow`.
    public static func methodNotAllowed(_ allowed: MethodSet) -> Problem {
        Problem(status: .methodNotAllowed, advice: .allow(allowed), reason: "method_not_allowed")
    }

    // MARK: The client may not

    /// 401 without an error code: the route needs credentials, and there are none.
    public static let unauthorized = Problem(
        status: .unauthorized, advice: .authenticate(.noCredentials), reason: "no_credentials"
    )

    /// 401 `invalid_token`, of an API key, too. What the client sees is the same whatever the reason is.
    public static func invalidToken(reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(
            status: .unauthorized, advice: .authenticate(.invalidToken), reason: reason, detail: detail
        )
    }

    /// 400 `invalid_request`: two Authorization headers, or two ways to present a credential.
    public static let ambiguousCredentials = Problem(
        status: .badRequest, advice: .authenticate(.invalidRequest), reason: "ambiguous_credentials"
    )

    /// 403 `insufficient_scope`. `required` are the scopes that the route demands, separated by spaces; prepared when
    /// the route is made, so that it is only counted here.
    public static func insufficientScope(required: String) -> Problem {
        Problem(
            status: .forbidden, advice: .authenticate(.insufficientScope(required: required)),
            reason: "insufficient_scope"
        )
    }

    /// 403: known, but not allowed, and no scope would change it.
    public static func forbidden(reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(status: .forbidden, reason: reason, detail: detail)
    }

    /// 429 with `Retry-After`, `RateLimit-Policy`, `RateLimit` and the name of the policy in the body.
    public static func limited(_ violation: LimitViolation) -> Problem {
        Problem(
            status: .tooManyRequests, title: "Quota Exceeded",
            type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
            advice: .slowDown(violation), reason: "rate_limited", detail: LogDetail(violation.policy)
        )
    }

    // MARK: The body won't do

    /// 415: the body's media type is missing, or the route does not take it.
    public static let unsupportedMediaType = Problem(
        status: .unsupportedMediaType, reason: "unsupported_media_type"
    )

    /// 400: the body is not the JSON that it says it is, or exceeds a limit. The log says what is wrong, and at which byte.
    public static func invalidJSON(_ error: JSONError) -> Problem {
        var detail = LogDetail(error.reason.sentence)
        detail.append(Self.place.bytes)
        detail.append(decimal: UInt64(max(error.offset, 0)))
        return .badRequest(reason: "invalid_json", explanation: "The body is not valid JSON.", detail: detail)
    }

    private static let place: StaticString = " at byte "

    /// 400 with `errors`: the input breaks the route's schema. Never a value of it.
    static func schemaViolation(_ part: InputMemory.Part) -> Problem {
        let explanation: StaticString
        switch part {
        case .path: explanation = "The path's parameters are not what this route takes."
        case .query: explanation = "The query's parameters are not what this route takes."
        case .body: explanation = "The body is not what this route takes."
        }
        return Problem(listingViolations: explanation, reason: "schema_violation")
    }

    /// 400: a parameter or the body's content is not what the handler can use.
    public static func badRequest(
        reason: StaticString, explanation: StaticString? = nil, detail: LogDetail = LogDetail()
    ) -> Problem {
        Problem(status: .badRequest, explanation: explanation, reason: reason, detail: detail)
    }

    /// 409: the request is at odds with what is there already.
    public static func conflict(reason: StaticString, explanation: StaticString? = nil) -> Problem {
        Problem(status: .conflict, explanation: explanation, reason: reason)
    }

    /// 412: the object is in another state than the client's condition asks for.
    public static let preconditionFailed = Problem(status: .preconditionFailed, reason: "precondition_failed")

    // MARK: The server can't

    /// 500: a handler failed. The client learns that, and no more.
    public static func internalFault(reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(status: .internalServerError, reason: reason, detail: detail)
    }

    /// 503: no usable key can be had to verify a credential with. Never 401, which would blame the client.
    public static func keysUnavailable(retryAfterSeconds: UInt32, detail: LogDetail = LogDetail()) -> Problem {
        Problem(
            status: .serviceUnavailable, advice: .retry(afterSeconds: retryAfterSeconds),
            reason: "keys_unavailable", detail: detail
        )
    }

    /// 503, and the connection closes: a handler takes longer than it may. Whoever has asked for a change is not told to
    /// try again: it may have been made, or still be.
    static func handlerTimeout(isSafe: Bool) -> Problem {
        isSafe
            ? Problem(
                status: .serviceUnavailable, advice: .retry(afterSeconds: 1), closesConnection: true,
                reason: "handler_timeout")
            : Problem(status: .serviceUnavailable, closesConnection: true, reason: "handler_timeout")
    }

    /// 503: too many tokens wait for their verification. The connection stays: a request without one is answered.
    static let verificationOverload = Problem(
        status: .serviceUnavailable, advice: .retry(afterSeconds: 1), reason: "verification_overload"
    )

    /// 503, and the connection closes: the server sheds load.
    public static func overloaded(retryAfterSeconds: UInt32) -> Problem {
        Problem(
            status: .serviceUnavailable, advice: .retry(afterSeconds: retryAfterSeconds),
            closesConnection: true, reason: "overloaded"
        )
    }
}
