internal import Bytes
internal import COpenSSL

/// Ed25519 keys in PEM (RFC 7468, RFC 8410), through OpenSSL.
enum PEM {
    enum Key {
        case secret(Ed25519SecretKey)
        case `public`(Ed25519PublicKey)
    }

    /// The key in `text`, which is one block and white space.
    ///
    /// - Throws: `KeyError.malformedPEM`, `.unsupportedPEM` for any label but `PRIVATE KEY` and `PUBLIC KEY`,
    ///   `.notEd25519` for another kind of key.
    static func ed25519(_ text: RawSpan) throws(KeyError) -> Key {
        let block = try PEMBlock(text)
        switch block.label {
        case "PRIVATE KEY": return .secret(try secretKey(block.content))
        case "PUBLIC KEY": return .public(try publicKey(block.content))
        default: throw .unsupportedPEM(label: block.label)
        }
    }

    /// A PrivateKeyInfo (RFC 5958): the seed is 32 bytes.
    private static func secretKey(_ encoding: RawSpan) throws(KeyError) -> Ed25519SecretKey {
        let key = try OpenSSLKey(privateKeyInfo: encoding)
        let seed = try GuardedBytes(count: 32) { (target: inout MutableRawSpan) throws(KeyError) in
            try key.copySeed(to: &target)
        }
        return try Ed25519SecretKey(seed: seed.bytes)
    }

    /// A SubjectPublicKeyInfo (RFC 5280 section 4.1).
    private static func publicKey(_ encoding: RawSpan) throws(KeyError) -> Ed25519PublicKey {
        let key = try OpenSSLKey(subjectPublicKeyInfo: encoding)
        return try Ed25519PublicKey(try key.publicKey().span.raw)
    }

    /// Appends the secret key as a PEM file of PKCS#8, such as `openssl genpkey` makes.
    static func append(_ key: Ed25519SecretKey, to buffer: inout ByteBuffer) throws(KeyError) {
        let key = try key.withSeed { seed throws(KeyError) -> OpenSSLKey in try OpenSSLKey(seed: seed) }
        try key.append(to: &buffer)
    }
}
