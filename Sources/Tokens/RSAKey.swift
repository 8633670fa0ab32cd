internal import Bytes
internal import COpenSSL

/// A public key of RSA (RFC 8017 section 3.1).
public struct RSAPublicKey: Sendable {
    // INVARIANT: within the bounds below, and without a known weakness.
    let key: OpenSSLKey
    /// How long the modulus is, and so a signature, in bytes.
    let modulusBytes: Int

    /// The shortest modulus that is taken, in bits (RFC 7518 section 3.3).
    public static let leastBits = 2_048
    /// The longest modulus that is taken, in bits. A longer one would make each check cost more than it protects.
    public static let mostBits = 8_192
    /// The longest public exponent that is taken, in bits. Nobody uses more, and each bit costs a check time.
    static let mostExponentBits = 64

    /// The key with these numbers, in big-endian bytes.
    ///
    /// - Throws: `KeyError.weakRSAKey` when the modulus is out of bounds or was made by a broken generator (ROCA), or the
    ///   exponent even, 1, or longer than 64 bits; `.invalidPublicKey` when the modulus is a prime or has a factor below
    ///   2^16, or these are no RSA key at all.
    public init(n: RawSpan, e: RawSpan) throws(KeyError) {
        var numbers = ByteBuffer(capacity: 1_100)
        DER.append(integer: n, to: &numbers)
        DER.append(integer: e, to: &numbers)
        var bits = ByteBuffer(capacity: 1_100)
        bits.append(0x00)
        DER.append(DER.sequence, numbers.bytes, to: &bits)
        var content = ByteBuffer(capacity: 1_200)
        Self.appendAlgorithm(to: &content)
        DER.append(DER.bitString, bits.bytes, to: &content)
        var encoding = ByteBuffer(capacity: 1_200)
        DER.append(DER.sequence, content.bytes, to: &encoding)
        let key: OpenSSLKey
        do throws(KeyError) {
            key = try OpenSSLKey(subjectPublicKeyInfo: encoding.bytes)
        } catch {
            throw .invalidPublicKey
        }
        try self.init(key)
    }

    /// - Throws: `KeyError.unsupportedKey` when the key is of another kind, and as above.
    init(_ key: OpenSSLKey) throws(KeyError) {
        guard key.kind == .rsa else { throw .unsupportedKey(key.kind.description) }
        guard (Self.leastBits...Self.mostBits).contains(key.bits) else { throw .weakRSAKey }
        let (n, e) = (try key.integer(OSSL_PKEY_PARAM_RSA_N), try key.integer(OSSL_PKEY_PARAM_RSA_E))
        guard Self.allows(exponent: e), !ROCA.marks(modulus: n.span.raw) else { throw .weakRSAKey }
        guard !SmallPrimes.divide(n.span.raw), !key.hasPrimeModulus() else { throw .invalidPublicKey }
        self.key = key
        modulusBytes = (key.bits + 7) / 8
    }

    /// The modulus and the public exponent, without leading zeros.
    func numbers() throws(KeyError) -> (n: [UInt8], e: [UInt8]) {
        (try key.integer(OSSL_PKEY_PARAM_RSA_N), try key.integer(OSSL_PKEY_PARAM_RSA_E))
    }

    private static func allows(exponent: [UInt8]) -> Bool {
        guard let last = exponent.last, exponent.count <= mostExponentBits / 8 else { return false }
        return last & 1 == 1 && exponent != [1]
    }

    /// The AlgorithmIdentifier of RFC 8017 section A.1.
    fileprivate static func appendAlgorithm(to buffer: inout ByteBuffer) {
        // rsaEncryption, and a null.
        let identifiers: [UInt8] = [
            0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        DER.append(DER.sequence, identifiers.span.raw, to: &buffer)
    }

    static func == (left: Self, right: Self) -> Bool { left.key.hasSamePublicKey(as: right.key) }
}

/// A secret key of RSA (RFC 8017 section 3.2) with two primes, and the public key that belongs to it.
public struct RSASecretKey: Sendable {
    /// The key that checks what this one signs.
    public let publicKey: RSAPublicKey
    let key: OpenSSLKey

    /// A new key with the public exponent 65537.
    ///
    /// - Parameter bits: the length of the modulus, 2048 to 8192.
    /// - Throws: `KeyError.weakRSAKey` when `bits` is out of its range.
    public init(generatingBits bits: Int) throws(KeyError) {
        guard (RSAPublicKey.leastBits...RSAPublicKey.mostBits).contains(bits) else { throw .weakRSAKey }
        try self.init(OpenSSLKey(generatingRSABits: bits))
    }

    /// The key with these numbers, in big-endian bytes and the order of RFC 8017 section A.1.2: n, e, d, p, q, and what
    /// follows from them.
    init(numbers: borrowing RSANumbers) throws(KeyError) {
        _ = try RSAPublicKey(n: numbers.n.bytes, e: numbers.e.bytes)
        var content = ByteBuffer(capacity: 4_096)
        defer { content.wipe() }
        DER.append(version: 0, to: &content)
        numbers.append(to: &content)
        var sequence = ByteBuffer(capacity: 4_096)
        defer { sequence.wipe() }
        DER.append(DER.sequence, content.bytes, to: &sequence)
        content.wipe()
        DER.append(version: 0, to: &content)
        RSAPublicKey.appendAlgorithm(to: &content)
        DER.append(DER.octetString, sequence.bytes, to: &content)
        sequence.wipe()
        DER.append(DER.sequence, content.bytes, to: &sequence)
        let key: OpenSSLKey
        do throws(KeyError) {
            key = try OpenSSLKey(privateKeyInfo: sequence.bytes)
        } catch {
            throw .invalidSecretKey
        }
        try self.init(key)
    }

    /// - Throws: `KeyError.invalidSecretKey` when the halves do not belong together, and as `RSAPublicKey` does.
    init(_ key: OpenSSLKey) throws(KeyError) {
        publicKey = try RSAPublicKey(key)
        self.key = key
        let signer = try RSASigner(self, .rs256)
        let verifier = try RSAVerifier(publicKey, .rs256)
        let message = ("pair" as StaticString).bytes
        var signature = ByteBuffer(capacity: publicKey.modulusBytes)
        guard signer.append(signatureOver: message, to: &signature),
            verifier.isValid(signature.bytes, for: message)
        else { throw .invalidSecretKey }
    }
}

extension RSASecretKey: CustomStringConvertible, CustomReflectable {
    /// What it is, and nothing of its material.
    public var description: String { "RSA secret key of \(key.bits) bits" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The numbers of a secret RSA key with two primes.
struct RSANumbers: ~Copyable {
    let n: GuardedBytes
    let e: GuardedBytes
    let d: GuardedBytes
    let p: GuardedBytes
    let q: GuardedBytes
    let dp: GuardedBytes
    let dq: GuardedBytes
    let qi: GuardedBytes

    fileprivate func append(to buffer: inout ByteBuffer) {
        DER.append(integer: n.bytes, to: &buffer)
        DER.append(integer: e.bytes, to: &buffer)
        DER.append(integer: d.bytes, to: &buffer)
        DER.append(integer: p.bytes, to: &buffer)
        DER.append(integer: q.bytes, to: &buffer)
        DER.append(integer: dp.bytes, to: &buffer)
        DER.append(integer: dq.bytes, to: &buffer)
        DER.append(integer: qi.bytes, to: &buffer)
    }
}
