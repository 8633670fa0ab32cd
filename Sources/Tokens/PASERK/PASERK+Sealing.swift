public import Bytes

/// Local keys that only the owner of a secret key can read (PASERK's operation PKE).
extension PASERK {
    /// Appends the local key `key`, sealed for the owner of the public key `recipient`, which must be of the same version.
    ///
    /// Anyone can seal: what comes out says nothing about who did.
    ///
    /// - Throws: `KeyError.wrongKeyKind` when the versions differ, `key` is not local or `recipient` not public.
    public static func append(
        _ key: SigningKey, sealedFor recipient: VerificationKey, to buffer: inout ByteBuffer
    ) throws(KeyError) {
        let key = try RawKey(key)
        guard key.header.type == .local else { throw .wrongKeyKind }
        let header = PASERKHeader(version: key.header.version, type: .seal)
        let exchange: KeyExchange
        switch (header.version, recipient.material) {
        case (.k2, .v2Public(let recipient)), (.k4, .v4Public(let recipient)):
            exchange = try KeyExchange(sealingFor: recipient)
        case (.k3, .v3Public(let recipient)): exchange = try KeyExchange(sealingFor: recipient)
        default: throw .wrongKeyKind
        }
        try Seal.append(key, header, exchange, to: &buffer)
    }

    /// The local key in `text` of type `seal`, under the name `id`.
    ///
    /// - Throws: `KeyError.paserkMismatch` when it was not sealed for `recipient`, `.wrongKeyKind` when that is of another
    ///   version or not secret, `.malformedPASERK`, `.unsupportedPASERK`.
    public static func signingKey(
        _ text: RawSpan, sealedFor recipient: SigningKey, id: KeyID
    ) throws(KeyError) -> SigningKey {
        try Seal.key(text, recipient).signingKey(id: id)
    }
}

/// PASERK's way to encrypt a local key for a public key.
enum Seal {
    static func append(
        _ key: borrowing RawKey, _ header: PASERKHeader, _ exchange: borrowing KeyExchange, to buffer: inout ByteBuffer
    ) throws(KeyError) {
        let suite = PASERKSuite(header.version)
        let keys = try exchange.keys(header)
        var envelope = PASERKEnvelope(header, parameters: exchange.ephemeral.bytes, key: key.bytes.bytes)
        defer { envelope.wipe() }
        try envelope.applyCipher(suite, key: keys.cipherKey.bytes, nonce: keys.cipherNonce.bytes)
        var body = ByteBuffer(capacity: 256)
        let code = try envelope.code(suite, key: keys.codeKey.bytes)
        body.append(code.bytes)
        body.append(envelope.content)
        header.append(body.bytes, to: &buffer)
    }

    static func key(_ text: RawSpan, _ recipient: SigningKey) throws(KeyError) -> RawKey {
        let header = try PASERKHeader.header(of: text)
        guard header.type == .seal else { throw .wrongKeyKind }
        let suite = PASERKSuite(header.version)
        let body = try header.decode(text)
        let pointBytes = header.version == .k3 ? P384Key.pointBytes : 32
        let keyStart = suite.codeBytes + pointBytes
        guard body.count == keyStart + header.keyBytes else { throw .malformedPASERK }
        let ephemeral = body.bytes.extracting(suite.codeBytes..<keyStart)
        let exchange: KeyExchange
        switch (header.version, recipient.material) {
        case (.k2, .v2Public(let recipient)), (.k4, .v4Public(let recipient)):
            exchange = try KeyExchange(opening: ephemeral, with: recipient)
        case (.k3, .v3Public(let recipient)): exchange = try KeyExchange(opening: ephemeral, with: recipient)
        default: throw .wrongKeyKind
        }
        let keys = try exchange.keys(header)
        var envelope = PASERKEnvelope(
            header, parameters: ephemeral, key: body.bytes.extracting(keyStart..<body.count))
        defer { envelope.wipe() }
        try envelope.check(body.bytes.extracting(0..<suite.codeBytes), suite, key: keys.codeKey.bytes)
        try envelope.applyCipher(suite, key: keys.cipherKey.bytes, nonce: keys.cipherNonce.bytes)
        return try RawKey(PASERKHeader(version: header.version, type: .local), copying: envelope.key)
    }
}
