public import Bytes
internal import JSON

/// Makes tokens with one key.
public struct TokenIssuer: ~Copyable, Sendable {
    let id: KeyID
    let algorithm: Algorithm
    let signer: Signer
    private let type: String

    /// - Parameter type: what a JWT says that it is (`typ`).
    /// - Throws: `KeyError.noGuardedMemory` when there is no memory to prepare the key in.
    public init(_ key: SigningKey, type: String = "JWT") throws(KeyError) {
        self.type = type
        id = key.id
        algorithm = key.algorithm
        signer = try Signer(key)
    }

    /// Appends a new token to `buffer`.
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
        case .jwt:
            guard appendJWT(claims, to: &buffer) else {
                buffer.truncate(to: start)
                throw .noSignature
            }
        case .paseto: try appendPASETO(claims, implicitAssertion: implicitAssertion, to: &buffer)
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
        writer.append("typ", string: type.utf8.span.raw, into: &header)
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
}

extension ByteBuffer {
    mutating func append(jsonString id: KeyID) {
        var text = ByteBuffer(capacity: KeyID.mostBytes)
        text.append(id.text)
        append(jsonString: text.bytes)
    }
}
