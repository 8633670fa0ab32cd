public import Bytes
internal import JSON

extension VerificationKey {
    /// Appends the key as a JSON web key (RFC 7517), with `kid`, `use` and `alg`.
    ///
    /// - Throws: `KeyError.notPublishable` for an HMAC secret and for a key that is not for JWT.
    public func appendJWK(to buffer: inout ByteBuffer) throws(KeyError) {
        var text = ByteBuffer(capacity: 1_024)
        var writer = JSONObjectWriter(into: &text)
        try appendMembers(&writer, to: &text)
        var id = ByteBuffer(capacity: KeyID.mostBytes)
        id.append(self.id.text)
        writer.append("kid", string: id.bytes, into: &text)
        writer.append("use", string: "sig", into: &text)
        writer.append("alg", string: algorithm.name, into: &text)
        writer.finish(into: &text)
        buffer.append(text.bytes)
    }

    /// The SHA-256 of the members that make the key, in base64url (RFC 7638): 43 characters, the same for everyone.
    ///
    /// - Throws: `KeyError.notPublishable` for an HMAC secret and for a key that is not for JWT.
    public func thumbprint() throws(KeyError) -> String {
        var text = ByteBuffer(capacity: 1_024)
        var writer = JSONObjectWriter(into: &text)
        try appendMembers(&writer, to: &text)
        writer.finish(into: &text)
        var thumbprint = ByteBuffer(capacity: 64)
        Base64URL.encode(HashFunction.sha256.digest(of: text.bytes).bytes, into: &thumbprint)
        return String(thumbprint.bytes)
    }

    /// Appends the members that make the key, in the order of their names.
    private func appendMembers(_ writer: inout JSONObjectWriter, to buffer: inout ByteBuffer) throws(KeyError) {
        switch material {
        case .ec(let key):
            let (x, y) = try key.coordinates()
            writer.append("crv", string: key.curve.name, into: &buffer)
            writer.append("kty", string: "EC", into: &buffer)
            writer.append("x", base64URL: x.span.raw, into: &buffer)
            writer.append("y", base64URL: y.span.raw, into: &buffer)
        case .rsa(let key, _):
            let (n, e) = try key.numbers()
            writer.append("e", base64URL: e.span.raw, into: &buffer)
            writer.append("kty", string: "RSA", into: &buffer)
            writer.append("n", base64URL: n.span.raw, into: &buffer)
        case .edDSA(let key): Self.appendMembers(of: key, &writer, to: &buffer)
        case .ed25519(let key): Self.appendMembers(of: key, &writer, to: &buffer)
        default: throw .notPublishable(algorithm)
        }
    }

    private static func appendMembers(
        of key: Ed25519PublicKey, _ writer: inout JSONObjectWriter, to buffer: inout ByteBuffer
    ) {
        writer.append("crv", string: "Ed25519", into: &buffer)
        writer.append("kty", string: "OKP", into: &buffer)
        writer.append("x", base64URL: key.bytes, into: &buffer)
    }
}

extension JSONObjectWriter {
    fileprivate mutating func append(_ name: StaticString, base64URL bytes: RawSpan, into buffer: inout ByteBuffer) {
        append(name: name, into: &buffer)
        buffer.append(0x22)
        Base64URL.encode(bytes, into: &buffer)
        buffer.append(0x22)
    }
}
