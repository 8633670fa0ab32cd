public import Bytes

/// Writes answers: status line, the headers that every answer has, and what is this answer's own.
///
/// What is the same for all answers is encoded when the encoder is made, and the date when the caller says that a second
/// has passed; an answer is then a handful of copies.
public struct ResponseEncoder: ~Copyable, Sendable {
    /// HSTS, date, security headers and the name of the correlation id, as they stand behind the status line.
    private var common: ByteBuffer
    /// Whether the answers from now on go over TLS: then they have HSTS, which has no place elsewhere (RFC 6797 section 7.2).
    public var isOverTLS: Bool

    private static let strictTransportSecurity: StaticString =
        "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"

    /// An encoder that puts `securityHeaders` into every answer.
    public init(securityHeaders: HeaderLines, overTLS: Bool, unixSeconds: Int64) {
        isOverTLS = overTLS
        common = ByteBuffer(capacity: 512)
        common.append(Self.strictTransportSecurity)
        common.append("Date: ")
        common.append(IMFDate(unixSeconds: unixSeconds).text.span.raw)
        common.append("\r\n")
        common.append(securityHeaders.bytes)
        common.append("X-Correlation-ID: ")
    }

    /// An encoder with the product's security headers.
    public init(overTLS: Bool, unixSeconds: Int64) {
        let security = HeaderBlock.security()
        self.init(securityHeaders: security.lines, overTLS: overTLS, unixSeconds: unixSeconds)
    }

    /// Sets the Date of the answers from now on. To be called once a second.
    public mutating func setDate(unixSeconds: Int64) {
        let text = IMFDate(unixSeconds: unixSeconds).text
        var bytes = common.mutableBytes
        let start = Self.strictTransportSecurity.utf8CodeUnitCount + ("Date: " as StaticString).utf8CodeUnitCount
        for offset in text.indices { bytes.storeBytes(of: text[offset], toByteOffset: start + offset, as: UInt8.self) }
    }

    /// Appends one answer to `output`. O(bytes of the answer).
    ///
    /// - Parameters:
    ///   - status: what became of the request.
    ///   - mediaType: what `body` is; nil for an answer without content.
    ///   - headers: this answer's own headers.
    ///   - correlation: the request's id. It goes out as 32 hexadecimal digits: a number can hold no line break.
    ///   - body: the content. With HEAD it is only counted, and with a status that forbids content it is left out.
    ///   - persistence: what is said about the connection.
    ///   - isHead: whether the request's method was HEAD.
    public func encode(
        _ status: Status,
        _ mediaType: MediaType?,
        headers: HeaderLines = .none,
        correlation: (high: UInt64, low: UInt64),
        body: RawSpan,
        persistence: Persistence,
        isHead: Bool,
        into output: inout ByteBuffer
    ) {
        output.reserve(common.count + headers.bytes.byteCount + body.byteCount + Self.mostOtherBytes)
        output.append(status)
        output.append(headers.bytes)
        output.append(
            common.bytes.extracting(droppingFirst: isOverTLS ? 0 : Self.strictTransportSecurity.utf8CodeUnitCount))
        output.append(hex: correlation.high)
        output.append(hex: correlation.low)
        if let mediaType {
            output.append("\r\nContent-Type: ")
            output.append(mediaType.value)
        }
        if !status.forbidsContent {
            output.append("\r\nContent-Length: ")
            output.append(decimal: UInt64(body.byteCount))
        }
        switch persistence {
        case .implied: output.append("\r\n\r\n")
        case .keepAlive: output.append("\r\nConnection: keep-alive\r\n\r\n")
        case .close: output.append("\r\nConnection: close\r\n\r\n")
        }
        if !isHead, !status.forbidsContent { output.append(body) }
    }

    /// The interim answer to `Expect: 100-continue` (RFC 9110 section 15.2.1).
    public static let interimContinue: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"

    /// Status line, correlation id, type, length and connection of an answer stay below this.
    private static let mostOtherBytes = 256
}

extension HeaderBlock {
    /// The security headers of an API that serves no page (OWASP REST security): nothing may run, frame, sniff,
    /// leak by referrer or be stored.
    public static func security() -> HeaderBlock {
        var block = HeaderBlock()
        block.append(HeaderName(encoders: "Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'")
        block.append(HeaderName(encoders: "X-Content-Type-Options"), "nosniff")
        block.append(HeaderName(encoders: "X-Frame-Options"), "DENY")
        block.append(HeaderName(encoders: "Referrer-Policy"), "no-referrer")
        block.append(HeaderName(encoders: "Cache-Control"), "no-store")
        return block
    }
}

extension ByteBuffer {
    /// Appends a status line.
    @inline(__always)
    fileprivate mutating func append(_ status: Status) {
        if status == .ok {
            append("HTTP/1.1 200 OK\r\n")
            return
        }
        append("HTTP/1.1 ")
        append(decimal: UInt64(status.code))
        append(ASCII.space)
        append(status.reason)
        append("\r\n")
    }
}
