public import Bytes

/// Keys under a password (PASERK's operation PBKW).
extension PASERK {
    /// Appends `key`, of type `local` or `secret`, protected by a password. Takes as long as `cost` says, which is long.
    ///
    /// - Throws: `KeyError.wrongKeyKind` when it is no key for PASETO, `.paserkCostOutOfRange` when `cost` can't be had.
    public static func append(
        _ key: SigningKey, password: RawSpan, cost: PasswordCost = .standard, to buffer: inout ByteBuffer
    ) throws(KeyError) {
        let key = try RawKey(key)
        let header = PASERKHeader(
            version: key.header.version, type: key.header.type == .secret ? .secretPassword : .localPassword)
        let random = try Random.bytes(64)
        let parameters = PasswordParameters(header.version, cost, random: random.bytes)
        try PBKW.append(key, header, password: password, parameters, to: &buffer)
    }

    /// The key in `text` of type `local-pw` or `secret-pw`, under the name `id`.
    ///
    /// What it costs is said by the text, so whoever made that decides: more than `atMost` is refused before any of it is
    /// spent, and so is a key for another algorithm than `algorithm`, if one is given.
    ///
    /// - Throws: `KeyError.paserkMismatch` when the password is another, `.paserkCostOutOfRange`, `.malformedPASERK`,
    ///   `.unsupportedPASERK`, `.wrongKeyKind`, and what the key itself is refused for.
    public static func signingKey(
        _ text: RawSpan, password: RawSpan, for algorithm: Algorithm? = nil, atMost limit: PasswordCost = .most,
        id: KeyID
    ) throws(KeyError) -> SigningKey {
        try PBKW.key(text, password: password, for: algorithm, atMost: limit).signingKey(id: id)
    }
}

/// PASERK's way to wrap a key with a password.
enum PBKW {
    static func append(
        _ key: borrowing RawKey, _ header: PASERKHeader, password: RawSpan, _ parameters: borrowing PasswordParameters,
        to buffer: inout ByteBuffer
    ) throws(KeyError) {
        let suite = PASERKSuite(header.version)
        let preKey = try parameters.key(from: password, atMost: .most)
        var envelope = PASERKEnvelope(header, parameters: parameters.bytes, key: key.bytes.bytes)
        defer { envelope.wipe() }
        try applyCipher(&envelope, suite, parameters, preKey)
        var body = ByteBuffer(capacity: 256)
        body.append(envelope.content)
        let codeKey = try derive(suite, 0xFE, preKey, count: suite.codeBytes)
        let code = try envelope.code(suite, key: codeKey.bytes)
        body.append(code.bytes)
        header.append(body.bytes, to: &buffer)
    }

    static func key(
        _ text: RawSpan, password: RawSpan, for algorithm: Algorithm?, atMost limit: PasswordCost
    ) throws(KeyError) -> RawKey {
        let header = try PASERKHeader.header(of: text)
        guard header.type == .localPassword || header.type == .secretPassword,
            algorithm == nil || algorithm == header.algorithm
        else { throw .wrongKeyKind }
        let suite = PASERKSuite(header.version)
        let body = try header.decode(text)
        let keyStart = PasswordParameters.byteCount(header.version)
        guard body.count == keyStart + header.keyBytes + suite.codeBytes else { throw .malformedPASERK }
        let codeStart = keyStart + header.keyBytes
        let parameters = PasswordParameters(header.version, body.bytes.extracting(0..<keyStart))
        return try open(
            body.bytes.extracting(keyStart..<codeStart), code: body.bytes.extracting(codeStart..<body.count), header,
            parameters, preKey: parameters.key(from: password, atMost: limit))
    }

    private static func open(
        _ protected: RawSpan, code: RawSpan, _ header: PASERKHeader, _ parameters: borrowing PasswordParameters,
        preKey: borrowing GuardedBytes
    ) throws(KeyError) -> RawKey {
        let suite = PASERKSuite(header.version)
        var envelope = PASERKEnvelope(header, parameters: parameters.bytes, key: protected)
        defer { envelope.wipe() }
        let codeKey = try derive(suite, 0xFE, preKey, count: suite.codeBytes)
        try envelope.check(code, suite, key: codeKey.bytes)
        try applyCipher(&envelope, suite, parameters, preKey)
        return try RawKey(
            PASERKHeader(version: header.version, type: header.type == .secretPassword ? .secret : .local),
            copying: envelope.key)
    }

    private static func applyCipher(
        _ envelope: inout PASERKEnvelope, _ suite: PASERKSuite, _ parameters: borrowing PasswordParameters,
        _ preKey: borrowing GuardedBytes
    ) throws(KeyError) {
        let cipherKey = try derive(suite, 0xFF, preKey, count: 32)
        try envelope.applyCipher(suite, key: cipherKey.bytes, nonce: parameters.nonce)
    }

    /// What follows from the password's key for one use.
    private static func derive(
        _ suite: PASERKSuite, _ use: UInt8, _ preKey: borrowing GuardedBytes, count: Int
    ) throws(KeyError) -> GuardedBytes {
        var message = ByteBuffer(capacity: 64)
        defer { message.wipe() }
        message.append(use)
        message.append(preKey.bytes)
        return try suite.digest(of: message.bytes, count: count)
    }
}
