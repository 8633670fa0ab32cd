internal import Bytes
internal import CSodium

/// What both sides of a Diffie-Hellman exchange know: the sealer has a key made for this once, the opener its own.
///
/// Versions 2 and 4 use X25519 (RFC 7748) on the keys' Montgomery form, version 3 P-384.
struct KeyExchange: ~Copyable {
    private let shared: GuardedBytes
    /// The public key that was made for this once, as the text has it.
    let ephemeral: GuardedBytes
    private let recipient: GuardedBytes

    private init(
        shared: consuming GuardedBytes, ephemeral: consuming GuardedBytes, recipient: consuming GuardedBytes
    ) {
        self.shared = shared
        self.ephemeral = ephemeral
        self.recipient = recipient
    }

    init(sealingFor recipient: P384PublicKey) throws(KeyError) {
        let key = try P384Key()
        let ephemeral = try GuardedBytes(copying: key.point.span.raw)
        let shared = try recipient.withKey { other throws(KeyError) in try key.shared(with: other) }
        let point = try recipient.withBytes { bytes throws(KeyError) in try GuardedBytes(copying: bytes) }
        self.init(shared: shared, ephemeral: ephemeral, recipient: point)
    }

    init(opening ephemeral: RawSpan, with recipient: P384SecretKey) throws(KeyError) {
        let other = try P384Key(point: ephemeral)
        let ephemeral = try GuardedBytes(copying: ephemeral)
        let shared = try recipient.withKey { key throws(KeyError) in try key.shared(with: other) }
        let point = try recipient.publicKey.withBytes { bytes throws(KeyError) in try GuardedBytes(copying: bytes) }
        self.init(shared: shared, ephemeral: ephemeral, recipient: point)
    }

    init(sealingFor recipient: Ed25519PublicKey) throws(KeyError) {
        let secret = try Random.bytes(32)
        let point = try X25519.publicKey(of: recipient)
        let ephemeral = try X25519.publicKey(secret: secret.bytes)
        let shared = try Self.shared(secret, point)
        self.init(shared: shared, ephemeral: ephemeral, recipient: point)
    }

    init(opening ephemeral: RawSpan, with recipient: Ed25519SecretKey) throws(KeyError) {
        let secret = try recipient.withSeedAndPublicKey { key throws(KeyError) in try X25519.secretKey(of: key) }
        let point = try X25519.publicKey(of: recipient.publicKey)
        let shared = try X25519.shared(secret: secret.bytes, publicKey: ephemeral)
        let ephemeral = try GuardedBytes(copying: ephemeral)
        self.init(shared: shared, ephemeral: ephemeral, recipient: point)
    }

    private static func shared(
        _ secret: borrowing GuardedBytes, _ publicKey: borrowing GuardedBytes
    ) throws(KeyError) -> GuardedBytes {
        try X25519.shared(secret: secret.bytes, publicKey: publicKey.bytes)
    }

    /// The keys that follow.
    func keys(_ header: PASERKHeader) throws(KeyError) -> SealingKeys {
        let suite = PASERKSuite(header.version)
        let codeKey = try derive(header, use: 0x02, count: suite.codeBytes)
        guard header.version == .k3 else {
            var points = ByteBuffer(capacity: 64)
            points.append(ephemeral.bytes)
            points.append(recipient.bytes)
            return SealingKeys(
                cipherKey: try derive(header, use: 0x01, count: 32),
                cipherNonce: try suite.digest(of: points.bytes, count: suite.nonceBytes), codeKey: codeKey)
        }
        let both = try derive(header, use: 0x01, count: 48)
        return SealingKeys(
            cipherKey: try GuardedBytes(copying: both.bytes.extracting(0..<32)),
            cipherNonce: try GuardedBytes(copying: both.bytes.extracting(32..<48)), codeKey: codeKey)
    }

    private func derive(_ header: PASERKHeader, use: UInt8, count: Int) throws(KeyError) -> GuardedBytes {
        var message = ByteBuffer(capacity: 256)
        defer { message.wipe() }
        message.append(use)
        message.append(header.text)
        message.append(shared.bytes)
        message.append(ephemeral.bytes)
        message.append(recipient.bytes)
        return try PASERKSuite(header.version).digest(of: message.bytes, count: count)
    }
}

/// What protects a sealed key.
struct SealingKeys: ~Copyable {
    let cipherKey: GuardedBytes
    let cipherNonce: GuardedBytes
    let codeKey: GuardedBytes
}

/// X25519 (RFC 7748) through libsodium, on keys of Ed25519 in their Montgomery form.
enum X25519 {
    static func publicKey(of key: Ed25519PublicKey) throws(KeyError) -> GuardedBytes {
        // SAFETY: libsodium reads 32 bytes and writes 32, during the call only.
        try unsafe bytes(key.bytes) { unsafe ringfort_x25519_of_ed25519_public($0, $1) == 0 }
    }

    /// - Parameter key: the seed and the public key behind it, 64 bytes.
    static func secretKey(of key: RawSpan) throws(KeyError) -> GuardedBytes {
        precondition(key.byteCount == 64, "wrong length")
        // SAFETY: libsodium reads 64 bytes and writes 32, during the call only.
        return try unsafe bytes(key) { unsafe ringfort_x25519_of_ed25519_secret($0, $1) == 0 }
    }

    static func publicKey(secret: RawSpan) throws(KeyError) -> GuardedBytes {
        precondition(secret.byteCount == 32, "wrong length")
        // SAFETY: libsodium reads 32 bytes and writes 32, during the call only.
        return try unsafe bytes(secret) { unsafe ringfort_x25519_public($0, $1) == 0 }
    }

    /// - Throws: `KeyError.paserkMismatch` when the public key is of small order, which makes the result known to all.
    static func shared(secret: RawSpan, publicKey: RawSpan) throws(KeyError) -> GuardedBytes {
        precondition(secret.byteCount == 32 && publicKey.byteCount == 32, "wrong length")
        // SAFETY: libsodium reads 32 bytes of each and writes 32, during the call only.
        return try unsafe bytes(secret) { target, secret in
            unsafe publicKey.withUnsafeBytes { unsafe ringfort_x25519_shared(target, secret, $0.baseAddress) == 0 }
        }
    }

    /// 32 bytes that `body` makes from `source`.
    private static func bytes(
        _ source: RawSpan, _ body: (UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Bool
    ) throws(KeyError) -> GuardedBytes {
        try GuardedBytes(count: 32) { (target: inout MutableRawSpan) throws(KeyError) in
            // SAFETY: both addresses are used during the call only.
            let isMade = unsafe target.withUnsafeMutableBytes { target in
                unsafe source.withUnsafeBytes { unsafe body(target.baseAddress, $0.baseAddress) }
            }
            guard isMade else { throw .paserkMismatch }
        }
    }
}
