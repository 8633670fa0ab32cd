internal import Bytes
internal import COpenSSL

/// A key as OpenSSL holds it, public or secret. It never changes, so any thread may use it.
@safe
final class OpenSSLKey: @unchecked Sendable {
    // INVARIANT: an EVP_PKEY that this object alone owns; whoever refers to it holds the object.
    private let key: OpaquePointer
    /// What kind of key it is.
    let kind: Kind

    /// The kinds of keys that there is a use for, and the name of any other.
    enum Kind: Equatable {
        case ed25519
        case ec(ECCurve)
        case rsa
        case other(String)
    }

    /// - Throws: `KeyError.malformedKey` unless `encoding` is a PrivateKeyInfo (RFC 5958) and nothing else.
    convenience init(privateKeyInfo encoding: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL reads the span's bytes during the call only, and moves the copy of the address behind them.
        let key = unsafe encoding.withUnsafeBytes { bytes -> OpaquePointer? in
            var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &next, bytes.count) else { return nil }
            defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
            return unsafe Self.isEnd(next, of: bytes) ? EVP_PKCS82PKEY(info) : nil
        }
        try unsafe self.init(owning: key, orThrow: .malformedKey)
    }

    /// - Throws: `KeyError.malformedKey` unless `encoding` is an ECPrivateKey (RFC 5915) and nothing else.
    convenience init(ecPrivateKey encoding: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL reads the span's bytes during the call only, and moves the copy of the address behind them.
        let key = unsafe encoding.withUnsafeBytes { bytes -> OpaquePointer? in
            var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let key = unsafe d2i_PrivateKey(EVP_PKEY_EC, nil, &next, bytes.count) else { return nil }
            return unsafe Self.whole(key, next, of: bytes)
        }
        try unsafe self.init(owning: key, orThrow: .malformedKey)
    }

    /// - Throws: `KeyError.malformedKey` unless `encoding` is a SubjectPublicKeyInfo (RFC 5280 section 4.1) and nothing
    ///   else.
    convenience init(subjectPublicKeyInfo encoding: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL reads the span's bytes during the call only, and moves the copy of the address behind them.
        let key = unsafe encoding.withUnsafeBytes { bytes -> OpaquePointer? in
            var next = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let key = unsafe d2i_PUBKEY(nil, &next, bytes.count) else { return nil }
            return unsafe Self.whole(key, next, of: bytes)
        }
        try unsafe self.init(owning: key, orThrow: .malformedKey)
    }

    /// The public key of Ed25519 that 32 bytes encode.
    convenience init(ed25519 encoding: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL copies the span's bytes during the call.
        let key = unsafe encoding.withUnsafeBytes { bytes in
            unsafe EVP_PKEY_new_raw_public_key(
                EVP_PKEY_ED25519, nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
        try unsafe self.init(owning: key, orThrow: .invalidPublicKey)
    }

    /// The secret key of Ed25519 that follows from 32 bytes.
    convenience init(seed: RawSpan) throws(KeyError) {
        // SAFETY: OpenSSL copies the span's bytes during the call.
        let key = unsafe seed.withUnsafeBytes { bytes in
            unsafe EVP_PKEY_new_raw_private_key(
                EVP_PKEY_ED25519, nil, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
        try unsafe self.init(owning: key, orThrow: .invalidSecretKey)
    }

    /// A new secret key of a curve.
    convenience init(generating curve: ECCurve) throws(KeyError) {
        // SAFETY: the name is a string's, which ends in a zero and is read during the call only.
        try unsafe self.init(owning: ringfort_ec_generate(curve.groupName), orThrow: .noRandomness)
    }

    /// A new secret RSA key.
    convenience init(generatingRSABits bits: Int) throws(KeyError) {
        // SAFETY: the call takes a number, and gives a key of its own.
        try unsafe self.init(owning: ringfort_rsa_generate(bits), orThrow: .noRandomness)
    }

    private init(owning key: OpaquePointer?, orThrow error: KeyError) throws(KeyError) {
        // What OpenSSL noted about its failures would turn up at somebody else's.
        ERR_clear_error()
        guard let key = unsafe key else { throw error }
        unsafe self.key = key
        unsafe kind = Self.kind(of: key)
    }

    // SAFETY: the key is this object's own, and freed once.
    deinit { unsafe EVP_PKEY_free(key) }

    private static func isEnd(_ address: UnsafePointer<UInt8>?, of bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe UnsafeRawPointer(address) == bytes.baseAddress.map { unsafe $0 + bytes.count }
    }

    /// The key, if nothing followed it; or else nil, and it is freed.
    private static func whole(
        _ key: OpaquePointer, _ next: UnsafePointer<UInt8>?, of bytes: UnsafeRawBufferPointer
    ) -> OpaquePointer? {
        // SAFETY: the addresses are only compared; the key was made by the caller, who gives it away.
        if unsafe isEnd(next, of: bytes) { return unsafe key }
        unsafe EVP_PKEY_free(key)
        return nil
    }

    /// Calls `body` with the key.
    func withKey<Result: ~Copyable, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: the key is alive as long as this object, and `body` keeps no reference of its own.
        try unsafe body(key)
    }
}

extension OpenSSLKey.Kind: CustomStringConvertible {
    var description: String {
        switch self {
        case .ed25519: "Ed25519"
        case .ec(let curve): curve.description
        case .rsa: "RSA"
        case .other(let name): name
        }
    }
}

// MARK: - What it is

extension OpenSSLKey {
    private static func kind(of key: OpaquePointer) -> Kind {
        // SAFETY: the key is the caller's, and the type's name lives as long as the key.
        switch unsafe EVP_PKEY_get_id(key) {
        case EVP_PKEY_ED25519: .ed25519
        case EVP_PKEY_RSA: .rsa
        case EVP_PKEY_EC: unsafe ecKind(of: key)
        default: .other(unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) } ?? "unknown")
        }
    }

    private static func ecKind(of key: OpaquePointer) -> Kind {
        var isExplicit: Int32 = 0
        // SAFETY: OpenSSL writes a number to `isExplicit` during the call only.
        unsafe EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isExplicit)
        // Somebody who chooses a curve's parameters can choose a generator that fits a public key (CVE-2020-0601).
        guard isExplicit == 0 else { return .other("EC with explicit parameters") }
        var name = [CChar](repeating: 0, count: 64)
        // SAFETY: OpenSSL writes at most as many characters as there is room, with a zero at the end.
        guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return .other("EC") }
        let group = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return ECCurve.allCases.first { $0.groupName == group }.map { .ec($0) } ?? .other(group)
    }

    /// How long the numbers of an RSA key are, in bits.
    var bits: Int {
        // SAFETY: the key is this object's.
        Int(unsafe EVP_PKEY_get_bits(key))
    }

    /// Whether both have the same public half.
    func hasSamePublicKey(as other: OpenSSLKey) -> Bool {
        // SAFETY: both keys are alive, and only read.
        unsafe EVP_PKEY_eq(key, other.key) == 1
    }

    /// Whether the public half is a point on its curve and in its group (SP 800-56A section 5.6.2.3.3). Not for RSA, of which
    /// OpenSSL's answer depends on numbers that it draws.
    func hasValidPoint() -> Bool {
        // SAFETY: the context refers to the key during the call only, and is freed once.
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return false }
        defer {
            unsafe EVP_PKEY_CTX_free(context)
            ERR_clear_error()
        }
        return unsafe EVP_PKEY_public_check(context) == 1
    }

    /// Whether the modulus of an RSA key is a prime: then everybody knows the secret key.
    func hasPrimeModulus() -> Bool {
        var number: OpaquePointer?
        // SAFETY: OpenSSL makes a number, which is freed here, and reads the name during the call only.
        unsafe EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &number)
        defer {
            unsafe BN_free(number)
            ERR_clear_error()
        }
        guard let number = unsafe number else { return false }
        return unsafe BN_check_prime(number, nil, nil) == 1
    }

    /// One of the public numbers, as big-endian bytes without leading zeros, or filled up with them to `count`.
    func integer(_ name: String, count: Int? = nil) throws(KeyError) -> [UInt8] {
        var number: OpaquePointer?
        // SAFETY: OpenSSL makes a number, which is freed here, and reads the name during the call only.
        unsafe EVP_PKEY_get_bn_param(key, name, &number)
        guard let number = unsafe number else {
            ERR_clear_error()
            throw .invalidPublicKey
        }
        defer { unsafe BN_free(number) }
        let length = Int(unsafe BN_num_bits(number) + 7) / 8
        var bytes = [UInt8](repeating: 0, count: count ?? length)
        // SAFETY: OpenSSL writes as many bytes as the array has, during the call only.
        guard unsafe BN_bn2binpad(number, &bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw .invalidPublicKey
        }
        return bytes
    }
}

// MARK: - Ed25519

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
}

// MARK: - Writing

extension OpenSSLKey {
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
    /// Appends the public key as PEM text of SPKI.
    func appendPublicKey(to buffer: inout ByteBuffer) throws(KeyError) {
        // SAFETY: the BIO is ours, and is freed once.
        guard let sink = unsafe BIO_new(BIO_s_mem()) else { throw .invalidPublicKey }
        defer { unsafe BIO_free(sink) }
        // SAFETY: key and BIO are alive during the call.
        guard unsafe PEM_write_bio_PUBKEY(sink, key) == 1 else { throw .invalidPublicKey }
        var byte: UInt8 = 0
        // SAFETY: one byte is read into `byte` at a time, during each call only.
        while unsafe BIO_read(sink, &byte, 1) == 1 { buffer.append(byte) }
    }
}
