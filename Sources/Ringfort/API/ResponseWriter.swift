public import Bytes
public import HTTPWire

/// What a handler answers. Status line, security headers, correlation id, date and length are added behind its back.
public struct ResponseWriter: ~Copyable, Sendable {
    /// The status; 200 unless set.
    public var status: Status = .ok
    /// What the body is; nil when there is none.
    public var mediaType: MediaType?
    /// Headers of this answer's own.
    public var headers = HeaderBlock()
    /// The body.
    public var body: ByteBuffer

    init() { body = ByteBuffer(capacity: 4096) }

    mutating func reset() {
        status = .ok
        mediaType = nil
        headers.removeAll()
        body.removeAll()
    }

    /// Answers with plain text.
    public mutating func text(_ literal: StaticString) {
        mediaType = .plainText
        body.append(literal)
    }

    /// Appends the whole answer.
    func write(
        with encoder: borrowing ResponseEncoder, correlation: (high: UInt64, low: UInt64), persistence: Persistence,
        isHead: Bool,
        into output: inout ByteBuffer
    ) {
        encoder.encode(
            status, mediaType, headers: headers.lines, correlation: correlation, body: body.bytes,
            persistence: persistence, isHead: isHead, into: &output)
    }

    /// Answers with plain text. Making the string may allocate; `text(_:)` with a closure doesn't.
    @_disfavoredOverload
    public mutating func text(_ string: String) {
        mediaType = .plainText
        body.append(string)
    }

    /// Answers with plain text that `write` appends to the body.
    public mutating func text(_ write: (inout ByteBuffer) throws(Problem) -> Void) throws(Problem) {
        mediaType = .plainText
        try write(&body)
    }

    /// Answers with a JSON document that `write` appends to the body.
    public mutating func json(_ write: (inout ByteBuffer) throws(Problem) -> Void) throws(Problem) {
        mediaType = .json
        try write(&body)
    }
}
