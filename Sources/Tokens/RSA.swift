internal import Bytes

/// The algorithms that an RSA key can be for (RFC 7518 sections 3.3 and 3.5). The key's type leaves the choice open, so it
/// must be said; each key is for one.
public enum RSAAlgorithm: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case rs256
    case rs384
    case rs512
    case ps256
    case ps384
    case ps512

    /// The same among all algorithms.
    public var algorithm: Algorithm {
        switch self {
        case .rs256: .rs256
        case .rs384: .rs384
        case .rs512: .rs512
        case .ps256: .ps256
        case .ps384: .ps384
        case .ps512: .ps512
        }
    }

    /// The same among those of RSA; nil for an algorithm of other keys.
    public init?(_ algorithm: Algorithm) {
        guard let match = Self.allCases.first(where: { $0.algorithm == algorithm }) else { return nil }
        self = match
    }

    /// The hash function that its signatures are over.
    var hash: HashFunction {
        switch self {
        case .rs256, .ps256: .sha256
        case .rs384, .ps384: .sha384
        case .rs512, .ps512: .sha512
        }
    }

    fileprivate var scheme: SignatureScheme {
        switch self {
        case .rs256, .rs384, .rs512: .rsaPKCS1(hash)
        case .ps256, .ps384, .ps512: .rsaPSS(hash)
        }
    }
}

/// Checks signatures of one public key by one algorithm.
struct RSAVerifier: ~Copyable, Sendable {
    let algorithm: RSAAlgorithm
    private let signatureBytes: Int
    private let signature: OpenSSLSignature

    init(_ key: RSAPublicKey, _ algorithm: RSAAlgorithm) throws(KeyError) {
        self.algorithm = algorithm
        signatureBytes = key.modulusBytes
        signature = try OpenSSLSignature(.verify, key.key, algorithm.scheme)
    }

    /// Whether `bytes` are this key's signature over `message`. O(n); about 12 µs with 2048 bits.
    ///
    /// A signature is exactly as long as the modulus (RFC 8017 sections 8.1.2 and 8.2.2).
    func isValid(_ bytes: RawSpan, for message: RawSpan) -> Bool {
        guard bytes.byteCount == signatureBytes else { return false }
        return signature.isValid(bytes, digest: algorithm.hash.digest(of: message).bytes)
    }
}

/// Makes signatures with one secret key by one algorithm.
struct RSASigner: ~Copyable, Sendable {
    private let algorithm: RSAAlgorithm
    private let signatureBytes: Int
    private let signature: OpenSSLSignature

    init(_ key: RSASecretKey, _ algorithm: RSAAlgorithm) throws(KeyError) {
        self.algorithm = algorithm
        signatureBytes = key.publicKey.modulusBytes
        signature = try OpenSSLSignature(.sign, key.key, algorithm.scheme)
    }

    /// Appends a signature over `message`; false when none could be made.
    func append(signatureOver message: RawSpan, to buffer: inout ByteBuffer) -> Bool {
        let start = buffer.count
        var count: Int?
        buffer.append(count: signatureBytes) { target in
            count = signature.sign(digest: algorithm.hash.digest(of: message).bytes, into: &target)
        }
        if count != signatureBytes { buffer.truncate(to: start) }
        return count == signatureBytes
    }
}
