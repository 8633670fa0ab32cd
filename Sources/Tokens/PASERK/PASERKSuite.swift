internal import Bytes

/// What protects keys in one version of PASERK: the primitives of the PASETO of that version.
struct PASERKSuite {
    private let isNIST: Bool

    init(_ version: PASERKHeader.Version) { isNIST = version == .k3 }

    /// How long a code is.
    var codeBytes: Int { isNIST ? 48 : 32 }
    /// How long the cipher's nonce is, or its counter's start.
    var nonceBytes: Int { isNIST ? AES256CTR.counterBytes : XChaCha20.nonceBytes }

    /// The first `count` bytes of SHA-384, or BLAKE2b of that length.
    func digest(of message: RawSpan, count: Int) throws(KeyError) -> GuardedBytes {
        try GuardedBytes(count: count) { (target: inout MutableRawSpan) throws(KeyError) in
            var digest =
                isNIST ? HashFunction.sha384.digest(of: message) : BLAKE2b.digest(of: message, count: count)
            Self.move(&digest, to: &target)
        }
    }

    /// The first `count` bytes of HMAC-SHA-384, or keyed BLAKE2b of that length.
    func code(of message: RawSpan, key: RawSpan, count: Int) throws(KeyError) -> GuardedBytes {
        try GuardedBytes(count: count) { (target: inout MutableRawSpan) throws(KeyError) in
            var code =
                isNIST
                ? HMACState.code(of: message, key: key, start: SHA512State.sha384)
                : BLAKE2b.digest(of: message, key: key, count: count)
            Self.move(&code, to: &target)
        }
    }

    /// Encrypts or decrypts `range` of `buffer` in place with AES-256-CTR or XChaCha20.
    ///
    /// - Throws: `KeyError.noCipher` when OpenSSL has no memory for it.
    func applyCipher(
        key: RawSpan, nonce: RawSpan, to buffer: inout ByteBuffer, in range: Range<Int>
    ) throws(KeyError) {
        guard isNIST else { return XChaCha20.apply(key: key, nonce: nonce, to: &buffer, in: range) }
        var cipher = AES256CTR()
        guard cipher.apply(key: key, counter: nonce, to: &buffer, in: range) else { throw .noCipher }
    }

    /// Copies as much of a digest as `target` takes, and wipes it.
    private static func move(_ digest: inout MessageDigest, to target: inout MutableRawSpan) {
        for offset in 0..<target.byteCount {
            target.storeBytes(of: digest.bytes[offset], toByteOffset: offset, as: UInt8.self)
        }
        Sodium.wipe(&digest)
    }
}

/// A key in the making or in the opening: what its code covers, the protected key at its end.
struct PASERKEnvelope: ~Copyable {
    // INVARIANT: never longer than at first, so that no copy of a key stays in memory that was outgrown.
    private var covered = ByteBuffer(capacity: 512)
    private let keyStart: Int
    private let headerBytes: Int

    /// - Parameters:
    ///   - parameters: what the text has between its code and the key, or before both.
    ///   - key: the key, or what protects it.
    init(_ header: PASERKHeader, parameters: RawSpan, key: RawSpan) {
        covered.append(header.text)
        headerBytes = covered.count
        covered.append(parameters)
        keyStart = covered.count
        covered.append(key)
        precondition(covered.capacity == 512, "the envelope grew")
    }

    /// Overwrites everything. Whoever opens an envelope does so before it goes.
    mutating func wipe() { covered.wipe() }

    /// Encrypts or decrypts the key.
    mutating func applyCipher(_ suite: PASERKSuite, key: RawSpan, nonce: RawSpan) throws(KeyError) {
        try suite.applyCipher(key: key, nonce: nonce, to: &covered, in: keyStart..<covered.count)
    }

    /// The code of everything.
    func code(_ suite: PASERKSuite, key: RawSpan) throws(KeyError) -> GuardedBytes {
        try suite.code(of: covered.bytes, key: key, count: suite.codeBytes)
    }

    /// - Throws: `KeyError.paserkMismatch` when `code` is not that of everything.
    func check(_ code: RawSpan, _ suite: PASERKSuite, key: RawSpan) throws(KeyError) {
        let expected = try self.code(suite, key: key)
        guard ConstantTime.equals(expected.bytes, code) else { throw .paserkMismatch }
    }

    /// Parameters and key.
    var content: RawSpan {
        @_lifetime(borrow self)
        get { covered.bytes.extracting(headerBytes..<covered.count) }
    }

    /// The key alone.
    var key: RawSpan {
        @_lifetime(borrow self)
        get { covered.bytes.extracting(keyStart..<covered.count) }
    }
}
