internal import Bytes
internal import JSON

extension TokenVerifier {
    /// Proves a compact JWS (RFC 7515 section 5.2, RFC 8725), and leaves its payload in `payload`.
    mutating func authenticateJWT(
        _ token: RawSpan, keyring: Keyring, policy: borrowing ClaimsPolicy, _ admit: (Int) -> Bool
    ) throws(TokenError) -> Int {
        let segments = try JWTSegments(token)
        // Whose keys are asked, the token says itself, and nobody has proven it yet: it only chooses.
        let issuer = policy.rules.count == 1 ? 0 : try claimedIssuer(segments.payload, policy: policy)
        let key: Int
        let isKnown: Bool
        if let known = try provenHeaders.key(
            segments.header, epoch: keyring.epoch, issuer: issuer, rule: policy.rules[issuer], type: &type)
        {
            (key, isKnown) = (known, true)
        } else {
            key = try readHeader(
                segments.header, keys: keyring.prepared, issuer: issuer, rule: policy.rules[issuer],
                mostBytes: policy.longestHeaderBytes, keyIDBytes: policy.longestKeyIDBytes)
            isKnown = false
        }
        guard admit(key) else { throw .notAdmitted }
        signature.removeAll()
        guard Base64URL.decode(segments.signature, into: &signature) else { throw .invalidBase64URL }
        guard keyring.prepared.isValid(signature.bytes, for: segments.message, keyAt: key) else {
            throw .signatureMismatch
        }
        if !isKnown {
            provenHeaders.insert(segments.header, type: type, key: key, epoch: keyring.epoch, issuer: issuer)
        }
        payload.removeAll()
        guard Base64URL.decode(segments.payload, into: &payload) else { throw .invalidBase64URL }
        return key
    }

    /// Decodes the header, holds it against the policy, and finds the key. Leaves the token's type in `type`.
    private mutating func readHeader(
        _ text: RawSpan, keys: borrowing PreparedKeys, issuer: Int, rule: borrowing IssuerRule, mostBytes: Int,
        keyIDBytes: Int
    ) throws(TokenError) -> Int {
        guard let count = Base64URL.decodedCount(characters: text.byteCount) else { throw .invalidBase64URL }
        guard count <= mostBytes else { throw .headerTooLong }
        header.removeAll()
        guard Base64URL.decode(text, into: &header) else { throw .invalidBase64URL }
        let key = try Self.readHeader(
            header, limits, into: &tape, type: &type, unescaped: &unescaped, keys: keys, issuer, keyIDBytes)
        guard rule.allows(type: type.bytes) else { throw .wrongType }
        return key
    }

    /// Finds the key that a decoded header chooses, and copies its `typ`, which may be missing, to `type`.
    private static func readHeader(
        _ text: borrowing ByteBuffer, _ limits: JSONLimits, into tape: inout JSONTape, type: inout ByteBuffer,
        unescaped: inout ByteBuffer, keys: borrowing PreparedKeys, _ issuer: Int, _ mostKeyIDBytes: Int
    ) throws(TokenError) -> Int {
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text.bytes, limits: limits)
        } catch {
            throw .malformedHeader
        }
        let header = try JOSEHeader(document)
        type.removeAll()
        header.type?.append(to: &type)
        guard let keyID = header.keyID else { return try onlyKey(for: header.algorithm, keys: keys, issuer) }
        let key = try key(.jwt, named: keyID, keys: keys, issuer, mostKeyIDBytes, unescaped: &unescaped)
        guard header.algorithm.equals(keys.algorithm(at: key).name) else { throw .algorithmMismatch }
        return key
    }

    private static func onlyKey(
        for name: JSONString, keys: borrowing PreparedKeys, _ issuer: Int
    ) throws(TokenError) -> Int {
        for algorithm in Algorithm.allCases where algorithm.format == .jwt && name.equals(algorithm.name) {
            return try keys.onlyIndex(algorithm, issuer: issuer)
        }
        throw .algorithmMismatch
    }

    /// The place of the issuer's key with the name that a token gives.
    static func key(
        _ format: TokenFormat, named name: JSONString, keys: borrowing PreparedKeys, _ issuer: Int,
        _ mostBytes: Int, unescaped: inout ByteBuffer
    ) throws(TokenError) -> Int {
        unescaped.removeAll()
        name.append(to: &unescaped)
        guard (1...mostBytes).contains(unescaped.count) else { throw .malformedKeyID }
        guard let key = keys.index(format, named: unescaped.bytes, issuer: issuer) else { throw .unknownKey }
        return key
    }
}
