/// The request headers that the server looks at. All others are found by name.
///
/// A name on the wire is known only when it has exactly these letters, digits and hyphens, in any case: a name with
/// `_` or `.` is legal but opaque, so that no gateway's idea of an alias can smuggle one header in as another.
public enum KnownHeader: UInt8, CaseIterable, Sendable {
    case accept, acceptEncoding, acceptLanguage, authorization, connection, contentEncoding, contentLength
    case contentType, cookie, expect, forwarded, host, ifMatch, ifNoneMatch, origin, referer, transferEncoding
    case upgrade, userAgent, xAPIKey, xCorrelationID, xForwardedFor, xForwardedHost, xForwardedProto, xRealIP

    /// The name in lower case.
    public var name: StaticString {
        switch self {
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .acceptLanguage: "accept-language"
        case .authorization: "authorization"
        case .connection: "connection"
        case .contentEncoding: "content-encoding"
        case .contentLength: "content-length"
        case .contentType: "content-type"
        case .cookie: "cookie"
        case .expect: "expect"
        case .forwarded: "forwarded"
        case .host: "host"
        case .ifMatch: "if-match"
        case .ifNoneMatch: "if-none-match"
        case .origin: "origin"
        case .referer: "referer"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        case .userAgent: "user-agent"
        case .xAPIKey: "x-api-key"
        case .xCorrelationID: "x-correlation-id"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedHost: "x-forwarded-host"
        case .xForwardedProto: "x-forwarded-proto"
        case .xRealIP: "x-real-ip"
        }
    }
}
