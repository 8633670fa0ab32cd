import Bytes
import Foundation
import HTTPWire
import Testing

@testable import JSON
@testable import Ringfort

@Suite("A problem")
struct ProblemTests {
    private static let id = CorrelationID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)
    private static let idText = "00112233445566778899aabbccddeeff"
    private static let violation = LimitViolation(policy: "ip", quota: 40, windowSeconds: 2, retryAfterSeconds: 1)
    private static let secret = "do-not-tell"
    private static let duplicate = JSONError(.duplicateMember, at: 17)

    /// Every factory, with what the client sees: status, title, the extra header lines, whether the connection closes.
    private static let cases: [(problem: Problem, status: Int, title: String, headers: String, closes: Bool)] = [
        (Problem(.bareLineFeed), 400, "Bad Request", "", true),
        (.requestTimeout(reason: "head_deadline"), 408, "Request Timeout", "", true),
        (Problem(.bodyTooLarge), 413, "Content Too Large", "", true),
        (Problem(.targetTooLong), 414, "URI Too Long", "", true),
        (Problem(.tooManyHeaders), 431, "Request Header Fields Too Large", "", true),
        (Problem(.unsupportedTransferEncoding), 501, "Not Implemented", "", true),
        (Problem(.unsupportedVersion), 505, "HTTP Version Not Supported", "", true),
        (.notFound, 404, "Not Found", "", false),
        (.methodNotAllowed(MethodSet(.get, .head)), 405, "Method Not Allowed", "Allow: GET, HEAD\r\n", false),
        (.unauthorized, 401, "Unauthorized", "WWW-Authenticate: Bearer realm=\"posts\"\r\n", false),
        (
            .invalidToken(reason: "expired", detail: LogDetail(secret)), 401, "Unauthorized",
            "WWW-Authenticate: Bearer realm=\"posts\", error=\"invalid_token\"\r\n", false
        ),
        (
            .ambiguousCredentials, 400, "Bad Request",
            "WWW-Authenticate: Bearer realm=\"posts\", error=\"invalid_request\"\r\n", false
        ),
        (
            .insufficientScope(required: "delete:posts"), 403, "Forbidden",
            "WWW-Authenticate: Bearer realm=\"posts\", error=\"insufficient_scope\", scope=\"delete:posts\"\r\n", false
        ),
        (.forbidden(reason: "not_the_author", detail: LogDetail(secret)), 403, "Forbidden", "", false),
        (
            .limited(violation), 429, "Quota Exceeded",
            "Retry-After: 1\r\nRateLimit-Policy: \"ip\";q=40;w=2\r\nRateLimit: \"ip\";r=0;t=1\r\n", false
        ),
        (.unsupportedMediaType, 415, "Unsupported Media Type", "", false),
        (.invalidJSON(duplicate), 400, "Bad Request", "", false),
        (.badRequest(reason: "invalid_post_id", detail: LogDetail(secret)), 400, "Bad Request", "", false),
        (.conflict(reason: "exists"), 409, "Conflict", "", false),
        (.internalFault(reason: "store_failed", detail: LogDetail(secret)), 500, "Internal Server Error", "", false),
        (.keysUnavailable(retryAfterSeconds: 5), 503, "Service Unavailable", "Retry-After: 5\r\n", false),
        (.overloaded(retryAfterSeconds: 1), 503, "Service Unavailable", "Retry-After: 1\r\n", true),
    ]

    @Test("tells the client what it may know", arguments: cases.indices)
    func written(index: Int) throws {
        let expected = Self.cases[index]
        let text = Self.body(expected.problem)
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let members = try #require(parsed as? [String: Any])
        #expect(members["status"] as? Int == expected.status)
        #expect(members["title"] as? String == expected.title)
        #expect(members["correlation_id"] as? String == Self.idText)
        #expect(members["type"] is String)
        #expect(Self.headers(expected.problem) == expected.headers)
        #expect(expected.problem.closesConnection == expected.closes)
        #expect(!text.contains(String(describing: expected.problem.reason)))
        #expect(!text.contains(Self.secret))
    }

    @Test("has its members in the order of the standard")
    func order() {
        let body = #"{"type":"about:blank","title":"Not Found","status":404,"correlation_id":"\#(Self.idText)"}"#
        #expect(Self.body(.notFound) == body)
    }

    @Test("looks the same for every bad credential")
    func invalidTokensLookAlike() {
        let bodies = Set(
            (["expired", "signature_mismatch", "unknown_key"] as [StaticString]).map { reason in
                Self.body(.invalidToken(reason: reason, detail: LogDetail("kid 17")))
            }
        )
        #expect(bodies.count == 1)
    }

    @Test("names the violated policy, under the registered type")
    func violatedPolicies() {
        let body = Self.body(.limited(Self.violation))
        #expect(body.contains(#""type":"https://iana.org/assignments/http-problem-types#quota-exceeded""#))
        #expect(body.hasSuffix(#","violated-policies":["ip"]}"#))
    }

    @Test("explains to the client what the title does not say")
    func explanation() {
        let body = Self.body(.invalidJSON(Self.duplicate))
        #expect(body.contains(#""detail":"The body is not valid JSON.""#))
        let detail = Problem.invalidJSON(Self.duplicate).detail
        #expect(String(detail.bytes) == "an object names a member twice at byte 17")
    }

    @Test("keeps a realm or scope from ending its header")
    func quotes() {
        let realm = "a\"b\\c\r\nX-Injected: 1\u{7F}é"
        let line = Self.headers(.unauthorized, realm: realm)
        #expect(line == "WWW-Authenticate: Bearer realm=\"a\\\"b\\\\c??X-Injected: 1???\"\r\n")
    }

    private static func body(_ problem: Problem) -> String {
        var buffer = ByteBuffer(capacity: 512)
        let noViolations = ByteBuffer(capacity: 0)
        problem.writeBody(correlationID: id, violations: noViolations, into: &buffer)
        return String(buffer.bytes)
    }

    private static func headers(_ problem: Problem, realm: String = "posts") -> String {
        var block = HeaderBlock()
        problem.writeHeaders(realm: realm.utf8.span.raw, into: &block)
        var output = ByteBuffer(capacity: 1024)
        let encoder = ResponseEncoder(securityHeaders: .none, overTLS: false, unixSeconds: 0)
        encoder.encode(
            problem.status, nil, headers: block.lines, correlation: id.words, body: RawSpan(), persistence: .implied,
            isHead: false, into: &output)
        let lines = String(output.bytes).components(separatedBy: "\r\n")
        let common = ["HTTP/1.1 ", "Date: ", "X-Correlation-ID: ", "Content-Length: "]
        return lines.filter { line in !line.isEmpty && !common.contains { line.hasPrefix($0) } }
            .map { $0 + "\r\n" }.joined()
    }
}

@Suite("A log detail")
struct LogDetailTests {
    @Test("holds a short text, and the start of a long one")
    func bounded() {
        var detail = LogDetail("kid ")
        detail.append(decimal: 0)
        detail.append("-".utf8.span.raw)
        detail.append(decimal: .max)
        #expect(String(detail.bytes) == "kid 0-18446744073709551615")
        #expect(LogDetail(String(repeating: "x", count: 1000)).bytes.byteCount == LogDetail.capacity)
        #expect(LogDetail().isEmpty)
    }
}
