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
        switch algorithm.format {
        case .jwt: appendJWT(claims, to: &buffer)
        case .paseto: appendPASETO(claims, implicitAssertion: implicitAssertion, to: &buffer)
        }
        guard buffer.count - start <= TokenVerifier.mostBytes else {
            buffer.truncate(to: start)
            throw .tooLong
        }
    }

    private func appendJWT(_ claims: borrowing ByteBuffer, to buffer: inout ByteBuffer) {
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
        signer.append(signatureOver: buffer.bytes.extracting(start..<buffer.count), to: &signature)
        buffer.append(0x2E)
        Base64URL.encode(signature.bytes, into: &buffer)
    }

    private func appendPASETO(
        _ claims: borrowing ByteBuffer, implicitAssertion: String, to buffer: inout ByteBuffer
    ) {
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
        signer.append(signatureOver: signed.bytes, to: &body)
        buffer.append(PASETO.v4Public)
        Base64URL.encode(body.bytes, into: &buffer)
        buffer.append(0x2E)
        Base64URL.encode(footer.bytes, into: &buffer)
    }
}

/// A signing key with everything computed that does not depend on the message.
private enum Signer: ~Copyable, Sendable {
    case hs256(HMACSHA256)
    case ed25519(Ed25519SecretKey)

    init(_ key: SigningKey) throws(KeyError) {
        switch key.material {
        case .hs256(let secret): self = .hs256(try HMACSHA256(secret))
        case .edDSA(let key), .v4Public(let key): self = .ed25519(key)
        }
    }

    func append(signatureOver message: RawSpan, to buffer: inout ByteBuffer) {
        switch self {
        case .hs256(let key): buffer.append(key.code(of: message).span.raw)
        case .ed25519(let key): buffer.append(key.signature(over: message).span.raw)
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func append(jsonString id: KeyID) {
        var text = ByteBuffer(capacity: KeyID.mostBytes)
        text.append(id.text)
        append(jsonString: text.bytes)
    }
}
