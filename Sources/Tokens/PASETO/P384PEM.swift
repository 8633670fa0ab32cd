internal import Bytes
internal import COpenSSL

/// P-384 keys in PEM (RFC 7468, RFC 5915, RFC 5480), through OpenSSL.
enum P384PEM {
    enum Key {
        case secret(P384SecretKey)
        case `public`(P384PublicKey)
    }

    /// The key in `text`, which is one block and white space.
    ///
    /// - Throws: `KeyError.malformedPEM`, `.unsupportedPEM` for any label but `PRIVATE KEY`, `EC PRIVATE KEY` and
    ///   `PUBLIC KEY`, `.invalidP384Key` for another kind of key.
    static func key(_ text: RawSpan) throws(KeyError) -> Key {
        let block = try PEMBlock(text)
        switch block.label {
        case "PRIVATE KEY", "EC PRIVATE KEY": return .secret(try secretKey(block.content))
        case "PUBLIC KEY": return .public(try publicKey(block.content))
        default: throw .unsupportedPEM(label: block.label)
        }
    }

    private static func secretKey(_ encoding: RawSpan) throws(KeyError) -> P384SecretKey {
        // SAFETY: OpenSSL reads `count` bytes during the call only, and moves the address behind them.
        let key = try unsafe read(encoding) { next, count in
            unsafe d2i_AutoPrivateKey(nil, next, count)
        }
        let scalar = try GuardedBytes(count: P384Key.scalarBytes) { (target: inout MutableRawSpan) throws(KeyError) in
            try key.copyScalar(to: &target)
        }
        // Made from the scalar alone: a file whose point belongs to another scalar is refused here.
        let secretKey = try P384SecretKey(scalar: scalar.bytes)
        guard secretKey.publicKey == P384PublicKey(owning: key) else { throw .invalidP384Key }
        return secretKey
    }

    private static func publicKey(_ encoding: RawSpan) throws(KeyError) -> P384PublicKey {
        // SAFETY: OpenSSL reads `count` bytes during the call only, and moves the address behind them.
        P384PublicKey(owning: try unsafe read(encoding) { next, count in unsafe d2i_PUBKEY(nil, next, count) })
    }

    /// Reads all of `encoding` with `decode`, which makes an EVP_PKEY of ours.
    private static func read(
        _ encoding: RawSpan,
        _ decode: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
    ) throws(KeyError) -> P384Key {
        defer { ERR_clear_error() }
        // SAFETY: the address moves inside the span's bytes, and is only compared afterwards; no pointer leaves but the key,
        // which is freed once.
        let key = unsafe encoding.withUnsafeBytes { bytes -> OpaquePointer? in
            var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let key = unsafe decode(&next, bytes.count) else { return nil }
            guard unsafe UnsafeRawPointer(next) == bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
                unsafe EVP_PKEY_free(key)
                return nil
            }
            return unsafe key
        }
        guard let key = unsafe key else { throw .malformedPEM }
        defer { unsafe EVP_PKEY_free(key) }
        return try unsafe P384Key(evp: key)
    }
}
