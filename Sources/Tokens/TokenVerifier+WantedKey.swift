internal import Bytes
internal import JSON

extension TokenVerifier {
    /// Which key of which issuer a JWT asks for, after it was refused for `TokenError.unknownKey`: for whoever can have
    /// somebody look for that key. Nothing of it is proven.
    ///
    /// - Returns: the issuer's place in the policy, and the key's name; that is nil for a token that names none. Nil for what
    ///   is no such token, or asks for a name that no key can have.
    public mutating func wantedKey(
        of token: RawSpan, policy: borrowing ClaimsPolicy
    ) -> (issuer: Int, id: KeyID?)? {
        guard !PASETO.isVersioned(token) else { return nil }
        do throws(TokenError) {
            let segments = try JWTSegments(token)
            let issuer = try claimedIssuer(segments.payload, policy: policy)
            header.removeAll()
            guard Base64URL.decode(segments.header, into: &header) else { return nil }
            guard try Self.readKeyID(header, limits, into: &tape, unescaped: &unescaped) else { return (issuer, nil) }
            let text = String(unescaped.bytes)
            do throws(KeyError) { return (issuer, try KeyID(text)) } catch { return nil }
        } catch {
            return nil
        }
    }

    /// Puts the `kid` of a decoded header into `unescaped`; false when it has none.
    private static func readKeyID(
        _ text: borrowing ByteBuffer, _ limits: JSONLimits, into tape: inout JSONTape, unescaped: inout ByteBuffer
    ) throws(TokenError) -> Bool {
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text.bytes, limits: limits)
        } catch {
            throw .malformedHeader
        }
        guard let keyID = try JOSEHeader(document).keyID else { return false }
        unescaped.removeAll()
        keyID.append(to: &unescaped)
        return true
    }
}
