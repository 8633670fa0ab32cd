public import Bytes

/// Finds the end of one request's body, and joins its chunks (RFC 9112 sections 6 and 7.1).
///
/// A plain value of a few words that lives in the connection's slot between two reads. Every limit holds while bytes
/// arrive: nothing is taken that would go over it.
public struct BodyDecoder: Sendable, BitwiseCopyable {
    /// Where in the body the next byte stands.
    @usableFromInline
    enum State: UInt8, Sendable, BitwiseCopyable {
        case content
        case chunkSize, chunkSizeSpace, chunkSizeLineFeed
        case chunkExtension, chunkExtensionQuote, chunkExtensionEscape
        case chunkData, chunkDataReturn, chunkDataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed, lastLineFeed
        case complete
    }

    @usableFromInline var state: State
    /// How many digits of the chunk's size were read.
    var digits: UInt8
    /// How many bytes of extensions and trailers may still come.
    var metadataRoom: UInt32
    /// What is left of the content or the chunk.
    var remaining: UInt64
    /// How many bytes of body may still come.
    var room: UInt64

    /// A decoder for a body that is framed in this way, at most `bodyBytes` long.
    ///
    /// - Throws: `bodyTooLarge` when a Content-Length announces more.
    public init(_ framing: BodyFraming, limits: HTTPLimits, bodyBytes: UInt64) throws(WireError) {
        digits = 0
        metadataRoom = UInt32(truncatingIfNeeded: limits.chunkMetadataBytes)
        room = bodyBytes
        remaining = 0
        switch framing {
        case .none: state = .complete
        case .contentLength(let length):
            guard length <= bodyBytes else { throw .bodyTooLarge }
            remaining = length
            state = length == 0 ? .complete : .content
        case .chunked: state = .chunkSize
        }
    }

    /// A decoder for a body that is framed in this way, at most as long as `limits` say.
    ///
    /// - Throws: `bodyTooLarge` when a Content-Length announces more.
    public init(_ framing: BodyFraming, limits: HTTPLimits) throws(WireError) {
        try self.init(framing, limits: limits, bodyBytes: limits.bodyBytes)
    }

    /// Whether the body has been read to its end; what follows is the next request.
    @inlinable
    public var isComplete: Bool { state == .complete }

    /// Takes the whole body at once, when it has a Content-Length and lies at the front of `bytes`: its length, so that
    /// the caller can borrow it where it is. Else nil, and nothing is taken. O(1).
    public mutating func takeWhole(of bytes: RawSpan) -> Int? {
        guard state == .content, remaining <= UInt64(bytes.byteCount) else { return nil }
        defer {
            remaining = 0
            state = .complete
        }
        return Int(remaining)
    }

    /// Takes the next bytes of the body, and appends its content to `body`. O(n).
    ///
    /// - Returns: how many of `bytes` were taken: all, or those up to the end of the body.
    /// - Throws: `bodyTooLarge`, or what is wrong with a chunk or a trailer.
    public mutating func decode(_ bytes: RawSpan, into body: inout ByteBuffer) throws(WireError) -> Int {
        var offset = 0
        while offset < bytes.byteCount, state != .complete {
            switch state {
            case .content, .chunkData: offset += copy(bytes.extracting(offset..<bytes.byteCount), into: &body)
            default:
                try step(bytes[offset])
                offset += 1
            }
        }
        return offset
    }

    /// Copies what belongs to the content or the chunk from the front of `bytes`.
    private mutating func copy(_ bytes: RawSpan, into body: inout ByteBuffer) -> Int {
        let length = Int(min(remaining, UInt64(bytes.byteCount)))
        body.append(bytes.extracting(first: length))
        remaining -= UInt64(length)
        if remaining == 0 { state = state == .content ? .complete : .chunkDataReturn }
        return length
    }
}

// MARK: - Chunks

extension BodyDecoder {
    /// Takes one byte that stands around the chunks' data.
    private mutating func step(_ byte: UInt8) throws(WireError) {
        switch state {
        case .content, .chunkData, .complete: return
        case .chunkSize: try stepSize(byte)
        case .chunkSizeSpace:
            guard byte.isOptionalWhitespace || byte == ASCII.semicolon else { throw .malformedChunkSize }
            try spendMetadata()
            if byte == ASCII.semicolon { state = .chunkExtension }
        case .chunkExtension, .chunkExtensionQuote, .chunkExtensionEscape: try stepExtension(byte)
        case .chunkSizeLineFeed:
            guard byte == ASCII.lineFeed else { throw .malformedChunkSize }
            state = remaining == 0 ? .trailerStart : .chunkData
        case .chunkDataReturn:
            guard byte == ASCII.carriageReturn else { throw .malformedChunkEnd }
            state = .chunkDataLineFeed
        case .chunkDataLineFeed:
            guard byte == ASCII.lineFeed else { throw .malformedChunkEnd }
            digits = 0
            state = .chunkSize
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .lastLineFeed: try stepTrailer(byte)
        }
    }

    private mutating func stepSize(_ byte: UInt8) throws(WireError) {
        if let digit = byte.hexDigitValue {
            guard digits < 16 else { throw .chunkSizeOverflow }
            remaining = remaining << 4 | UInt64(digit)
            digits += 1
            return
        }
        guard digits > 0 else { throw .malformedChunkSize }
        switch byte {
        case ASCII.carriageReturn: try endSize()
        case ASCII.semicolon, ASCII.space, ASCII.tab:
            try spendMetadata()
            state = byte == ASCII.semicolon ? .chunkExtension : .chunkSizeSpace
        default: throw .malformedChunkSize
        }
    }

    /// Extensions are read to their end and forgotten. A quoted string is followed, so that a line break can't be taken
    /// for a part of it by one reader and for the end of the line by another.
    private mutating func stepExtension(_ byte: UInt8) throws(WireError) {
        if byte == ASCII.carriageReturn, state == .chunkExtension { return try endSize() }
        guard !byte.isForbiddenInValue else { throw .malformedChunkExtension }
        try spendMetadata()
        switch (state, byte) {
        case (.chunkExtension, ASCII.quote): state = .chunkExtensionQuote
        case (.chunkExtensionQuote, ASCII.quote): state = .chunkExtension
        case (.chunkExtensionQuote, ASCII.backslash): state = .chunkExtensionEscape
        case (.chunkExtensionEscape, _): state = .chunkExtensionQuote
        default: break
        }
    }

    /// The CR behind a chunk's size came: from here on the size counts.
    private mutating func endSize() throws(WireError) {
        guard remaining <= room else { throw .bodyTooLarge }
        room -= remaining
        state = .chunkSizeLineFeed
    }

    /// Trailers have the form of headers. They are read, and forgotten: no trailer is ever taken for a header.
    private mutating func stepTrailer(_ byte: UInt8) throws(WireError) {
        switch (state, byte) {
        case (.trailerStart, ASCII.carriageReturn): state = .lastLineFeed
        case (.lastLineFeed, ASCII.lineFeed): state = .complete
        case (.trailerName, ASCII.colon): state = .trailerValue
        case (.trailerStart, _), (.trailerName, _):
            guard byte.isTokenByte else { throw .malformedTrailer }
            state = .trailerName
        case (.trailerValue, ASCII.carriageReturn): state = .trailerLineFeed
        case (.trailerValue, _):
            guard !byte.isForbiddenInValue else { throw .malformedTrailer }
        case (.trailerLineFeed, ASCII.lineFeed): state = .trailerStart
        default: throw .malformedTrailer
        }
        if state != .complete, state != .lastLineFeed { try spendMetadata() }
    }

    private mutating func spendMetadata() throws(WireError) {
        guard metadataRoom > 0 else { throw .chunkMetadataTooLarge }
        metadataRoom -= 1
    }
}
