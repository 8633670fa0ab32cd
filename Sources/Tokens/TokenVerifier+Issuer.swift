internal import Bytes
internal import JSON

/// Which of several issuers a token is of, before anything is proven: it chooses whose keys are asked, and is held against
/// the proven claims like everything else afterwards.
extension TokenVerifier {
    /// The number of the issuer that the payload with this text in base64url names.
    ///
    /// - Parameter suffix: how many of the decoded bytes are no payload, at their end.
    /// - Throws: `TokenError.wrongIssuer` when it names none of them.
    mutating func claimedIssuer(
        _ text: RawSpan, droppingLast suffix: Int = 0, policy: borrowing ClaimsPolicy
    ) throws(TokenError) -> Int {
        payload.removeAll()
        guard Base64URL.decode(text, into: &payload), payload.count >= suffix else { throw .invalidBase64URL }
        payload.truncate(to: payload.count - suffix)
        return try Self.claimedIssuer(payload, limits, into: &tape, unescaped: &unescaped, policy: policy)
    }

    private static func claimedIssuer(
        _ payload: borrowing ByteBuffer, _ limits: JSONLimits, into tape: inout JSONTape,
        unescaped: inout ByteBuffer, policy: borrowing ClaimsPolicy
    ) throws(TokenError) -> Int {
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(payload.bytes, limits: limits)
        } catch {
            throw .malformedClaims
        }
        guard document.kind == .object, let name = document.member("iss")?.asString else { throw .wrongIssuer }
        unescaped.removeAll()
        name.append(to: &unescaped)
        guard let number = policy.number(ofIssuer: unescaped.bytes) else { throw .wrongIssuer }
        return number
    }
}
