internal import Bytes
internal import JSON

extension TokenVerifier {
    /// Proves a PASETO, and leaves its payload in `payload`.
    ///
    /// The algorithm that it names must be that of the key that it gets: else it is refused before any cryptography.
    mutating func authenticatePASETO(
        _ token: RawSpan, _ algorithm: Algorithm, keys: borrowing PreparedKeys, policy: borrowing ClaimsPolicy,
        _ admit: (Int) -> Bool
    ) throws(TokenError) -> Int {
        guard policy.implicitAssertion.isEmpty || algorithm.coversImplicitAssertions else {
            throw .assertionNotCovered
        }
        let start = algorithm.pasetoHeader.utf8CodeUnitCount
        let end = token.firstOffset(of: 0x2E, from: start) ?? token.byteCount
        try decodeFooter(token.extracting(end..<token.byteCount))
        let key = try Self.readFooter(header, algorithm, into: &tape, unescaped: &unescaped, keys: keys)
        guard admit(key) else { throw .notAdmitted }
        try keys.open(
            token.extracting(start..<end), footer: header, assertion: policy.implicitAssertion, keyAt: key,
            memory: &paseto)
        swap(&payload, &paseto.encoded)
        type.removeAll()
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
        _ text: borrowing ByteBuffer, _ algorithm: Algorithm, into tape: inout JSONTape,
        unescaped: inout ByteBuffer, keys: borrowing PreparedKeys
    ) throws(TokenError) -> Int {
        guard text.bytes.starts(with: "{") else { return try keys.onlyIndex(algorithm) }
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text.bytes, limits: JSONLimits(depth: 1, documentBytes: mostFooterBytes))
        } catch {
            throw .malformedFooter
        }
        guard let member = document.member("kid") else { return try keys.onlyIndex(algorithm) }
        guard let keyID = member.asString else { throw .malformedFooter }
        let key = try key(.paseto, named: keyID, keys: keys, unescaped: &unescaped)
        guard keys.algorithm(at: key) == algorithm else { throw .algorithmMismatch }
        return key
    }
}
