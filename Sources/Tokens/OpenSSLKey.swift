internal import Bytes
internal import COpenSSL

/// An Ed25519 key as OpenSSL holds it: only a step between a file and our own types.
@safe
struct OpenSSLKey: ~Copyable {
    // INVARIANT: an EVP_PKEY of type ED25519 that this value alone owns.
    private let key: OpaquePointer

    /// - Throws: `KeyError.malformedPEM` unless `encoding` is a PrivateKeyInfo and nothing else, `.notEd25519` when the key
    ///   is of another kind.
    init(privateKeyInfo encoding: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL reads the span's bytes during the call only, and moves the copy of the address behind them.
        let key = unsafe encoding.withUnsafeBytes { bytes -> OpaquePointer? in
            var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &next, bytes.count) else { return nil }
            defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
            return unsafe Self.isEnd(next, of: bytes) ? EVP_PKCS82PKEY(info) : nil
        }
        self = try unsafe Self.checked(key)
    }

    /// - Throws: `KeyError.malformedPEM` unless `encoding` is a SubjectPublicKeyInfo and nothing else, `.notEd25519` when
    ///   the key is of another kind.
    init(subjectPublicKeyInfo encoding: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL reads the span's bytes during the call only, and moves the copy of the address behind them.
        let key = unsafe encoding.withUnsafeBytes { bytes -> OpaquePointer? in
            var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let key = unsafe d2i_PUBKEY(nil, &next, bytes.count) else { return nil }
            guard unsafe Self.isEnd(next, of: bytes) else {
                unsafe EVP_PKEY_free(key)
                return nil
            }
            return unsafe key
        }
        self = try unsafe Self.checked(key)
    }

    /// The secret key that follows from 32 bytes.
    init(seed: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL copies the span's bytes during the call.
        let key = unsafe seed.withUnsafeBytes { bytes in
            unsafe EVP_PKEY_new_raw_private_key(
                EVP_PKEY_ED25519, nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
        self = try unsafe Self.checked(key)
    }

    private init(owning key: OpaquePointer) { unsafe self.key = key }

    // SAFETY: the key is this value's own, and freed once.
    deinit { unsafe EVP_PKEY_free(key) }

    private static func checked(_ key: OpaquePointer?) throws(KeyError) -> OpenSSLKey {
        ERR_clear_error()
        guard let key = unsafe key else { throw .malformedPEM }
        let owner = unsafe OpenSSLKey(owning: key)
        // SAFETY: the key is alive while its owner is.
        guard unsafe EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else { throw .notEd25519 }
        return owner
    }

    private static func isEnd(_ address: UnsafePointer<UInt8>?, of bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe UnsafeRawPointer(address) == bytes.baseAddress.map { unsafe $0 + bytes.count }
    }
}

extension OpenSSLKey {
    /// Copies the 32 bytes from which a secret key follows.
    func copySeed(to target: inout MutableRawSpan) throws(KeyError) {
        // SAFETY: OpenSSL writes at most `count` bytes to the span, during the call only.
        let isCopied = unsafe target.withUnsafeMutableBytes { bytes in
            var count = bytes.count
            return unsafe EVP_PKEY_get_raw_private_key(
                key, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &count) == 1 && count == bytes.count
        }
        guard isCopied else { throw .invalidSecretKey }
    }

    /// The 32 bytes that encode the public key.
    func publicKey() throws(KeyError) -> InlineArray<32, UInt8> {
        var encoding = InlineArray<32, UInt8>(repeating: 0)
        var target = encoding.mutableSpan
        // SAFETY: OpenSSL writes at most 32 bytes to `encoding`, during the call only.
        let isCopied = unsafe target.withUnsafeMutableBufferPointer { bytes in
            var count = bytes.count
            return unsafe EVP_PKEY_get_raw_public_key(key, bytes.baseAddress, &count) == 1 && count == 32
        }
        guard isCopied else { throw .invalidPublicKey }
        return encoding
    }

    /// Appends a secret key as PEM text of PKCS#8, unencrypted.
    func append(to buffer: inout ByteBuffer) throws(KeyError) {
        // SAFETY: the BIO is ours, and is freed once; it wipes what was written to it.
        guard let sink = unsafe BIO_new(BIO_s_secmem()) else { throw .noGuardedMemory }
        defer { unsafe BIO_free(sink) }
        // SAFETY: without cipher and password OpenSSL asks nobody for one.
        guard unsafe PEM_write_bio_PKCS8PrivateKey(sink, key, nil, nil, 0, nil, nil) == 1 else {
            throw .invalidSecretKey
        }
        var byte: UInt8 = 0
        // SAFETY: one byte is read into `byte` at a time, during each call only.
        while unsafe BIO_read(sink, &byte, 1) == 1 { buffer.append(byte) }
    }
}
