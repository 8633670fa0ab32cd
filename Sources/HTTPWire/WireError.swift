/// What is wrong with the bytes of a request.
///
/// Every one of them ends the connection after its answer: once bytes can't be trusted, nor can the place where the
/// next request would begin.
public enum WireError: Error, Equatable, CaseIterable, Sendable {
    // Request line
    case malformedRequestLine
    case methodTooLong
    case malformedTarget
    case targetTooLong
    case malformedVersion
    case unsupportedVersion

    // Path of the target
    case malformedEscape
    case forbiddenPathByte
    case dotSegment
    case emptySegment
    case pathNotUTF8

    // Lines and headers
    case bareCarriageReturn
    case bareLineFeed
    case whitespaceBeforeHeader
    case foldedHeader
    case emptyHeaderName
    case malformedHeaderName
    case malformedHeaderValue
    case headerTooLarge
    case tooManyHeaders
    case headTooLarge
    case missingHost
    case duplicateHost
    case malformedHost

    // Framing
    case malformedContentLength
    case duplicateContentLength
    case lengthWithTransferEncoding
    case malformedTransferEncoding
    case unsupportedTransferEncoding
    case transferEncodingInHTTP10

    // Body
    case bodyTooLarge
    case malformedChunkSize
    case chunkSizeOverflow
    case malformedChunkExtension
    case malformedChunkEnd
    case malformedTrailer
    case chunkMetadataTooLarge

    /// What the client is told.
    public var status: Status {
        switch self {
        case .methodTooLong, .unsupportedTransferEncoding: .notImplemented
        case .targetTooLong: .targetTooLong
        case .unsupportedVersion: .versionNotSupported
        case .headerTooLarge, .tooManyHeaders, .headTooLarge, .chunkMetadataTooLarge: .headerFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        default: .badRequest
        }
    }

    /// A name for logs and metrics, which stays the same over releases.
    public var name: StaticString {
        switch self {
        case .malformedRequestLine: "malformed_request_line"
        case .methodTooLong: "method_too_long"
        case .malformedTarget: "malformed_target"
        case .targetTooLong: "target_too_long"
        case .malformedVersion: "malformed_version"
        case .unsupportedVersion: "unsupported_version"
        case .malformedEscape: "malformed_escape"
        case .forbiddenPathByte: "forbidden_path_byte"
        case .dotSegment: "dot_segment"
        case .emptySegment: "empty_segment"
        case .pathNotUTF8: "path_not_utf8"
        case .bareCarriageReturn: "bare_carriage_return"
        case .bareLineFeed: "bare_line_feed"
        case .whitespaceBeforeHeader: "whitespace_before_header"
        case .foldedHeader: "folded_header"
        case .emptyHeaderName: "empty_header_name"
        case .malformedHeaderName: "malformed_header_name"
        case .malformedHeaderValue: "malformed_header_value"
        case .headerTooLarge: "header_too_large"
        case .tooManyHeaders: "too_many_headers"
        case .headTooLarge: "head_too_large"
        case .missingHost: "missing_host"
        case .duplicateHost: "duplicate_host"
        case .malformedHost: "malformed_host"
        case .malformedContentLength: "malformed_content_length"
        case .duplicateContentLength: "duplicate_content_length"
        case .lengthWithTransferEncoding: "length_with_transfer_encoding"
        case .malformedTransferEncoding: "malformed_transfer_encoding"
        case .unsupportedTransferEncoding: "unsupported_transfer_encoding"
        case .transferEncodingInHTTP10: "transfer_encoding_in_http_1_0"
        case .bodyTooLarge: "body_too_large"
        case .malformedChunkSize: "malformed_chunk_size"
        case .chunkSizeOverflow: "chunk_size_overflow"
        case .malformedChunkExtension: "malformed_chunk_extension"
        case .malformedChunkEnd: "malformed_chunk_end"
        case .malformedTrailer: "malformed_trailer"
        case .chunkMetadataTooLarge: "chunk_metadata_too_large"
        }
    }
}
