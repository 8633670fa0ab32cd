internal import Bytes

/// The parts of a compact JWS (RFC 7515 section 7.1), found before anything of them is decoded.
struct JWTSegments: ~Escapable {
    let header: RawSpan
    let payload: RawSpan
    let signature: RawSpan
    /// What is signed: header and payload with the dot between them.
    let message: RawSpan

    /// - Throws: `TokenError.wrongSegmentCount` unless there are three, `.encryptedToken` for five, and
    ///   `.jsonSerialization` for a text that starts as JSON does.
    @_lifetime(copy token)
    init(_ token: RawSpan) throws(TokenError) {
        guard token.isEmpty || token[0] != 0x7B else { throw .jsonSerialization }
        guard let first = token.firstOffset(of: 0x2E) else { throw .wrongSegmentCount }
        guard let second = token.firstOffset(of: 0x2E, from: first &+ 1) else { throw .wrongSegmentCount }
        if let third = token.firstOffset(of: 0x2E, from: second &+ 1) { throw Self.fault(token, afterThirdDot: third) }
        header = token.extracting(0..<first)
        payload = token.extracting(first &+ 1..<second)
        signature = token.extracting(second &+ 1..<token.byteCount)
        message = token.extracting(0..<second)
    }

    private static func fault(_ token: RawSpan, afterThirdDot third: Int) -> TokenError {
        guard let fourth = token.firstOffset(of: 0x2E, from: third + 1),
            token.firstOffset(of: 0x2E, from: fourth + 1) == nil
        else { return .wrongSegmentCount }
        return .encryptedToken
    }
}
