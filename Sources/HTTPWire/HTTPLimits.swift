/// How much of everything a client may send. All of it is enforced while bytes arrive, none afterwards.
public struct HTTPLimits: Sendable, Equatable, BitwiseCopyable {
    /// The whole head: empty line before it, request line, headers and the line that ends it.
    public let headBytes: Int
    /// One header line, without the CRLF that ends it.
    public let headerBytes: Int
    /// The request target.
    public let targetBytes: Int
    /// The number of header lines.
    public let headers: Int
    /// A body, after its chunks are joined. A route may set its own (`BodyDecoder`).
    public let bodyBytes: UInt64
    /// Chunk extensions and trailers of one message together.
    public let chunkMetadataBytes: Int

    /// Limits with these values; what is left out has the product's default.
    ///
    /// - Throws: `HTTPLimitsError` for a limit that no request could meet, or that the head table can't address.
    public init(
        headBytes: Int = 16_384,
        headerBytes: Int = 8_192,
        targetBytes: Int = 8_192,
        headers: Int = 100,
        bodyBytes: UInt64 = 1_048_576,
        chunkMetadataBytes: Int = 4_096
    ) throws(HTTPLimitsError) {
        guard (Self.smallestHeadBytes...Self.largestHeadBytes).contains(headBytes) else { throw .headBytes }
        // A line is part of the head; a larger limit would only wrap where places and limits are added up.
        guard (1...Self.largestHeadBytes).contains(headerBytes) else { throw .headerBytes }
        guard (1...Self.largestHeadBytes).contains(targetBytes) else { throw .targetBytes }
        guard (1...Self.mostHeaders).contains(headers) else { throw .headers }
        guard (0...Self.mostChunkMetadataBytes).contains(chunkMetadataBytes) else { throw .chunkMetadataBytes }
        self.init(
            checkedHeadBytes: headBytes, headerBytes: headerBytes, targetBytes: targetBytes, headers: headers,
            bodyBytes: bodyBytes, chunkMetadataBytes: chunkMetadataBytes)
    }

    /// The product's defaults.
    public static let standard = HTTPLimits(
        checkedHeadBytes: 16_384, headerBytes: 8_192, targetBytes: 8_192, headers: 100, bodyBytes: 1_048_576,
        chunkMetadataBytes: 4_096)

    private init(
        checkedHeadBytes headBytes: Int, headerBytes: Int, targetBytes: Int, headers: Int, bodyBytes: UInt64,
        chunkMetadataBytes: Int
    ) {
        self.headBytes = headBytes
        self.headerBytes = headerBytes
        self.targetBytes = targetBytes
        self.headers = headers
        self.bodyBytes = bodyBytes
        self.chunkMetadataBytes = chunkMetadataBytes
    }

    /// `GET / HTTP/1.1`, a Host and the empty line need about 30 bytes; less than this serves nobody.
    static let smallestHeadBytes = 64
    /// The head table holds 16-bit offsets.
    static let largestHeadBytes = Int(UInt16.max)
    /// More would let a legal head cost more than its bytes do.
    static let mostHeaders = 1_000
    /// The decoder of a connection counts them in 32 bits.
    static let mostChunkMetadataBytes = Int(Int32.max)
}

/// Which limit has a value that can't be used.
public enum HTTPLimitsError: Error, Equatable {
    case headBytes
    case headerBytes
    case targetBytes
    case headers
    case chunkMetadataBytes
}
