internal import Bytes

/// PASETO v2.local under one key: XChaCha20-Poly1305 (paseto-spec, version 2).
struct V2Local: Sendable {
    private let key: LocalKey

    init(_ key: LocalKey) { self.key = key }

    /// Proves a token's body, and decrypts it: `memory` then holds the message.
    func open(_ body: RawSpan, footer: borrowing ByteBuffer, memory: inout PASETOMemory) throws(TokenError) {
        let nonceBytes = XChaCha20.nonceBytes
        guard let count = Base64URL.decodedCount(characters: body.byteCount) else { throw .invalidBase64URL }
        guard count >= nonceBytes + XChaCha20.tagBytes else { throw .signatureMismatch }
        memory.encoded.removeAll()
        guard Base64URL.decode(body, into: &memory.encoded) else { throw .invalidBase64URL }
        let nonce = InlineArray<24, UInt8> { memory.encoded.bytes[$0] }
        Self.encode(nonce: nonce.span.raw, footer: footer, into: &memory.proof)
        guard Self.open(&memory.encoded, memory.proof, key: key, nonce: nonce.span.raw) else {
            throw .signatureMismatch
        }
        memory.keep(nonceBytes..<memory.encoded.count)
    }

    private static func open(
        _ sealed: inout ByteBuffer, _ associated: borrowing ByteBuffer, key: LocalKey, nonce: RawSpan
    ) -> Bool {
        key.withBytes { key in
            XChaCha20.open(
                &sealed, from: XChaCha20.nonceBytes, associated: associated.bytes, key: key, nonce: nonce)
        }
    }

    /// Appends the body of a new token to `body`.
    ///
    /// - Parameter seed: 24 new and random bytes. The nonce is the message's hash under them, so that a bad source of
    ///   randomness repeats a nonce for the same message only.
    func seal(
        _ message: RawSpan, footer: borrowing ByteBuffer, seed: RawSpan, memory: inout PASETOMemory,
        into body: inout ByteBuffer
    ) {
        let nonce = BLAKE2b.digest(of: message, key: seed, count: XChaCha20.nonceBytes)
        Self.encode(nonce: nonce.bytes, footer: footer, into: &memory.proof)
        body.append(nonce.bytes)
        key.withBytes { key in
            XChaCha20.seal(
                message, associated: memory.proof.bytes, key: key, nonce: nonce.bytes, into: &body)
        }
    }

    /// Writes what is proven with the message.
    private static func encode(nonce: RawSpan, footer: borrowing ByteBuffer, into buffer: inout ByteBuffer) {
        buffer.removeAll()
        PASETO.append(pieceCount: 3, to: &buffer)
        PASETO.append(header: Algorithm.v2Local.pasetoHeader, to: &buffer)
        PASETO.append(piece: nonce, to: &buffer)
        PASETO.append(piece: footer, to: &buffer)
    }
}
