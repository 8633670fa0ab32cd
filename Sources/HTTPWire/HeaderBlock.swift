public import Bytes

/// The name of a response header, spelled out in the source.
public struct HeaderName: Sendable {
    let literal: StaticString

    /// A name. A literal is the programmer's, so one that is no token, or that only the encoder writes, traps.
    public init(_ literal: StaticString) {
        precondition(literal.bytes.isToken, "no header name")
        precondition(!Self.isEncoders(literal.bytes), "the encoder writes this header itself")
        self.literal = literal
    }

    /// Whether the encoder answers for this header: a second one would contradict it.
    static func isEncoders(_ name: RawSpan) -> Bool {
        name.equalsIgnoringASCIICase("connection") || name.equalsIgnoringASCIICase("content-length")
            || name.equalsIgnoringASCIICase("content-type") || name.equalsIgnoringASCIICase("date")
            || name.equalsIgnoringASCIICase("strict-transport-security")
            || name.equalsIgnoringASCIICase("transfer-encoding") || name.equalsIgnoringASCIICase("x-correlation-id")
            || name.equalsIgnoringASCIICase("content-security-policy")
            || name.equalsIgnoringASCIICase("x-content-type-options") || name.equalsIgnoringASCIICase("x-frame-options")
            || name.equalsIgnoringASCIICase("referrer-policy") || name.equalsIgnoringASCIICase("cache-control")
    }

    /// A name of the encoder's own headers.
    init(encoders literal: StaticString) {
        precondition(Self.isEncoders(literal.bytes), "a header of the encoder's that others could write, too")
        self.literal = literal
    }
}

/// Response headers as they stand on the wire, each checked when it was added.
///
/// A block is the only source of `HeaderLines`, and those are all that an encoder takes: a header with a line break in
/// its value can't be written, whoever made the value. A block that is emptied keeps its memory.
public struct HeaderBlock: ~Copyable, Sendable {
    private var buffer: ByteBuffer

    /// An empty block with room for `capacity` bytes.
    public init(capacity: Int = 256) { buffer = ByteBuffer(capacity: capacity) }

    /// Adds a header. O(n).
    ///
    /// - Throws: `malformedValue` when the value has a control byte other than the tab; the block is as it was.
    public mutating func append(_ name: HeaderName, _ value: RawSpan) throws(HeaderFault) {
        guard value.isFieldValue else { throw .malformedValue }
        begin(name)
        buffer.append(value)
        buffer.append("\r\n")
    }

    /// Adds a header whose value is a literal; as that is the programmer's, one that no header may hold traps. O(n).
    public mutating func append(_ name: HeaderName, _ value: StaticString) {
        precondition(value.bytes.isFieldValue, "no header value")
        begin(name)
        buffer.append(value)
        buffer.append("\r\n")
    }

    /// Adds a header whose value is a number.
    public mutating func append(_ name: HeaderName, decimal value: UInt64) {
        begin(name)
        buffer.append(decimal: value)
        buffer.append("\r\n")
    }

    /// Adds a header whose value `write` appends, and nothing else. A value with a control byte is the programmer's
    /// mistake, and traps: text from outside has to be checked or quoted before it gets here. O(n).
    public mutating func append(_ name: HeaderName, _ write: (inout ByteBuffer) -> Void) {
        begin(name)
        let start = buffer.count
        write(&buffer)
        precondition(
            buffer.count >= start && buffer.bytes.extracting(droppingFirst: start).isFieldValue, "no header value")
        buffer.append("\r\n")
    }

    /// Adds all headers of another block. O(n).
    public mutating func append(_ other: borrowing HeaderBlock) { buffer.append(other.buffer.bytes) }

    /// Empties the block; its memory stays.
    public mutating func removeAll() { buffer.removeAll() }

    /// What was added.
    public var lines: HeaderLines {
        @_lifetime(borrow self)
        get { HeaderLines(buffer.bytes) }
    }

    private mutating func begin(_ name: HeaderName) {
        buffer.append(name.literal)
        buffer.append(": ")
    }
}

/// Why a header can't be written.
public enum HeaderFault: Error, Equatable {
    /// The value has a line break or another control byte.
    case malformedValue
}

/// Headers borrowed from a `HeaderBlock`, each with its CRLF.
public struct HeaderLines: ~Escapable {
    let bytes: RawSpan

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    /// No headers.
    public static var none: HeaderLines {
        @_lifetime(immortal)
        get { HeaderLines(RawSpan()) }
    }
}

extension RawSpan {
    /// Whether a header may have these bytes for its value.
    var isFieldValue: Bool { firstOffset(from: 0, where: { $0.valueStops }) == byteCount }

    /// Whether the bytes are a token.
    var isToken: Bool { byteCount > 0 && tokenEnd(from: 0) == byteCount }
}
