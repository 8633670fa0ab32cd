import Bytes

@testable import Tokens

/// Nobody without the key makes a PASETO. Whatever claims and footer one who has it seals (with a record separator
/// between them), the verdict is one.
func fuzzPASETO(_ bytes: RawSpan) {
    requireNotForged(bytes)
    var choices = Choices(of: bytes)
    let separator = bytes.firstOffset(of: 0x1E)
    let claims = bytes.extracting(first: separator ?? bytes.byteCount)
    let footer = bytes.extracting(droppingFirst: separator.map { $0 + 1 } ?? bytes.byteCount)
    for key in [FuzzKeys.v2Local, FuzzKeys.v3Local, FuzzKeys.v4Local] {
        sealed(key, claims, footer, &choices)
    }
    // A signature costs as much as all of the others.
    if choices.next(below: 8) == 0 { sealed(FuzzKeys.v4Public, claims, footer, &choices) }
}

private func sealed(_ key: SigningKey, _ claims: RawSpan, _ footer: RawSpan, _ choices: inout Choices) {
    var body = ByteBuffer(capacity: 1024)
    do throws(KeyError) {
        switch try Signer(key) {
        case .paseto(let signer):
            let isMade = signer.append(
                claims, footer: ByteBuffer(copying: footer), assertion: ByteBuffer(capacity: 1), to: &body)
            require(isMade, "a token can always be made")
        default: fail("a key for PASETO makes no JWS")
        }
    } catch {
        fail("a good key is taken")
    }
    var token = ByteBuffer(capacity: 1024)
    token.append(key.algorithm.pasetoHeader)
    Base64URL.encode(body.bytes, into: &token)
    if footer.byteCount > 0 {
        token.append(0x2E)
        Base64URL.encode(footer, into: &token)
    }
    requireSound(token, claims: claims, &choices)
}
