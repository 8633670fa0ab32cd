internal import Bytes
internal import JSON

extension TokenVerifier {
    /// Proves a PASETO v4.public, and leaves its payload in `payload`.
    mutating func authenticatePASETO(
        _ token: RawSpan, keys: borrowing PreparedKeys, policy: borrowing ClaimsPolicy
    ) throws(TokenError) -> Int {
        let start = PASETO.v4Public.utf8CodeUnitCount
        let end = token.firstOffset(of: 0x2E, from: start) ?? token.byteCount
        try decodeFooter(token.extracting(end..<token.byteCount))
        let key = try Self.readFooter(header, into: &tape, unescaped: &unescaped, keys: keys)
        let messageCount = try encodeSigned(body: token.extracting(start..<end), policy: policy)
        guard keys.isValid(signature.bytes, for: payload.bytes, keyAt: key) else { throw .signatureMismatch }
        payload.removeFirst(Self.bytesBeforeMessage)
        payload.truncate(to: messageCount)
        return key
    }

    /// Decodes the footer, if there is one, into `header`; `text` starts with the dot before it.
    private mutating func decodeFooter(_ text: RawSpan) throws(TokenError) {
        header.removeAll()
        guard text.byteCount > 0 else { return }
        let footer = text.extracting(1..<text.byteCount)
        // A dot with nothing behind it would be a second way to write a token without footer.
        guard footer.byteCount > 0, footer.firstOffset(of: 0x2E) == nil else { throw .wrongSegmentCount }
        guard let count = Base64URL.decodedCount(characters: footer.byteCount) else { throw .invalidBase64URL }
        guard count <= Self.mostFooterBytes else { throw .footerTooLong }
        guard Base64URL.decode(footer, into: &header) else { throw .invalidBase64URL }
    }

    /// Finds the key: by the footer's `kid` when the footer is a JSON object that has one, else the only one.
    ///
    /// A footer that does not start as an object does is opaque. What it says is not to be trusted yet: it only chooses.
    private static func readFooter(
        _ text: borrowing ByteBuffer, into tape: inout JSONTape, unescaped: inout ByteBuffer,
        keys: borrowing PreparedKeys
    ) throws(TokenError) -> Int {
        guard text.bytes.starts(with: "{") else { return try keys.onlyIndex(.v4Public) }
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text.bytes, limits: JSONLimits(depth: 1, documentBytes: mostFooterBytes))
        } catch {
            throw .malformedFooter
        }
        guard let member = document.member("kid") else { return try keys.onlyIndex(.v4Public) }
        guard let keyID = member.asString else { throw .malformedFooter }
        let key = try key(.paseto, named: keyID, keys: keys, unescaped: &unescaped)
        guard keys.algorithm(at: key) == .v4Public else { throw .algorithmMismatch }
        return key
    }

    /// Writes what the signature covers to `payload`, the signature to `signature`; returns the length of the message.
    ///
    /// The body is decoded into its place in the pre-authentication encoding; the signature, which follows the message
    /// there, makes way for the footer and the implicit assertion.
    private mutating func encodeSigned(body: RawSpan, policy: borrowing ClaimsPolicy) throws(TokenError) -> Int {
        guard let count = Base64URL.decodedCount(characters: body.byteCount) else { throw .invalidBase64URL }
        let messageCount = count - Ed25519PublicKey.signatureBytes
        guard messageCount >= 0 else { throw .signatureMismatch }
        payload.removeAll()
        PASETO.append(pieceCount: 4, to: &payload)
        PASETO.append(length: PASETO.v4Public.utf8CodeUnitCount, to: &payload)
        payload.append(PASETO.v4Public)
        PASETO.append(length: messageCount, to: &payload)
        guard Base64URL.decode(body, into: &payload) else { throw .invalidBase64URL }
        let end = Self.bytesBeforeMessage + messageCount
        signature.removeAll()
        signature.append(payload, from: end)
        payload.truncate(to: end)
        PASETO.append(piece: header, to: &payload)
        PASETO.append(piece: policy.implicitAssertion, to: &payload)
        return messageCount
    }

    /// The number of pieces, the length of the header piece, the header, the length of the message.
    private static let bytesBeforeMessage = 8 + 8 + 10 + 8
}
