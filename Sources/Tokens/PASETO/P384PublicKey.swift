internal import Bytes

/// A public key of P-384, for PASETO v3.public.
public final class P384PublicKey: Sendable {
    private let key: P384Key
    // INVARIANT: the key's point, compressed.
    private let encoding: InlineArray<49, UInt8>

    /// The key that 49 bytes, a compressed point (SEC 1 section 2.3.3), encode.
    ///
    /// - Throws: `KeyError.invalidP384Key` when they are no such point.
    public convenience init(_ bytes: RawSpan) throws(KeyError) { self.init(owning: try P384Key(point: bytes)) }

    init(owning key: consuming P384Key) {
        encoding = key.point
        self.key = key
    }

    /// Calls `body` with the 49 bytes that encode it.
    func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(encoding.span.raw)
    }

    /// Calls `body` with the key as OpenSSL holds it.
    func withKey<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing P384Key) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(key)
    }

    /// Whether `signature` is this key's over the message with this SHA-384. About 650 µs.
    func isValid(_ signature: RawSpan, for digest: RawSpan) -> Bool { key.isValid(signature, for: digest) }

    static func == (left: P384PublicKey, right: P384PublicKey) -> Bool {
        left.withBytes { left in right.withBytes { left.equals($0) } }
    }
}

/// A secret key of P-384, for PASETO v3.public, with the public key that belongs to it.
public final class P384SecretKey: Sendable {
    private let key: P384Key
    /// The key that checks what this one signs.
    public let publicKey: P384PublicKey

    /// The key with this scalar: 48 bytes, the highest first.
    ///
    /// - Throws: `KeyError.invalidP384Key` when they are not 48, or not from 1 to below the order of the curve.
    public convenience init(scalar: RawSpan) throws(KeyError) { try self.init(owning: P384Key(scalar: scalar)) }

    init(owning key: consuming P384Key) throws(KeyError) {
        publicKey = try P384PublicKey(key.point.span.raw)
        self.key = key
    }

    /// A new key, from the system's source of randomness.
    public static func random() throws(KeyError) -> P384SecretKey { try P384SecretKey(owning: P384Key()) }

    /// The scalar.
    func scalar() throws(KeyError) -> GuardedBytes {
        try GuardedBytes(count: P384Key.scalarBytes) { (target: inout MutableRawSpan) throws(KeyError) in
            try key.copyScalar(to: &target)
        }
    }

    /// Calls `body` with the key as OpenSSL holds it.
    func withKey<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing P384Key) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(key)
    }

    /// Appends the signature over the message with this SHA-384; false when OpenSSL had no randomness or no memory for it.
    func append(signatureOver digest: RawSpan, to buffer: inout ByteBuffer) -> Bool {
        key.append(signatureOver: digest, to: &buffer)
    }
}

extension P384SecretKey: CustomStringConvertible, CustomReflectable {
    /// What it is, and nothing of its material.
    public var description: String { "P-384 secret key" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
