/// What a client of OAuth has done wrong, as the protocol calls it.
enum OAuthError: Sendable, Equatable {
    /// The request is not one: a parameter is missing, stands there twice, or is at odds with another.
    case invalidRequest
    /// Who asks has not proven who he is.
    case invalidClient
    /// The refresh token does not hold, or the token is another client's.
    case invalidGrant
    /// The client may not do that.
    case unauthorizedClient
    case unsupportedGrantType
    case invalidScope
    /// The token is one that can't be revoked (RFC 7009 section 2.2.1).
    case unsupportedTokenType

    /// The member `error` (RFC 6749 section 5.2).
    var code: StaticString {
        switch self {
        case .invalidRequest: "invalid_request"
        case .invalidClient: "invalid_client"
        case .invalidGrant: "invalid_grant"
        case .unauthorizedClient: "unauthorized_client"
        case .unsupportedGrantType: "unsupported_grant_type"
        case .invalidScope: "invalid_scope"
        case .unsupportedTokenType: "unsupported_token_type"
        }
    }
}

extension Problem {
    /// What a client of OAuth has done wrong: 400, or 401 where it has not proven who it is.
    static func oauth(_ error: OAuthError, reason: StaticString, detail: LogDetail = LogDetail()) -> Problem {
        Problem(error, reason: reason, detail: detail)
    }
}
