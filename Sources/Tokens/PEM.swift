internal import Bytes
internal import COpenSSL

/// Keys in PEM (RFC 7468), through OpenSSL.
enum PEM {
    /// A key of Ed25519 (RFC 8410).
    enum Key {
        case secret(Ed25519SecretKey)
        case `public`(Ed25519PublicKey)
    }

    /// The key in `text`, which is one block and white space, and whether it is a secret one.
    ///
    /// - Throws: `KeyError.malformedPEM`, `.unsupportedPEM` for any label but `PRIVATE KEY`, `EC PRIVATE KEY` and
    ///   `PUBLIC KEY`, `.malformedKey` when there is something else in it.
    static func key(_ text: RawSpan) throws(KeyError) -> (key: OpenSSLKey, isSecret: Bool) {
        let block = try PEMBlock(text)
        switch block.label {
        case "PRIVATE KEY": return (try OpenSSLKey(privateKeyInfo: block.content), true)
        case "EC PRIVATE KEY": return (try OpenSSLKey(ecPrivateKey: block.content), true)
        case "PUBLIC KEY": return (try OpenSSLKey(subjectPublicKeyInfo: block.content), false)
        default: throw .unsupportedPEM(label: block.label)
        }
    }

    /// The key in `text`, which is one block and white space.
    ///
    /// - Throws: as `key(_:)`, and `KeyError.unsupportedKey` for another kind of key.
    static func ed25519(_ text: RawSpan) throws(KeyError) -> Key {
        let (key, isSecret) = try key(text)
        return try ed25519(key, isSecret: isSecret)
    }

    /// The same key in our own types.
    static func ed25519(_ key: OpenSSLKey, isSecret: Bool) throws(KeyError) -> Key {
        guard key.kind == .ed25519 else { throw .unsupportedKey(key.kind.description) }
        return isSecret ? .secret(try secretKey(key)) : .public(try publicKey(key))
    }

    private static func secretKey(_ key: OpenSSLKey) throws(KeyError) -> Ed25519SecretKey {
        let seed = try GuardedBytes(count: 32) { (target: inout MutableRawSpan) throws(KeyError) in
            try key.copySeed(to: &target)
        }
        return try Ed25519SecretKey(seed: seed.bytes)
    }

    private static func publicKey(_ key: OpenSSLKey) throws(KeyError) -> Ed25519PublicKey {
        try Ed25519PublicKey(try key.publicKey().span.raw)
    }

    /// Appends the secret key as a PEM file of PKCS#8, such as `openssl genpkey` makes.
    static func append(_ key: Ed25519SecretKey, to buffer: inout ByteBuffer) throws(KeyError) {
        let key = try key.withSeed { seed throws(KeyError) -> OpenSSLKey in try OpenSSLKey(seed: seed) }
        try key.append(to: &buffer)
    }
}
