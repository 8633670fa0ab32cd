import Bytes
public import HTTPWire

/// Why a request is not answered as it was meant: what the client is told (RFC 9457), and what only the log is told.
///
/// A handler throws one; every stage of the pipeline ends in one or passes. It is a plain value: the cases that a
/// flood of requests can cause are made, thrown and written without an allocation.
public struct Problem: Error, Sendable {
    /// The status code, 400 to 599.
    public let status: Status
    /// The problem type, a URI. `about:blank` says that the status code says it all.
    public let type: StaticString
    /// What the type is called, the same for each occurrence.
    public let title: StaticString
    /// A sentence for the client's developer, the member `detail`, where the title leaves him guessing.
    public let explanation: StaticString?
    /// What the client can do about it, told in response headers.
    public let advice: Advice
    /// Whether the connection can't be used after the answer, since nobody knows where the next request begins.
    public let closesConnection: Bool
    /// A stable name in snake_case for the log. The client never sees it.
    public let reason: StaticString
    /// What else the log should say. The client never sees it. Never a secret.
    public let detail: LogDetail
    /// Whether the body has the member `errors`: what is wrong with which part of the input. Only validation knows.
    let listsViolations: Bool
    /// What a client of OAuth is told in place of all that, in the body that it knows (RFC 6749 section 5.2).
    let oauthError: OAuthError?

    /// A problem of the API's own.
    ///
    /// - Parameters:
    ///   - status: 400 to 599; anything else traps.
    ///   - title: the phrase of the status code, unless there is a `type`, which then has its own.
    ///   - explanation: for the client; no internals, and nothing that the client sent.
    ///   - reason: for the log, snake_case.
    ///   - detail: for the log.
    public init(
        status: Status,
        title: StaticString? = nil,
        type: StaticString = "about:blank",
        explanation: StaticString? = nil,
        advice: Advice = .none,
        closesConnection: Bool = false,
        reason: StaticString,
        detail: LogDetail = LogDetail()
    ) {
        precondition(status.code >= 400, "a problem has an error status")
        self.status = status
        self.type = type
        self.title = title ?? status.reason
        self.explanation = explanation
        self.advice = advice
        self.closesConnection = closesConnection
        self.reason = reason
        self.detail = detail
        listsViolations = false
        oauthError = nil
    }

    /// What a client of OAuth has done wrong.
    init(_ error: OAuthError, reason: StaticString, detail: LogDetail) {
        status = error == .invalidClient ? .unauthorized : .badRequest
        type = "about:blank"
        title = status.reason
        explanation = nil
        advice = error == .invalidClient ? .authenticate(.clientCredentials) : .none
        closesConnection = false
        self.reason = reason
        self.detail = detail
        listsViolations = false
        oauthError = error
    }

    /// A 400 for input that breaks a schema, right after the violations were written down.
    init(listingViolations explanation: StaticString, reason: StaticString) {
        status = .badRequest
        type = "about:blank"
        title = Status.badRequest.reason
        self.explanation = explanation
        advice = .none
        closesConnection = false
        self.reason = reason
        detail = LogDetail()
        listsViolations = true
        oauthError = nil
    }
}

/// What a client can do about a problem, as response headers tell it.
public enum Advice: Sendable, Equatable {
    case none
    /// `WWW-Authenticate`: how to present a credential that would do.
    case authenticate(Challenge)
    /// `Allow`: the methods that the path has.
    case allow(MethodSet)
    /// `Retry-After`, in seconds.
    case retry(afterSeconds: UInt32)
    /// `Retry-After`, `RateLimit-Policy` and `RateLimit`: which limit was met, and when it lets through again.
    case slowDown(LimitViolation)
}

/// What is wrong with a request's credentials (RFC 6750 section 3.1).
public enum Challenge: Sendable, Equatable {
    /// There are none. The client is told the scheme and no error code.
    case noCredentials
    /// There is more than one, or they can't be read as a credential at all.
    case invalidRequest
    /// They don't hold, for whatever reason.
    case invalidToken
    /// They hold, but lack these scopes, separated by spaces.
    case insufficientScope(required: String)
    /// Those of a client of OAuth are asked for, by the scheme `Basic` (RFC 6749 section 2.3.1).
    case clientCredentials
}

/// A limit that a request met (draft-ietf-httpapi-ratelimit-headers-10).
public struct LimitViolation: Sendable, Equatable {
    /// What the limit is called: printable ASCII without quotes and backslashes.
    public let policy: StaticString
    /// How many requests it admits in a window.
    public let quota: UInt32
    /// How long a window is.
    public let windowSeconds: UInt32
    /// After how many seconds the next request is admitted.
    public let retryAfterSeconds: UInt32

    /// A violation of the policy called `policy`.
    public init(policy: StaticString, quota: UInt32, windowSeconds: UInt32, retryAfterSeconds: UInt32) {
        self.policy = policy
        self.quota = quota
        self.windowSeconds = windowSeconds
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Whether both say the same. O(length of the name).
    public static func == (left: Self, right: Self) -> Bool {
        left.policy.bytes.equals(right.policy) && left.quota == right.quota
            && left.windowSeconds == right.windowSeconds && left.retryAfterSeconds == right.retryAfterSeconds
    }
}
