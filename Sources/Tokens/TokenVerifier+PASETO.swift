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
        let issuers = policy.rules.count
        var issuer: Int?
        if issuers == 1 {
            issuer = 0
        } else if let count = algorithm.pasetoSignatureBytes {
            issuer = try claimedIssuer(token.extracting(start..<end), droppingLast: count, policy: policy)
        }
        try decodeFooter(token.extracting(end..<token.byteCount), mostBytes: policy.longestFooterBytes)
        let isNamed = try Self.readFooter(header, into: &tape, keyID: &unescaped, policy.longestKeyIDBytes)
        let key =
            if let issuer {
                try Self.key(algorithm, unescaped, isNamed: isNamed, keys: keys, issuer)
            } else {
                try Self.onlyKey(algorithm, unescaped, isNamed: isNamed, keys: keys, issuers: issuers)
            }
        guard admit(key) else { throw .notAdmitted }
        try keys.open(
            token.extracting(start..<end), footer: header, assertion: policy.implicitAssertion, keyAt: key,
            memory: &paseto)
        swap(&payload, &paseto.encoded)
        type.removeAll()
        return key
    }

    /// Decodes the footer, if there is one, into `header`; `text` starts with the dot before it.
    private mutating func decodeFooter(_ text: RawSpan, mostBytes: Int) throws(TokenError) {
        header.removeAll()
        guard text.byteCount > 0 else { return }
        let footer = text.extracting(1..<text.byteCount)
        // A dot with nothing behind it would be a second way to write a token without footer.
        guard footer.byteCount > 0, footer.firstOffset(of: 0x2E) == nil else { throw .wrongSegmentCount }
        guard let count = Base64URL.decodedCount(characters: footer.byteCount) else { throw .invalidBase64URL }
        guard count <= mostBytes else { throw .footerTooLong }
        guard Base64URL.decode(footer, into: &header) else { throw .invalidBase64URL }
    }

    /// Puts the footer's `kid` into `keyID`, when the footer is a JSON object that has one; false when there is none.
    ///
    /// A footer that does not start as an object does is opaque. What it says is not to be trusted yet: it only chooses.
    private static func readFooter(
        _ text: borrowing ByteBuffer, into tape: inout JSONTape, keyID: inout ByteBuffer, _ mostKeyIDBytes: Int
    ) throws(TokenError) -> Bool {
        guard text.bytes.starts(with: "{") else { return false }
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text.bytes, limits: JSONLimits(depth: 1, documentBytes: mostBytes))
        } catch {
            throw .malformedFooter
        }
        guard let member = document.member("kid") else { return false }
        guard let name = member.asString else { throw .malformedFooter }
        keyID.removeAll()
        name.append(to: &keyID)
        guard (1...mostKeyIDBytes).contains(keyID.count) else { throw .malformedKeyID }
        return true
    }

    /// The issuer's key of an algorithm, by its name or as the only one.
    private static func key(
        _ algorithm: Algorithm, _ keyID: borrowing ByteBuffer, isNamed: Bool, keys: borrowing PreparedKeys,
        _ issuer: Int
    ) throws(TokenError) -> Int {
        guard isNamed else { return try keys.onlyIndex(algorithm, issuer: issuer) }
        guard let key = keys.index(.paseto, named: keyID.bytes, issuer: issuer) else { throw .unknownKey }
        guard keys.algorithm(at: key) == algorithm else { throw .algorithmMismatch }
        return key
    }

    /// The same where an encrypted token hides which of several issuers it is of: the key of the only one that has such a key.
    private static func onlyKey(
        _ algorithm: Algorithm, _ keyID: borrowing ByteBuffer, isNamed: Bool, keys: borrowing PreparedKeys, issuers: Int
    ) throws(TokenError) -> Int {
        var found: Int?
        for issuer in 0..<issuers {
            do throws(TokenError) {
                let key = try key(algorithm, keyID, isNamed: isNamed, keys: keys, issuer)
                guard found == nil else { throw .ambiguousKey }
                found = key
            } catch {
                guard error == .unknownKey || error == .algorithmMismatch else { throw error }
            }
        }
        guard let found else { throw .unknownKey }
        return found
    }
}

extension Algorithm {
    /// How many bytes of a PASETO's body are its signature; nil where the body is encrypted, and for JWT.
    fileprivate var pasetoSignatureBytes: Int? {
        switch self {
        case .v4Public, .v2Public: Ed25519PublicKey.signatureBytes
        case .v3Public: P384Key.signatureBytes
        default: nil
        }
    }
}
