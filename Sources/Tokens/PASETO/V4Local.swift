internal import Bytes

/// PASETO v4.local under one key: XChaCha20, and BLAKE2b keyed as the code (paseto-spec, version 4).
///
/// Both keys follow from the key and the token's nonce, so there is nothing to prepare.
struct V4Local: LocalCipher, Sendable {
    private let key: LocalKey

    static var algorithm: Algorithm { .v4Local }
    static var codeBytes: Int { 32 }

    init(_ key: LocalKey) { self.key = key }

    func code(_ memory: borrowing PASETOMemory) -> MessageDigest {
        var codeKey = subkey("paseto-auth-key-for-aead", memory, count: 32)
        defer { Sodium.wipe(&codeKey) }
        return BLAKE2b.digest(of: memory.encoded.bytes, key: codeKey.bytes, count: Self.codeBytes)
    }

    func apply(to range: Range<Int>, memory: inout PASETOMemory) -> Bool {
        var keyAndNonce = subkey("paseto-encryption-key", memory, count: 56)
        defer { Sodium.wipe(&keyAndNonce) }
        XChaCha20.apply(
            key: keyAndNonce.bytes.extracting(0..<32), nonce: keyAndNonce.bytes.extracting(32..<56),
            to: &memory.encoded, in: range)
        return true
    }

    /// What follows from the key for one use and the token's nonce.
    private func subkey(_ use: StaticString, _ memory: borrowing PASETOMemory, count: Int) -> MessageDigest {
        let message = DerivationMessage(use, nonce: memory.nonce)
        return key.withBytes { key in BLAKE2b.digest(of: message.bytes, key: key, count: count) }
    }
}
