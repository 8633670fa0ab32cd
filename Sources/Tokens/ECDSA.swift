internal import Bytes

/// Checks signatures of one public key (RFC 7518 section 3.4).
struct ECDSAVerifier: ~Copyable, Sendable {
    let curve: ECCurve
    private let order: InlineArray<66, UInt8>
    private let signature: OpenSSLSignature

    init(_ key: ECPublicKey) throws(KeyError) {
        curve = key.curve
        order = key.curve.order
        signature = try OpenSSLSignature(.verify, key.key, .ecdsa)
    }

    /// Whether `fields`, r and s, are this key's signature over `message`. O(n); about 40 µs for P-256, 300 for P-521 and
    /// 430 for P-384.
    func isValid(_ fields: RawSpan, for message: RawSpan) -> Bool {
        guard let encoded = ECDSASignature(fields: fields, curve: curve, order: order) else { return false }
        return signature.isValid(encoded.bytes, digest: curve.hash.digest(of: message).bytes)
    }
}

/// Makes signatures with one secret key (RFC 7518 section 3.4).
struct ECDSASigner: ~Copyable, Sendable {
    private let curve: ECCurve
    private let signature: OpenSSLSignature

    init(_ key: ECSecretKey) throws(KeyError) {
        curve = key.publicKey.curve
        signature = try OpenSSLSignature(.sign, key.key, .ecdsa)
    }

    /// Appends r and s of a signature over `message`; false when none could be made.
    func append(signatureOver message: RawSpan, to buffer: inout ByteBuffer) -> Bool {
        var encoded = InlineArray<144, UInt8>(repeating: 0)
        var span = encoded.mutableSpan
        // SAFETY: a byte has no padding.
        var target = unsafe span.mutableBytes
        guard let count = signature.sign(digest: curve.hash.digest(of: message).bytes, into: &target) else {
            return false
        }
        let start = buffer.count
        guard ECDSASignature.append(fieldsOf: encoded.span.raw.extracting(0..<count), curve: curve, to: &buffer) else {
            buffer.truncate(to: start)
            return false
        }
        return true
    }
}
