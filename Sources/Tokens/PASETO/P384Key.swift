internal import Bytes
internal import COpenSSL

/// A key of P-384 (NIST SP 800-186) as OpenSSL holds it: a point, with or without the scalar that it follows from.
@safe
struct P384Key: ~Copyable {
    // INVARIANT: an EC_KEY of P-384 that this value alone owns, which nobody changes after `init`.
    let key: OpaquePointer

    static let scalarBytes = 48
    static let pointBytes = 49
    static let signatureBytes = 96

    /// A new key, from the system's source of randomness.
    init() throws(KeyError) {
        // SAFETY: the key is alive during the call.
        try unsafe self.init { key in unsafe ringfort_p384_generate(key) == 1 }
    }

    /// The public key that a compressed point encodes (SEC 1 section 2.3.3).
    init(point: RawSpan) throws(KeyError) {
        guard point.byteCount == Self.pointBytes, point[0] == 2 || point[0] == 3 else { throw .invalidP384Key }
        // SAFETY: OpenSSL reads the span's bytes during the call only.
        try unsafe self.init { key in
            unsafe point.withUnsafeBytes { unsafe ringfort_p384_read_point(key, $0.baseAddress, $0.count) == 1 }
        }
    }

    /// The secret key with this scalar, 48 bytes from 1 to below the order of the curve.
    init(scalar: RawSpan) throws(KeyError) {
        guard scalar.byteCount == Self.scalarBytes else { throw .invalidP384Key }
        // SAFETY: OpenSSL copies the span's bytes during the call; the point is freed once.
        try unsafe self.init { key in
            let isRead = unsafe scalar.withUnsafeBytes {
                unsafe ringfort_p384_read_scalar(key, $0.baseAddress, $0.count) == 1
            }
            let group = unsafe ringfort_p384_group(key)
            guard isRead, let point = unsafe EC_POINT_new(group) else { return false }
            defer { unsafe EC_POINT_free(point) }
            return unsafe EC_POINT_mul(group, point, ringfort_p384_scalar(key), nil, nil, nil) == 1
                && ringfort_p384_set_point(key, point) == 1
        }
    }

    /// The key in OpenSSL's envelope, of which a reference is taken.
    ///
    /// - Throws: `KeyError.invalidP384Key` when it is of another kind or curve, or no valid key.
    @unsafe
    init(evp envelope: OpaquePointer) throws(KeyError) {
        // SAFETY: the caller's envelope is alive during the call; the key is freed here when it is no good, and else once, in
        // `deinit`.
        guard let key = unsafe ringfort_p384_of_evp(envelope) else { throw .invalidP384Key }
        guard unsafe EC_GROUP_get_curve_name(ringfort_p384_group(key)) == NID_secp384r1,
            unsafe ringfort_p384_check(key) == 1
        else {
            unsafe ringfort_p384_free(key)
            throw .invalidP384Key
        }
        unsafe self.key = key
    }

    /// A key of which `fill` makes something, checked as a whole.
    private init(_ fill: (OpaquePointer) -> Bool) throws(KeyError) {
        // SAFETY: the key is freed here when it is no good, and else once, in `deinit`.
        guard let key = unsafe ringfort_p384_new() else { throw .invalidP384Key }
        let isValid = unsafe fill(key) && ringfort_p384_check(key) == 1
        ERR_clear_error()
        guard isValid else {
            unsafe ringfort_p384_free(key)
            throw .invalidP384Key
        }
        unsafe self.key = key
    }

    // SAFETY: the key is this value's own, and freed once; OpenSSL wipes the scalar.
    deinit { unsafe ringfort_p384_free(key) }

    /// The compressed point.
    var point: InlineArray<49, UInt8> {
        var encoding = InlineArray<49, UInt8>(repeating: 0)
        var target = encoding.mutableSpan
        // SAFETY: OpenSSL writes at most 49 bytes to `encoding`, during the call only.
        let count = unsafe target.withUnsafeMutableBufferPointer { bytes in
            unsafe EC_POINT_point2oct(
                ringfort_p384_group(key), ringfort_p384_point(key), POINT_CONVERSION_COMPRESSED, bytes.baseAddress,
                bytes.count, nil)
        }
        precondition(count == Self.pointBytes, "a point of P-384 has 49 bytes")
        return encoding
    }

    /// Writes the 48 bytes of the scalar.
    func copyScalar(to target: inout MutableRawSpan) throws(KeyError) {
        // SAFETY: OpenSSL writes at most `count` bytes to the span, during the call only.
        let count = unsafe target.withUnsafeMutableBytes {
            unsafe ringfort_p384_write_scalar(key, $0.baseAddress, $0.count)
        }
        guard count == Self.scalarBytes else { throw .invalidP384Key }
    }
}

// SAFETY: nobody changes the key after `init` (invariant), and OpenSSL only reads it to sign, to verify and to agree.
extension P384Key: @unchecked Sendable {}

extension P384Key {
    /// Whether the 96 bytes of `signature`, r and s, are this key's over the message with this SHA-384. About 650 µs.
    ///
    /// OpenSSL refuses r and s outside 1 to n - 1.
    func isValid(_ signature: RawSpan, for digest: RawSpan) -> Bool {
        guard signature.byteCount == Self.signatureBytes, let pair = unsafe ECDSA_SIG_new() else { return false }
        // SAFETY: the pair is ours and freed once; it takes over both numbers, or, when one is missing, none.
        defer { unsafe ECDSA_SIG_free(pair) }
        let r = unsafe Self.number(signature.extracting(0..<48))
        let s = unsafe Self.number(signature.extracting(48..<96))
        guard unsafe ECDSA_SIG_set0(pair, r, s) == 1 else {
            unsafe BN_free(r)
            unsafe BN_free(s)
            return false
        }
        // SAFETY: OpenSSL reads the digest's bytes during the call only.
        let status = unsafe digest.withUnsafeBytes {
            unsafe ringfort_p384_verify($0.baseAddress, $0.count, pair, key)
        }
        if status != 1 { ERR_clear_error() }
        return status == 1
    }

    /// Appends the signature, r and s, over the message with this SHA-384; false when OpenSSL had no randomness or no memory
    /// for it.
    ///
    /// OpenSSL draws the secret number from randomness, key and message together, so that a bad source of randomness does
    /// not give the key away.
    func append(signatureOver digest: RawSpan, to buffer: inout ByteBuffer) -> Bool {
        // SAFETY: OpenSSL reads the digest's bytes during the call only; the pair is ours, and freed once.
        let pair = unsafe digest.withUnsafeBytes { unsafe ringfort_p384_sign($0.baseAddress, $0.count, key) }
        guard let pair = unsafe pair else {
            ERR_clear_error()
            return false
        }
        defer { unsafe ECDSA_SIG_free(pair) }
        buffer.append(count: Self.signatureBytes) { target in
            // SAFETY: each number fills one half of the 96 bytes.
            unsafe target.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                _ = unsafe ringfort_bn_write(ECDSA_SIG_get0_r(pair), base, 48)
                _ = unsafe ringfort_bn_write(ECDSA_SIG_get0_s(pair), base + 48, 48)
            }
        }
        return true
    }

    /// The x coordinate of the point that both sides of a Diffie-Hellman exchange reach (SEC 1 section 3.3.1).
    func shared(with other: borrowing P384Key) throws(KeyError) -> GuardedBytes {
        try GuardedBytes(count: Self.scalarBytes) { (target: inout MutableRawSpan) throws(KeyError) in
            // SAFETY: OpenSSL writes at most `count` bytes to the span, during the call only.
            let count = unsafe target.withUnsafeMutableBytes {
                unsafe ringfort_p384_shared($0.baseAddress, $0.count, ringfort_p384_point(other.key), key)
            }
            guard count == Self.scalarBytes else { throw .invalidP384Key }
        }
    }

    private static func number(_ bytes: RawSpan) -> OpaquePointer? {
        // SAFETY: OpenSSL copies the span's bytes during the call.
        unsafe bytes.withUnsafeBytes { unsafe ringfort_bn_of($0.baseAddress, $0.count) }
    }
}
