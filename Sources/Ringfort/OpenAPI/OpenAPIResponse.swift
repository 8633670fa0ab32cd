/// The ways in which every API of ours refuses, described once.
enum OpenAPIResponse: String, CaseIterable {
    case badRequest = "BadRequest"
    case unauthorized = "Unauthorized"
    case forbidden = "Forbidden"
    case notFound = "NotFound"
    case contentTooLarge = "ContentTooLarge"
    case unsupportedMediaType = "UnsupportedMediaType"
    case tooManyRequests = "TooManyRequests"
    case serviceUnavailable = "ServiceUnavailable"
    case other = "Problem"
    case refusedRequest = "OAuthBadRequest"
    case refusedClient = "OAuthUnauthorized"

    /// The member of an operation's `responses`.
    var status: String {
        switch self {
        case .badRequest, .refusedRequest: "400"
        case .unauthorized, .refusedClient: "401"
        case .forbidden: "403"
        case .notFound: "404"
        case .contentTooLarge: "413"
        case .unsupportedMediaType: "415"
        case .tooManyRequests: "429"
        case .serviceUnavailable: "503"
        case .other: "default"
        }
    }

    private var description: String {
        switch self {
        case .badRequest: "The request, or a part of it, is not what the route takes."
        case .unauthorized: "There is no token, or it does not hold."
        case .forbidden: "The token does not grant what the route asks for, or the object is somebody else's."
        case .notFound: "There is no such thing."
        case .contentTooLarge: "The body is longer than the route takes."
        case .unsupportedMediaType: "The body is of another type than the route takes."
        case .tooManyRequests: "The caller has used up what he may ask for."
        case .serviceUnavailable: "The server can't answer now."
        case .other: "Something is wrong with the request, or with the server."
        case .refusedRequest: "What OAuth says of the request (RFC 6749 section 5.2), or a problem with it."
        case .refusedClient: "The client has not proven who it is."
        }
    }

    private var headers: [String] {
        switch self {
        case .unauthorized, .refusedClient: ["X-Correlation-ID", "WWW-Authenticate"]
        case .tooManyRequests: ["X-Correlation-ID", "Retry-After", "RateLimit-Policy", "RateLimit"]
        default: ["X-Correlation-ID"]
        }
    }

    private var content: String {
        let problem = ##""application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}"##
        let error =
            #""application/json":{"schema":{"type":"object","required":["error"],"properties":{"error":{"type":"string"}}}}"#
        return switch self {
        case .refusedRequest: "{\(error),\(problem)}"
        case .refusedClient: "{\(error)}"
        default: "{\(problem)}"
        }
    }

    /// A reference to the component.
    var reference: String { JSONFragment.object(["$ref": JSONFragment.string("#/components/responses/\(rawValue)")]) }

    /// The headers of every answer.
    static var commonHeaders: String { references(to: ["X-Correlation-ID"]) }

    /// The components, under their names; those of OAuth where there is somebody who speaks it.
    static func components(withOAuth: Bool) -> String {
        let shown = allCases.filter { withOAuth || ![.refusedRequest, .refusedClient].contains($0) }
        return JSONFragment.object(
            shown.map { response in
                let value = JSONFragment.object([
                    "description": JSONFragment.string(response.description),
                    "headers": references(to: response.headers), "content": response.content,
                ])
                return (name: response.rawValue, value: value)
            })
    }

    private static func references(to headers: [String]) -> String {
        JSONFragment.object(
            headers.map {
                (name: $0, value: JSONFragment.object(["$ref": JSONFragment.string("#/components/headers/\($0)")]))
            })
    }

    /// The headers that answers have.
    static let headerComponents = """
        {"X-Correlation-ID":{"description":"The name of this request in the server's log.","required":true,\
        "schema":{"type":"string","pattern":"^[0-9a-f]{32}$"}},\
        "WWW-Authenticate":{"description":"How to present a token (RFC 6750), or a client's secret (RFC 7617).","required":true,\
        "schema":{"type":"string","pattern":"^(Bearer|Basic) "}},\
        "Retry-After":{"description":"After how many seconds the next request is admitted.","required":true,\
        "schema":{"type":"string","pattern":"^[0-9]+$"}},\
        "RateLimit-Policy":{"description":"The limit that was met: its quota and its window in seconds.","required":true,\
        "schema":{"type":"string"}},\
        "RateLimit":{"description":"What is left of it, and until when.","required":true,"schema":{"type":"string"}}}
        """

    /// The body of a problem (RFC 9457).
    static let problemSchema = """
        {"type":"object","description":"RFC 9457","required":["type","title","status","correlation_id"],"properties":{\
        "type":{"type":"string","format":"uri-reference"},"title":{"type":"string"},\
        "status":{"type":"integer","minimum":400,"maximum":599},"detail":{"type":"string"},\
        "correlation_id":{"type":"string","pattern":"^[0-9a-f]{32}$"},\
        "errors":{"type":"array","maxItems":16,"items":{"type":"object","required":["pointer","keyword","detail"],\
        "properties":{"pointer":{"type":"string"},"keyword":{"type":"string"},"detail":{"type":"string"}}}},\
        "violated-policies":{"type":"array","items":{"type":"string"}}}}
        """
}
