public import Bytes

extension VerificationKey {
    /// Appends a public key as PEM text of SPKI (RFC 7468 section 13).
    ///
    /// - Throws: `KeyError.notPublishable` for a secret, and for v3.public, whose keys PASERK writes.
    public func appendPEM(to buffer: inout ByteBuffer) throws(KeyError) {
        switch material {
        case .rsa(let key, _): try key.key.appendPublicKey(to: &buffer)
        case .ec(let key): try key.key.appendPublicKey(to: &buffer)
        case .edDSA(let key), .ed25519(let key), .v4Public(let key), .v2Public(let key):
            try Self.append(key, to: &buffer)
        default: throw .notPublishable(algorithm)
        }
    }

    private static func append(_ key: Ed25519PublicKey, to buffer: inout ByteBuffer) throws(KeyError) {
        let key = try OpenSSLKey(ed25519: key.bytes)
        try key.appendPublicKey(to: &buffer)
    }

    /// What tells a secret from others without telling the secret: half of an HMAC-SHA-256 under it, in hexadecimal
    /// digits. Two servers that show the same one have the same secret.
    ///
    /// What is hashed is no JWS, so that this is no code of any token.
    /// - Throws: `KeyError.wrongKeyKind` for anything but the secret of an HMAC.
    public func fingerprint() throws(KeyError) -> String {
        switch material {
        case .hs256(let secret), .hs384(let secret), .hs512(let secret):
            let code = try HMAC<SHA256State>.sha256(secret).code(of: Self.fingerprintText.bytes)
            var digits = ByteBuffer(capacity: 32)
            digits.append(hex: code.bytes.word(at: 0, as: UInt64.self).bigEndian)
            digits.append(hex: code.bytes.word(at: 8, as: UInt64.self).bigEndian)
            return String(digits.bytes)
        default: throw .wrongKeyKind
        }
    }

    private static let fingerprintText: StaticString = "ringfort key fingerprint, version 1"
}
