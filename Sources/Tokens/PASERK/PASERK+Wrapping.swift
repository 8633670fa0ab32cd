public import Bytes

/// Keys under a local key of the same version (PASERK's operation PIE).
extension PASERK {
    /// Appends `key`, of type `local` or `secret`, wrapped with a local key of the same version: only who has that key can
    /// read it, and it can't be altered.
    ///
    /// - Throws: `KeyError.wrongKeyKind` when the versions differ, or when `wrappingKey` is not local.
    public static func append(
        _ key: SigningKey, wrappedWith wrappingKey: SigningKey, to buffer: inout ByteBuffer
    ) throws(KeyError) {
        let key = try RawKey(key)
        let wrappingKey = try RawKey(wrappingKey)
        let nonce = try Random.bytes(PIE.nonceBytes)
        try PIE.append(key, wrappingKey: wrappingKey, nonce: nonce.bytes, to: &buffer)
    }

    /// The key in `text` of type `local-wrap.pie` or `secret-wrap.pie`, under the name `id`.
    ///
    /// - Throws: `KeyError.paserkMismatch` when `wrappingKey` did not wrap it, `.wrongKeyKind` when that is of another
    ///   version or not local, `.malformedPASERK`, `.unsupportedPASERK`, and what the key itself is refused for.
    public static func signingKey(
        _ text: RawSpan, wrappedWith wrappingKey: SigningKey, id: KeyID
    ) throws(KeyError) -> SigningKey {
        try PIE.key(text, wrappingKey: RawKey(wrappingKey)).signingKey(id: id)
    }
}

/// Platform-independent encryption: PASERK's way to wrap a key with a key.
enum PIE {
    static let nonceBytes = 32

    /// Appends the wrapped key. The nonce, of 32 bytes, must be new and random.
    static func append(
        _ key: borrowing RawKey, wrappingKey: borrowing RawKey, nonce: RawSpan, to buffer: inout ByteBuffer
    ) throws(KeyError) {
        let type: PASERKHeader.KeyType = key.header.type == .secret ? .secretWrap : .localWrap
        let header = PASERKHeader(version: key.header.version, type: type)
        let keys = try Keys(header, wrappingKey, nonce: nonce)
        var envelope = PASERKEnvelope(header, parameters: nonce, key: key.bytes.bytes)
        defer { envelope.wipe() }
        try envelope.applyCipher(keys.suite, key: keys.cipherKey, nonce: keys.cipherNonce)
        var body = ByteBuffer(capacity: 256)
        let code = try envelope.code(keys.suite, key: keys.codeKey.bytes)
        body.append(code.bytes)
        body.append(envelope.content)
        header.append(body.bytes, to: &buffer)
    }

    static func key(_ text: RawSpan, wrappingKey: borrowing RawKey) throws(KeyError) -> RawKey {
        let header = try PASERKHeader.header(of: text)
        guard header.type == .localWrap || header.type == .secretWrap else { throw .wrongKeyKind }
        let body = try header.decode(text)
        let codeBytes = PASERKSuite(header.version).codeBytes
        guard body.count == codeBytes + nonceBytes + header.keyBytes else { throw .malformedPASERK }
        let nonce = body.bytes.extracting(codeBytes..<codeBytes + nonceBytes)
        let keys = try Keys(header, wrappingKey, nonce: nonce)
        var envelope = PASERKEnvelope(
            header, parameters: nonce, key: body.bytes.extracting(codeBytes + nonceBytes..<body.count))
        defer { envelope.wipe() }
        try envelope.check(body.bytes.extracting(0..<codeBytes), keys.suite, key: keys.codeKey.bytes)
        try envelope.applyCipher(keys.suite, key: keys.cipherKey, nonce: keys.cipherNonce)
        return try RawKey(
            PASERKHeader(version: header.version, type: header.type == .secretWrap ? .secret : .local),
            copying: envelope.key)
    }

    /// What follows from the wrapping key and the nonce.
    private struct Keys: ~Copyable {
        let suite: PASERKSuite
        // INVARIANT: the cipher's key, 32 bytes, and its nonce behind it.
        private let cipher: GuardedBytes
        let codeKey: GuardedBytes

        var cipherKey: RawSpan {
            @_lifetime(borrow self)
            get { cipher.bytes.extracting(0..<32) }
        }

        var cipherNonce: RawSpan {
            @_lifetime(borrow self)
            get { cipher.bytes.extracting(32..<cipher.count) }
        }

        init(_ header: PASERKHeader, _ wrappingKey: borrowing RawKey, nonce: RawSpan) throws(KeyError) {
            guard wrappingKey.header == PASERKHeader(version: header.version, type: .local) else {
                throw .wrongKeyKind
            }
            let suite = PASERKSuite(header.version)
            let cipher = try Self.derive(suite, 0x80, nonce, wrappingKey, count: 32 + suite.nonceBytes)
            let codeKey = try Self.derive(suite, 0x81, nonce, wrappingKey, count: 32)
            self.suite = suite
            self.cipher = cipher
            self.codeKey = codeKey
        }

        private static func derive(
            _ suite: PASERKSuite, _ use: UInt8, _ nonce: RawSpan, _ key: borrowing RawKey, count: Int
        ) throws(KeyError) -> GuardedBytes {
            var message = ByteBuffer(capacity: 64)
            message.append(use)
            message.append(nonce)
            return try suite.code(of: message.bytes, key: key.bytes.bytes, count: count)
        }
    }
}

extension RawKey {
    /// The key that the bytes are, checked: one that signs.
    func signingKey(id: KeyID) throws(KeyError) -> SigningKey {
        guard case .signing(let key) = try key(id: id) else { throw .wrongKeyKind }
        return key
    }
}

extension Random {
    /// New unpredictable bytes.
    static func bytes(_ count: Int) throws(KeyError) -> GuardedBytes {
        try GuardedBytes(count: count) { (target: inout MutableRawSpan) throws(KeyError) in fill(&target) }
    }
}
