internal import Bytes

/// A key of `local` in version 3 or 4 of PASETO: a message is encrypted, and then proven by a code (paseto-spec, versions 3
/// and 4).
///
/// The versions have different primitives; both derive a key for each of the two from the key and the token's nonce.
protocol LocalCipher: ~Copyable {
    /// Version and purpose.
    static var algorithm: Algorithm { get }
    /// How long the code is.
    static var codeBytes: Int { get }

    /// The code of everything that is encoded.
    func code(_ memory: borrowing PASETOMemory) -> MessageDigest

    /// Encrypts or decrypts `range` of what is encoded; false when there is no memory for it.
    func apply(to range: Range<Int>, memory: inout PASETOMemory) -> Bool
}

extension LocalCipher where Self: ~Copyable {
    /// Proves a token's body, and decrypts it: `memory` then holds the message.
    func open(
        _ body: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, memory: inout PASETOMemory
    ) throws(TokenError) {
        let message = try memory.decodeSealed(
            body, header: Self.algorithm.pasetoHeader, codeBytes: Self.codeBytes)
        memory.append(footer: footer, assertion: assertion)
        let code = code(memory)
        guard ConstantTime.equals(code.bytes, memory.proof.bytes), apply(to: message, memory: &memory) else {
            throw .signatureMismatch
        }
        memory.keep(message)
    }

    /// Appends the body of a new token to `body`; false when there is no memory to encrypt it. The nonce, of 32 bytes, must
    /// be new and random.
    func seal(
        _ message: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, nonce: RawSpan,
        memory: inout PASETOMemory, into body: inout ByteBuffer
    ) -> Bool {
        let range = memory.encodeSealed(message, header: Self.algorithm.pasetoHeader, nonce: nonce)
        guard apply(to: range, memory: &memory) else { return false }
        memory.append(footer: footer, assertion: assertion)
        body.append(nonce)
        body.append(memory.encoded.bytes.extracting(range))
        body.append(code(memory).bytes)
        return true
    }
}
