internal import Bytes
internal import CSodium

/// A public key of Ed25519 (RFC 8032).
public struct Ed25519PublicKey: Sendable {
    // INVARIANT: a canonical encoding of a point of the prime-order subgroup.
    private let encoding: InlineArray<32, UInt8>

    /// How long a signature is, in bytes.
    static let signatureBytes = 64

    /// The key that 32 bytes encode.
    ///
    /// - Throws: `KeyError.invalidPublicKey` when they are not 32, or no point that a key can have: one of small order
    ///   would accept signatures that nobody made.
    public init(_ bytes: RawSpan) throws(KeyError) {
        guard bytes.byteCount == 32 else { throw .invalidPublicKey }
        let encoding = InlineArray<32, UInt8> { bytes[$0] }
        // SAFETY: libsodium reads 32 bytes, which is what `encoding` holds, during the call only.
        let isValid = unsafe encoding.span.withUnsafeBufferPointer {
            unsafe ringfort_ed25519_is_public_key($0.baseAddress) == 1
        }
        guard isValid else { throw .invalidPublicKey }
        self.encoding = encoding
    }

    /// The 32 bytes that encode it.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { encoding.span.raw }
    }

    /// Whether `signature` is this key's over `message`. O(n); about 50 µs.
    ///
    /// libsodium refuses an S that is not reduced, and an R or a key of small order (RFC 8032 section 5.1.7).
    func isValid(_ signature: RawSpan, for message: RawSpan) -> Bool {
        guard signature.byteCount == Self.signatureBytes else { return false }
        // SAFETY: the signature has 64 bytes and the key 32, as libsodium reads them; no pointer leaves.
        return unsafe encoding.span.withUnsafeBufferPointer { key in
            unsafe signature.withUnsafeBytes { signature in
                unsafe message.withUnsafeBytes { message in
                    unsafe ringfort_ed25519_verify(
                        signature.baseAddress, message.baseAddress, message.count, key.baseAddress) == 0
                }
            }
        }
    }

    static func == (left: Self, right: Self) -> Bool { left.bytes.equals(right.bytes) }
}

/// A secret key of Ed25519 (RFC 8032), with the public key that belongs to it.
public final class Ed25519SecretKey: Sendable {
    // INVARIANT: 64 bytes: the seed, and the public key that follows from it.
    private let storage: GuardedBytes
    /// The key that checks what this one signs.
    public let publicKey: Ed25519PublicKey

    /// The key that follows from a seed of 32 bytes.
    ///
    /// - Throws: `KeyError.invalidSecretKey` when the seed has another length.
    public init(seed: RawSpan) throws(KeyError) {
        guard seed.byteCount == 32 else { throw .invalidSecretKey }
        var encoding = InlineArray<32, UInt8>(repeating: 0)
        storage = try GuardedBytes(count: 64) { target throws(KeyError) in
            Self.expand(seed, into: &target, publicKey: &encoding)
        }
        publicKey = try Ed25519PublicKey(encoding.span.raw)
    }

    /// A new key, from the system's source of randomness.
    static func random() throws(KeyError) -> Ed25519SecretKey {
        let seed = try GuardedBytes(count: 32) { (target: inout MutableRawSpan) throws(KeyError) in
            Random.fill(&target)
        }
        return try Ed25519SecretKey(seed: seed.bytes)
    }

    /// Calls `body` with the 32 bytes that it follows from.
    func withSeed<Result: ~Copyable>(_ body: (RawSpan) throws(KeyError) -> Result) throws(KeyError) -> Result {
        try storage.withBytes { bytes throws(KeyError) in try body(bytes.extracting(0..<32)) }
    }

    /// Calls `body` with the seed and the public key behind it, 64 bytes.
    func withSeedAndPublicKey<Result: ~Copyable>(
        _ body: (RawSpan) throws(KeyError) -> Result
    ) throws(KeyError) -> Result {
        try storage.withBytes(body)
    }

    /// The signature over `message`. O(n); about 17 µs.
    func signature(over message: RawSpan) -> InlineArray<64, UInt8> {
        storage.withBytes { key in Self.signature(over: message, key: key) }
    }

    private static func signature(over message: RawSpan, key: RawSpan) -> InlineArray<64, UInt8> {
        var signature = InlineArray<64, UInt8>(repeating: 0)
        var target = signature.mutableSpan
        // SAFETY: libsodium writes 64 bytes and reads a key of 64, as they are long; no pointer leaves.
        unsafe target.withUnsafeMutableBufferPointer { signature in
            unsafe key.withUnsafeBytes { key in
                unsafe message.withUnsafeBytes { message in
                    _ = unsafe ringfort_ed25519_sign(
                        signature.baseAddress, message.baseAddress, message.count, key.baseAddress)
                }
            }
        }
        return signature
    }

    private static func expand(
        _ seed: RawSpan, into target: inout MutableRawSpan, publicKey: inout InlineArray<32, UInt8>
    ) {
        var publicKey = publicKey.mutableSpan
        // SAFETY: libsodium reads 32 bytes and writes 64 and 32, as they are long; no pointer leaves.
        unsafe seed.withUnsafeBytes { seed in
            unsafe target.withUnsafeMutableBytes { secret in
                unsafe publicKey.withUnsafeMutableBufferPointer { publicKey in
                    _ = unsafe ringfort_ed25519_expand(publicKey.baseAddress, secret.baseAddress, seed.baseAddress)
                }
            }
        }
    }
}

extension Ed25519SecretKey: CustomStringConvertible, CustomReflectable {
    /// What it is, and nothing of its material.
    public var description: String { "Ed25519 secret key" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
