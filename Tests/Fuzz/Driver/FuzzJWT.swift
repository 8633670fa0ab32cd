import Bytes

@testable import Tokens

/// Nobody without the key makes a JWT. Whatever header and claims one who has it signs (with a record separator between
/// them), the verdict is one.
func fuzzJWT(_ bytes: RawSpan) {
    requireNotForged(bytes)
    var choices = Choices(of: bytes)
    let standard: StaticString = #"{"alg":"HS256","typ":"JWT","kid":"key-1"}"#
    signed(standard.bytes, bytes, &choices)
    guard let separator = bytes.firstOffset(of: 0x1E) else { return }
    let claims = bytes.extracting(droppingFirst: separator + 1)
    signed(bytes.extracting(first: separator), claims, &choices)
    signed(standard.bytes, claims, &choices)
}

private func signed(_ header: RawSpan, _ claims: RawSpan, _ choices: inout Choices) {
    var token = ByteBuffer(capacity: 1024)
    Base64URL.encode(header, into: &token)
    token.append(0x2E)
    Base64URL.encode(claims, into: &token)
    var signature = ByteBuffer(capacity: 64)
    do throws(KeyError) {
        let signer = try Signer(FuzzKeys.hs256)
        require(signer.append(signatureOver: token.bytes, to: &signature), "a code can always be made")
    } catch {
        fail("a good key is taken")
    }
    token.append(0x2E)
    Base64URL.encode(signature.bytes, into: &token)
    requireSound(token, claims: claims, &choices)
}
