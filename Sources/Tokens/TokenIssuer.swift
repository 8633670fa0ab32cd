public import Bytes
internal import JSON

/// Makes tokens with one key.
public struct TokenIssuer: ~Copyable, Sendable {
    private let id: KeyID
    private let algorithm: Algorithm
    private let signer: Signer

    /// - Throws: `KeyError.noGuardedMemory` when there is no memory to prepare the key in.
    public init(_ key: SigningKey) throws(KeyError) {
        id = key.id
        algorithm = key.algorithm
        signer = try Signer(key)
    }

    /// Appends a new token to `buffer`. Every token has a `jti` of its own.
    ///
    /// - Parameter implicitAssertion: what a PASETO's signature is to cover besides the token; a JWT has no such thing.
    /// - Throws: `IssueError`; `buffer` is then as it was.
    public func issue(
        _ content: TokenContent, implicitAssertion: String = "", nowUnixSeconds: Int64, into buffer: inout ByteBuffer
    ) throws(IssueError) {
        var claims = ByteBuffer(capacity: 512)
        try content.write(to: &claims, datesAreText: algorithm.format == .paseto, nowUnixSeconds: nowUnixSeconds)
        let start = buffer.count
        let isSigned: Bool
        switch algorithm.format {
        case .jwt: isSigned = appendJWT(claims, to: &buffer)
        case .paseto: isSigned = appendPASETO(claims, implicitAssertion: implicitAssertion, to: &buffer)
        }
        guard isSigned else {
            buffer.truncate(to: start)
            throw .noSignature
        }
        guard buffer.count - start <= TokenVerifier.mostBytes else {
            buffer.truncate(to: start)
            throw .tooLong
        }
    }

    private func appendJWT(_ claims: borrowing ByteBuffer, to buffer: inout ByteBuffer) -> Bool {
        var header = ByteBuffer(capacity: 256)
        var writer = JSONObjectWriter(into: &header)
        writer.append("alg", string: algorithm.name, into: &header)
        writer.append("typ", string: "JWT", into: &header)
        writer.append(name: "kid", into: &header)
        header.append(jsonString: id)
        writer.finish(into: &header)

        let start = buffer.count
        Base64URL.encode(header.bytes, into: &buffer)
        buffer.append(0x2E)
        Base64URL.encode(claims.bytes, into: &buffer)
        var signature = ByteBuffer(capacity: 64)
        guard signer.append(signatureOver: buffer.bytes.extracting(start..<buffer.count), to: &signature) else {
            return false
        }
        buffer.append(0x2E)
        Base64URL.encode(signature.bytes, into: &buffer)
        return true
    }

    private func appendPASETO(
        _ claims: borrowing ByteBuffer, implicitAssertion: String, to buffer: inout ByteBuffer
    ) -> Bool {
        var footer = ByteBuffer(capacity: 256)
        var writer = JSONObjectWriter(into: &footer)
        writer.append(name: "kid", into: &footer)
        footer.append(jsonString: id)
        writer.finish(into: &footer)

        var assertion = ByteBuffer(capacity: implicitAssertion.utf8.count)
        assertion.append(implicitAssertion)
        var signed = ByteBuffer(capacity: 1_024)
        PASETO.append(pieceCount: 4, to: &signed)
        PASETO.append(length: PASETO.v4Public.utf8CodeUnitCount, to: &signed)
        signed.append(PASETO.v4Public)
        PASETO.append(piece: claims, to: &signed)
        PASETO.append(piece: footer, to: &signed)
        PASETO.append(piece: assertion, to: &signed)

        var body = ByteBuffer(capacity: 1_024)
        body.append(claims, from: 0)
        guard signer.append(signatureOver: signed.bytes, to: &body) else { return false }
        buffer.append(PASETO.v4Public)
        Base64URL.encode(body.bytes, into: &buffer)
        buffer.append(0x2E)
        Base64URL.encode(footer.bytes, into: &buffer)
        return true
    }
}

extension ByteBuffer {
    fileprivate mutating func append(jsonString id: KeyID) {
        var text = ByteBuffer(capacity: KeyID.mostBytes)
        text.append(id.text)
        append(jsonString: text.bytes)
    }
}
