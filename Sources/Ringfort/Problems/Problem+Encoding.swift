import Bytes
import HTTPWire
import JSON

extension Problem {
    /// Appends the body: `type`, `title`, `status`, `correlation_id`, and what the case adds. Allocates nothing beyond
    /// the buffer's growth. What only the log may know is not in it.
    ///
    /// - Parameter violations: what is wrong with the input, as a JSON array, for the case that has it.
    func writeBody(
        correlationID: CorrelationID, violations: borrowing ByteBuffer, into buffer: inout ByteBuffer
    ) {
        var object = JSONObjectWriter(into: &buffer)
        if let oauthError {
            object.append("error", string: oauthError.code, into: &buffer)
            return object.finish(into: &buffer)
        }
        object.append("type", string: type, into: &buffer)
        object.append("title", string: title, into: &buffer)
        object.append("status", integer: Int64(status.code), into: &buffer)
        if let explanation { object.append("detail", string: explanation, into: &buffer) }
        object.append(name: "correlation_id", into: &buffer)
        buffer.append(0x22)
        correlationID.write(into: &buffer)
        buffer.append(0x22)
        if listsViolations {
            object.append(name: "errors", into: &buffer)
            buffer.append(violations.bytes)
        }
        if case .slowDown(let violation) = advice {
            object.append(name: "violated-policies", into: &buffer)
            var policies = JSONArrayWriter(into: &buffer)
            policies.append(string: violation.policy.bytes, into: &buffer)
            policies.finish(into: &buffer)
        }
        object.finish(into: &buffer)
    }

    /// What the body is.
    var mediaType: MediaType { oauthError == nil ? .problemJSON : .json }

    /// Appends the headers that the case adds to those of every response. `realm` is what the API calls itself in a
    /// challenge, `resourceMetadata` where its metadata is (RFC 9728); empty where nobody can fetch it.
    func writeHeaders(realm: RawSpan, resourceMetadata: RawSpan = RawSpan(), into headers: inout HeaderBlock) {
        switch advice {
        case .none: return
        case .authenticate(let challenge):
            headers.append(.wwwAuthenticate) {
                challenge.write(realm: realm, resourceMetadata: resourceMetadata, into: &$0)
            }
        case .allow(let methods): headers.append(.allow) { methods.write(into: &$0) }
        case .retry(let seconds): headers.append(.retryAfter, decimal: UInt64(seconds))
        case .slowDown(let violation):
            headers.append(.retryAfter, decimal: UInt64(violation.retryAfterSeconds))
            LimitState(violation).writeHeaders(into: &headers)
        }
    }
}

extension HeaderName {
    static let allow = HeaderName("Allow")
    fileprivate static let retryAfter = HeaderName("Retry-After")
    fileprivate static let wwwAuthenticate = HeaderName("WWW-Authenticate")
}

extension Challenge {
    /// Appends the value of `WWW-Authenticate` (RFC 6750 section 3, RFC 9728 section 5.1).
    fileprivate func write(realm: RawSpan, resourceMetadata: RawSpan, into buffer: inout ByteBuffer) {
        buffer.append(self == .clientCredentials ? "Basic realm=" : "Bearer realm=")
        buffer.append(quoted: realm)
        if !resourceMetadata.isEmpty, self != .clientCredentials {
            buffer.append(", resource_metadata=")
            buffer.append(quoted: resourceMetadata)
        }
        switch self {
        case .noCredentials, .clientCredentials: break
        case .invalidRequest: buffer.append(", error=\"invalid_request\"")
        case .invalidToken: buffer.append(", error=\"invalid_token\"")
        case .insufficientScope(let required):
            buffer.append(", error=\"insufficient_scope\", scope=")
            buffer.append(quoted: required.utf8.span.raw)
        }
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
