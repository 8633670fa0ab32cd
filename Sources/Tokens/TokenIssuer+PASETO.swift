internal import Bytes
internal import JSON

extension TokenIssuer {
    /// Appends a PASETO whose footer names the key.
    func appendPASETO(
        _ claims: borrowing ByteBuffer, implicitAssertion: String, to buffer: inout ByteBuffer
    ) throws(IssueError) {
        guard implicitAssertion.isEmpty || algorithm.coversImplicitAssertions else { throw .assertionNotCovered }
        var footer = ByteBuffer(capacity: 256)
        var writer = JSONObjectWriter(into: &footer)
        writer.append(name: "kid", into: &footer)
        footer.append(jsonString: id)
        writer.finish(into: &footer)

        var assertion = ByteBuffer(capacity: implicitAssertion.utf8.count)
        assertion.append(implicitAssertion)
        var body = ByteBuffer(capacity: 1_024)
        switch signer {
        case .paseto(let signer):
            guard signer.append(claims.bytes, footer: footer, assertion: assertion, to: &body) else {
                throw .noSignature
            }
        default: preconditionFailure("a key for JWT makes no PASETO")
        }
        buffer.append(algorithm.pasetoHeader)
        Base64URL.encode(body.bytes, into: &buffer)
        buffer.append(0x2E)
        Base64URL.encode(footer.bytes, into: &buffer)
    }
}
