public import Bytes
import JSON

extension Problem {
    /// The media type of a problem's body (RFC 9457 section 3).
    public static let mediaType: StaticString = "application/problem+json"

    /// Appends the body: `type`, `title`, `status`, `correlation_id`, and what the case adds. Allocates nothing beyond
    /// the buffer's growth. What only the log may know is not in it.
    public func writeBody(correlationID: CorrelationID, into buffer: inout ByteBuffer) {
        var object = JSONObjectWriter(into: &buffer)
        object.append("type", string: type, into: &buffer)
        object.append("title", string: title, into: &buffer)
        object.append("status", integer: Int64(status), into: &buffer)
        if let explanation { object.append("detail", string: explanation, into: &buffer) }
        object.append(name: "correlation_id", into: &buffer)
        buffer.append(0x22)
        correlationID.write(into: &buffer)
        buffer.append(0x22)
        if case .slowDown(let violation) = advice {
            object.append(name: "violated-policies", into: &buffer)
            var policies = JSONArrayWriter(into: &buffer)
            policies.append(string: violation.policy.bytes, into: &buffer)
            policies.finish(into: &buffer)
        }
        object.finish(into: &buffer)
    }

    /// Appends the header lines that the case adds to those of every response, each with its CRLF. `realm` is what the
    /// API calls itself in a challenge.
    public func writeHeaderLines(realm: RawSpan, into buffer: inout ByteBuffer) {
        switch advice {
        case .none:
            return
        case .authenticate(let challenge):
            challenge.writeHeaderLine(realm: realm, into: &buffer)
        case .allow(let methods):
            buffer.append("Allow: ")
            methods.write(into: &buffer)
            buffer.append("\r\n")
        case .retry(let seconds):
            Self.writeRetryAfter(seconds, into: &buffer)
        case .slowDown(let violation):
            Self.writeRetryAfter(violation.retryAfterSeconds, into: &buffer)
            violation.writeHeaderLines(into: &buffer)
        }
    }

    private static func writeRetryAfter(_ seconds: UInt32, into buffer: inout ByteBuffer) {
        buffer.append("Retry-After: ")
        buffer.append(decimal: UInt64(seconds))
        buffer.append("\r\n")
    }
}

extension Challenge {
    /// Appends `WWW-Authenticate` (RFC 6750 section 3).
    fileprivate func writeHeaderLine(realm: RawSpan, into buffer: inout ByteBuffer) {
        buffer.append("WWW-Authenticate: Bearer realm=")
        buffer.append(quoted: realm)
        switch self {
        case .noCredentials: break
        case .invalidRequest: buffer.append(", error=\"invalid_request\"")
        case .invalidToken: buffer.append(", error=\"invalid_token\"")
        case .insufficientScope(let required):
            buffer.append(", error=\"insufficient_scope\", scope=")
            buffer.append(quoted: required.utf8.span.raw)
        }
        buffer.append("\r\n")
    }
}

extension LimitViolation {
    /// Appends `RateLimit-Policy` and `RateLimit`, both structured fields (RFC 9651).
    fileprivate func writeHeaderLines(into buffer: inout ByteBuffer) {
        buffer.append("RateLimit-Policy: \"")
        buffer.append(policy)
        buffer.append("\";q=")
        buffer.append(decimal: UInt64(quota))
        buffer.append(";w=")
        buffer.append(decimal: UInt64(windowSeconds))
        buffer.append("\r\nRateLimit: \"")
        buffer.append(policy)
        buffer.append("\";r=0;t=")
        buffer.append(decimal: UInt64(retryAfterSeconds))
        buffer.append("\r\n")
    }
}

extension ByteBuffer {
    /// Appends a quoted-string (RFC 9110 section 5.6.4). What can't stand in one becomes `?`, so that no text can end
    /// the header.
    fileprivate mutating func append(quoted text: RawSpan) {
        append(0x22)
        for offset in 0..<text.byteCount {
            let byte = text[offset]
            switch byte {
            case 0x22, 0x5C:
                append(0x5C)
                append(byte)
            case 0x20...0x7E: append(byte)
            default: append(0x3F)
            }
        }
        append(0x22)
    }
}
