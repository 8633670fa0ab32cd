public import Bytes
internal import JSON

extension Keyring {
    /// A token that names the key at `index` of `verificationKeys`, and that this key has not made.
    ///
    /// Refusing it costs the key's whole cryptography, since its signature has the right form: for those who want to know
    /// what a check costs here.
    public func forgery(keyIndex index: Int) -> ByteBuffer {
        let key = verificationKeys[index]
        return key.algorithm.format == .jwt ? Self.forgedJWT(key) : Self.forgedPASETO(key)
    }

    private static func forgedJWT(_ key: VerificationKey) -> ByteBuffer {
        var header = ByteBuffer(capacity: 256)
        var object = JSONObjectWriter(into: &header)
        object.append("alg", string: key.algorithm.name, into: &header)
        object.append("kid", string: key.id.text.utf8.span.raw, into: &header)
        object.finish(into: &header)
        var token = ByteBuffer(capacity: 2_048)
        Base64URL.encode(header.bytes, into: &token)
        token.append(0x2E)
        Base64URL.encode(junk(claimsBytes).span.raw, into: &token)
        token.append(0x2E)
        Base64URL.encode(junk(signatureBytes(of: key)).span.raw, into: &token)
        return token
    }

    private static func forgedPASETO(_ key: VerificationKey) -> ByteBuffer {
        var footer = ByteBuffer(capacity: 256)
        var object = JSONObjectWriter(into: &footer)
        object.append("kid", string: key.id.text.utf8.span.raw, into: &footer)
        object.finish(into: &footer)
        var token = ByteBuffer(capacity: 2_048)
        token.append(key.algorithm.pasetoHeader)
        Base64URL.encode(junk(claimsBytes + signatureBytes(of: key)).span.raw, into: &token)
        token.append(0x2E)
        Base64URL.encode(footer.bytes, into: &token)
        return token
    }

    /// Bytes that are no signature, but that every algorithm takes for one that might be: as numbers they are above zero
    /// and below the order of each curve, and below each modulus.
    private static func junk(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x01, count: count) }

    private static func signatureBytes(of key: VerificationKey) -> Int {
        switch key.material {
        case .hs256: HashFunction.sha256.digestBytes
        case .hs384: HashFunction.sha384.digestBytes
        case .hs512: HashFunction.sha512.digestBytes
        case .rsa(let key, _): key.modulusBytes
        case .ec(let key): 2 * key.curve.coordinateBytes
        case .edDSA, .ed25519, .v4Public, .v2Public: Ed25519PublicKey.signatureBytes
        case .v3Public: P384Key.signatureBytes
        // Nonce and tag; all of them have room in this.
        case .v4Local, .v3Local, .v2Local: 80
        }
    }

    /// As many as a token of today's identity providers has, more or less.
    private static let claimsBytes = 300
}
