internal import Bytes

/// PASETO v3.local under one key: AES-256 in counter mode, and HMAC-SHA-384 (paseto-spec, version 3).
///
/// Both keys follow by HKDF (RFC 5869, SHA-384, no salt) from the key and the token's nonce. Its first half, extraction,
/// depends on the key alone, and is done once.
struct V3Local: LocalCipher, ~Copyable, Sendable {
    private let expansion: HKDFSHA384

    static var algorithm: Algorithm { .v3Local }
    static var codeBytes: Int { 48 }

    init(_ key: LocalKey) throws(KeyError) {
        expansion = try key.withBytes { key throws(KeyError) in try HKDFSHA384(extractingFrom: key) }
    }

    func code(_ memory: borrowing PASETOMemory) -> MessageDigest {
        var codeKey = subkey("paseto-auth-key-for-aead", memory)
        defer { Sodium.wipe(&codeKey) }
        return HMACState.code(of: memory.encoded.bytes, key: codeKey.bytes, start: SHA512State.sha384)
    }

    func apply(to range: Range<Int>, memory: inout PASETOMemory) -> Bool {
        var keyAndCounter = subkey("paseto-encryption-key", memory)
        defer { Sodium.wipe(&keyAndCounter) }
        return memory.applyCipher(
            key: keyAndCounter.bytes.extracting(0..<32), counter: keyAndCounter.bytes.extracting(32..<48), to: range)
    }

    /// What follows from the key for one use and the token's nonce.
    private func subkey(_ use: StaticString, _ memory: borrowing PASETOMemory) -> MessageDigest {
        expansion.block(DerivationMessage(use, nonce: memory.nonce).bytes)
    }
}

/// HKDF (RFC 5869) with SHA-384 and no salt, for keys of up to 48 bytes: one block of its output.
struct HKDFSHA384: ~Copyable, Sendable {
    /// HMAC under the key that extraction gives (section 2.2).
    private let hmac: HMAC<SHA512State>

    init(extractingFrom keyingMaterial: RawSpan) throws(KeyError) {
        let noSalt = InlineArray<48, UInt8>(repeating: 0)
        var extracted = HMACState.code(of: keyingMaterial, key: noSalt.span.raw, start: SHA512State.sha384)
        defer { Sodium.wipe(&extracted) }
        hmac = try HMAC(key: extracted.bytes, start: SHA512State.sha384)
    }

    /// The first block for one use (section 2.3).
    func block(_ information: RawSpan) -> MessageDigest {
        var state = hmac.state
        state.update(information)
        let counter = InlineArray<1, UInt8>(repeating: 1)
        state.update(counter.span.raw)
        var block = MessageDigest()
        state.finish(into: &block)
        return block
    }
}
