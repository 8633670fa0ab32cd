internal import Bytes
internal import COpenSSL

/// A public key of ECDSA (FIPS 186-4).
public struct ECPublicKey: Sendable {
    /// The curve that it is a point of.
    public let curve: ECCurve
    // INVARIANT: a valid point of `curve`.
    let key: OpenSSLKey

    /// The key with these coordinates, each as long as the curve's numbers are (32, 48 or 66 bytes).
    ///
    /// - Throws: `KeyError.invalidPublicKey` when they have another length or are no point of the curve.
    public init(_ curve: ECCurve, x: RawSpan, y: RawSpan) throws(KeyError) {
        guard x.byteCount == curve.coordinateBytes, y.byteCount == curve.coordinateBytes else {
            throw .invalidPublicKey
        }
        var content = ByteBuffer(capacity: 256)
        Self.append(algorithm: curve, to: &content)
        var point = ByteBuffer(capacity: 160)
        Self.append(point: x, y, to: &point)
        DER.append(DER.bitString, point.bytes, to: &content)
        var encoding = ByteBuffer(capacity: 256)
        DER.append(DER.sequence, content.bytes, to: &encoding)
        let key: OpenSSLKey
        do throws(KeyError) {
            key = try OpenSSLKey(subjectPublicKeyInfo: encoding.bytes)
        } catch {
            throw .invalidPublicKey
        }
        try self.init(key)
    }

    /// - Throws: `KeyError.unsupportedKey` when the key is of another kind, `.invalidPublicKey` when it is no point.
    init(_ key: OpenSSLKey) throws(KeyError) {
        guard case .ec(let curve) = key.kind else { throw .unsupportedKey(key.kind.description) }
        guard key.hasValidPoint() else { throw .invalidPublicKey }
        self.curve = curve
        self.key = key
    }

    /// The coordinates, each as long as the curve's numbers are.
    func coordinates() throws(KeyError) -> (x: [UInt8], y: [UInt8]) {
        (
            try key.integer(OSSL_PKEY_PARAM_EC_PUB_X, count: curve.coordinateBytes),
            try key.integer(OSSL_PKEY_PARAM_EC_PUB_Y, count: curve.coordinateBytes)
        )
    }

    /// The AlgorithmIdentifier of RFC 5480 section 2.1.
    fileprivate static func append(algorithm curve: ECCurve, to buffer: inout ByteBuffer) {
        let ecPublicKey: [UInt8] = [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        let identifiers = ecPublicKey + curve.objectIdentifier
        DER.append(DER.sequence, identifiers.span.raw, to: &buffer)
    }

    /// The content of a bit string with an uncompressed point (SEC 1 section 2.3.3).
    fileprivate static func append(point x: RawSpan, _ y: RawSpan, to buffer: inout ByteBuffer) {
        buffer.append(0x00)
        buffer.append(0x04)
        buffer.append(x)
        buffer.append(y)
    }

    static func == (left: Self, right: Self) -> Bool { left.key.hasSamePublicKey(as: right.key) }
}

/// A secret key of ECDSA (FIPS 186-4), with the public key that belongs to it.
public struct ECSecretKey: Sendable {
    /// The key that checks what this one signs.
    public let publicKey: ECPublicKey
    let key: OpenSSLKey

    /// The key with this secret number and this point, each number as long as the curve's are (32, 48 or 66 bytes).
    ///
    /// - Throws: `KeyError.invalidPublicKey` or `.invalidSecretKey` when they have another length, are out of range or do
    ///   not belong together.
    public init(_ curve: ECCurve, d: RawSpan, x: RawSpan, y: RawSpan) throws(KeyError) {
        // What is no point is refused here; the encoding below would be refused, but with a less exact reason.
        _ = try ECPublicKey(curve, x: x, y: y)
        guard d.byteCount == curve.coordinateBytes else { throw .invalidSecretKey }
        var content = ByteBuffer(capacity: 512)
        defer { content.wipe() }
        DER.append(version: 0, to: &content)
        ECPublicKey.append(algorithm: curve, to: &content)
        Self.append(d: d, x: x, y: y, to: &content)
        var encoding = ByteBuffer(capacity: 512)
        defer { encoding.wipe() }
        DER.append(DER.sequence, content.bytes, to: &encoding)
        let key: OpenSSLKey
        do throws(KeyError) {
            key = try OpenSSLKey(privateKeyInfo: encoding.bytes)
        } catch {
            throw .invalidSecretKey
        }
        try self.init(key)
    }

    /// A new key, from OpenSSL's source of randomness.
    public init(generating curve: ECCurve) throws(KeyError) { try self.init(OpenSSLKey(generating: curve)) }

    /// - Throws: `KeyError.unsupportedKey` when the key is of another kind, `.invalidSecretKey` when its halves do not
    ///   belong together.
    init(_ key: OpenSSLKey) throws(KeyError) {
        publicKey = try ECPublicKey(key)
        self.key = key
        let signer = try ECDSASigner(self)
        let verifier = try ECDSAVerifier(publicKey)
        let message = ("pair" as StaticString).bytes
        var signature = ByteBuffer(capacity: 144)
        guard signer.append(signatureOver: message, to: &signature),
            verifier.isValid(signature.bytes, for: message)
        else { throw .invalidSecretKey }
    }

    /// An octet string with an ECPrivateKey (RFC 5915 section 3).
    private static func append(d: RawSpan, x: RawSpan, y: RawSpan, to buffer: inout ByteBuffer) {
        var point = ByteBuffer(capacity: 160)
        ECPublicKey.append(point: x, y, to: &point)
        var bits = ByteBuffer(capacity: 160)
        DER.append(DER.bitString, point.bytes, to: &bits)
        var content = ByteBuffer(capacity: 256)
        defer { content.wipe() }
        DER.append(version: 1, to: &content)
        DER.append(DER.octetString, d, to: &content)
        // [1], constructed: the public key.
        DER.append(0xA1, bits.bytes, to: &content)
        var key = ByteBuffer(capacity: 256)
        defer { key.wipe() }
        DER.append(DER.sequence, content.bytes, to: &key)
        DER.append(DER.octetString, key.bytes, to: &buffer)
    }
}

extension ECSecretKey: CustomStringConvertible, CustomReflectable {
    /// What it is, and nothing of its material.
    public var description: String { "\(publicKey.curve) secret key" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
