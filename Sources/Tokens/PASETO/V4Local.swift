internal import Bytes

/// PASETO v4.local under one key: XChaCha20, and BLAKE2b keyed as the code (paseto-spec, version 4).
///
/// Both keys follow from the key and the token's nonce, so there is nothing to prepare.
struct V4Local: Sendable {
    private let key: LocalKey

    static let codeBytes = 32

    init(_ key: LocalKey) { self.key = key }

    /// Proves a token's body, and decrypts it: `memory` then holds the message.
    func open(
        _ body: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, memory: inout PASETOMemory
    ) throws(TokenError) {
        let message = try memory.decodeSealed(
            body, header: Algorithm.v4Local.pasetoHeader, codeBytes: Self.codeBytes)
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
        let range = memory.encodeSealed(message, header: Algorithm.v4Local.pasetoHeader, nonce: nonce)
        applyCipher(to: range, memory: &memory)
        memory.append(footer: footer, assertion: assertion)
        body.append(nonce)
        body.append(memory.encoded.bytes.extracting(range))
        body.append(code(memory).span.raw)
    }

    private func code(_ memory: borrowing PASETOMemory) -> InlineArray<32, UInt8> {
        var codeKey: InlineArray<32, UInt8> = subkey("paseto-auth-key-for-aead", memory)
        defer { Sodium.wipe(&codeKey) }
        return BLAKE2b.digest(of: memory.encoded.bytes, key: codeKey.span.raw)
    }

    private func applyCipher(to range: Range<Int>, memory: inout PASETOMemory) {
        var keyAndNonce: InlineArray<56, UInt8> = subkey("paseto-encryption-key", memory)
        defer { Sodium.wipe(&keyAndNonce) }
        XChaCha20.apply(
            key: keyAndNonce.span.raw.extracting(0..<32), nonce: keyAndNonce.span.raw.extracting(32..<56),
            to: &memory.encoded, in: range)
    }

    /// What follows from the key for one use and the token's nonce.
    private func subkey<let count: Int>(
        _ use: StaticString, _ memory: borrowing PASETOMemory
    ) -> InlineArray<count, UInt8> {
        let message = DerivationMessage(use, nonce: memory.nonce)
        return key.withBytes { key in BLAKE2b.digest(of: message.bytes, key: key) }
    }
}
