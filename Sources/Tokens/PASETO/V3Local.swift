internal import Bytes

/// PASETO v3.local under one key: AES-256 in counter mode, and HMAC-SHA-384 (paseto-spec, version 3).
///
/// Both keys follow by HKDF (RFC 5869, SHA-384, no salt) from the key and the token's nonce. Its first half, extraction,
/// depends on the key alone; the second, expansion, begins with the same key for every token: so the state of that HMAC is
/// kept, and a key costs two compressions less.
struct V3Local: ~Copyable, Sendable {
    // INVARIANT: one HMACSHA384State, as secret as the key.
    private let expansion: GuardedBytes

    static let codeBytes = 48

    init(_ key: LocalKey) throws(KeyError) {
        expansion = try GuardedBytes(count: MemoryLayout<HMACSHA384State>.stride) {
            (target: inout MutableRawSpan) throws(KeyError) in
            var state = key.withBytes { HKDFSHA384.expansion(of: $0) }
            target.storeBytes(of: state, as: HMACSHA384State.self)
            Sodium.wipe(&state)
        }
    }

    /// Proves a token's body, and decrypts it: `memory` then holds the message.
    func open(
        _ body: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, memory: inout PASETOMemory
    ) throws(TokenError) {
        let message = try memory.decodeSealed(
            body, header: Algorithm.v3Local.pasetoHeader, codeBytes: Self.codeBytes)
        memory.append(footer: footer, assertion: assertion)
        let code = code(memory)
        guard ConstantTime.equals(code.span.raw, memory.proof.bytes) else { throw .signatureMismatch }
        applyCipher(to: message, memory: &memory)
        memory.keep(message)
    }

    /// Appends the body of a new token to `body`. The nonce, of 32 bytes, must be new and random.
    func seal(
        _ message: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, nonce: RawSpan,
        memory: inout PASETOMemory, into body: inout ByteBuffer
    ) {
        let range = memory.encodeSealed(message, header: Algorithm.v3Local.pasetoHeader, nonce: nonce)
        applyCipher(to: range, memory: &memory)
        memory.append(footer: footer, assertion: assertion)
        body.append(nonce)
        body.append(memory.encoded.bytes.extracting(range))
        body.append(code(memory).span.raw)
    }

    private func code(_ memory: borrowing PASETOMemory) -> InlineArray<48, UInt8> {
        var codeKey = subkey("paseto-auth-key-for-aead", memory)
        defer { Sodium.wipe(&codeKey) }
        return HMACSHA384State.code(of: memory.encoded.bytes, key: codeKey.span.raw)
    }

    private func applyCipher(to range: Range<Int>, memory: inout PASETOMemory) {
        var keyAndCounter = subkey("paseto-encryption-key", memory)
        defer { Sodium.wipe(&keyAndCounter) }
        memory.applyCipher(
            key: keyAndCounter.span.raw.extracting(0..<32), counter: keyAndCounter.span.raw.extracting(32..<48),
            to: range)
    }

    /// What follows from the key for one use and the token's nonce.
    private func subkey(_ use: StaticString, _ memory: borrowing PASETOMemory) -> InlineArray<48, UInt8> {
        let information = DerivationMessage(use, nonce: memory.nonce)
        // SAFETY: a whole state was stored there (invariant); the load is unaligned by name.
        let state = unsafe expansion.bytes.unsafeLoadUnaligned(as: HMACSHA384State.self)
        return HKDFSHA384.block(state, information: information.bytes)
    }
}

/// HKDF (RFC 5869) with SHA-384 and no salt, for keys of up to 48 bytes: one block of its output.
enum HKDFSHA384 {
    /// The state from which every block of keys begins: an HMAC under the key that extraction gives (section 2.2).
    static func expansion(of keyingMaterial: RawSpan) -> HMACSHA384State {
        let noSalt = InlineArray<48, UInt8>(repeating: 0)
        var extracted = HMACSHA384State.code(of: keyingMaterial, key: noSalt.span.raw)
        defer { Sodium.wipe(&extracted) }
        return HMACSHA384State(key: extracted.span.raw)
    }

    /// The first block for one use (section 2.3).
    static func block(_ expansion: HMACSHA384State, information: RawSpan) -> InlineArray<48, UInt8> {
        var state = expansion
        state.update(information)
        let counter = InlineArray<1, UInt8>(repeating: 1)
        state.update(counter.span.raw)
        return state.finish()
    }
}
