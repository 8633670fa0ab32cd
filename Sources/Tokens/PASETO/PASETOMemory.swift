internal import Bytes

/// Where a PASETO is taken apart, or put together: memory and a cipher that are used again and again.
///
/// A body is decoded to where the pre-authentication encoding has it, so that it need not be copied there. What proves
/// it, which follows it in the token, makes way for the pieces that the token does not send in its body.
struct PASETOMemory: ~Copyable, Sendable {
    /// The pre-authentication encoding; in the end the message alone.
    var encoded = ByteBuffer(capacity: 4_096)
    /// The signature or the code.
    var proof = ByteBuffer(capacity: 96)
    var cipher = AES256CTR()

    /// Where the nonce of `local` begins in `encoded`: behind the number of pieces, the length and text of the header, and
    /// its own length.
    static let nonceStart = 8 + 8 + 9 + 8
    static let nonceBytes = 32

    /// The nonce of the `local` token of version 3 or 4 that is in `encoded`.
    var nonce: RawSpan {
        @_lifetime(borrow self)
        get { encoded.bytes.extracting(Self.nonceStart..<Self.nonceStart + Self.nonceBytes) }
    }

    /// Decodes the body of a `public` token behind what `encoded` holds already, and moves its signature to `proof`.
    ///
    /// Returns where the message is.
    mutating func decodeSigned(
        _ body: RawSpan, header: StaticString, signatureBytes: Int
    ) throws(TokenError) -> Range<Int> {
        guard let count = Base64URL.decodedCount(characters: body.byteCount) else { throw .invalidBase64URL }
        guard count >= signatureBytes else { throw .signatureMismatch }
        PASETO.append(header: header, to: &encoded)
        PASETO.append(length: count - signatureBytes, to: &encoded)
        let start = encoded.count
        guard Base64URL.decode(body, into: &encoded) else { throw .invalidBase64URL }
        moveProof(from: start + count - signatureBytes)
        return start..<encoded.count
    }

    /// Decodes the body of a `local` token of version 3 or 4 into `encoded`, nonce and ciphertext as pieces, and moves its
    /// code to `proof`.
    ///
    /// Returns where the ciphertext is.
    mutating func decodeSealed(_ body: RawSpan, header: StaticString, codeBytes: Int) throws(TokenError) -> Range<Int> {
        guard let count = Base64URL.decodedCount(characters: body.byteCount) else { throw .invalidBase64URL }
        let messageCount = count - Self.nonceBytes - codeBytes
        guard messageCount >= 0 else { throw .signatureMismatch }
        beginSealed(header: header)
        // Decoded eight bytes further on, since the ciphertext's length is to stand between nonce and ciphertext.
        let start = Self.nonceStart + Self.nonceBytes + 8
        encoded.append(count: 8) { _ in }
        guard Base64URL.decode(body, into: &encoded) else { throw .invalidBase64URL }
        moveProof(from: start + messageCount)
        var bytes = encoded.mutableBytes
        for offset in stride(from: Self.nonceStart, to: Self.nonceStart + Self.nonceBytes, by: 8) {
            let word = bytes.bytes.word(at: offset + 8, as: UInt64.self)
            bytes.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        }
        bytes.storeBytes(of: UInt64(messageCount).littleEndian, toByteOffset: start - 8, as: UInt64.self)
        return start..<start + messageCount
    }

    /// Writes nonce and message of a `local` token of version 3 or 4 as pieces to `encoded`; returns where the message is.
    mutating func encodeSealed(_ message: RawSpan, header: StaticString, nonce: RawSpan) -> Range<Int> {
        beginSealed(header: header)
        encoded.append(nonce)
        PASETO.append(piece: message, to: &encoded)
        return encoded.count - message.byteCount..<encoded.count
    }

    /// Writes everything in front of the nonce to `encoded`.
    private mutating func beginSealed(header: StaticString) {
        encoded.removeAll()
        PASETO.append(pieceCount: 5, to: &encoded)
        PASETO.append(header: header, to: &encoded)
        PASETO.append(length: Self.nonceBytes, to: &encoded)
    }

    private mutating func moveProof(from start: Int) {
        proof.removeAll()
        proof.append(encoded, from: start)
        encoded.truncate(to: start)
    }

    /// Appends the pieces that end every encoding of version 3 and 4.
    mutating func append(footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer) {
        PASETO.append(piece: footer, to: &encoded)
        PASETO.append(piece: assertion, to: &encoded)
    }

    /// Encrypts or decrypts `range` of `encoded`; false when OpenSSL has no memory for it.
    mutating func applyCipher(key: RawSpan, counter: RawSpan, to range: Range<Int>) -> Bool {
        cipher.apply(key: key, counter: counter, to: &encoded, in: range)
    }

    /// Leaves nothing but the message in `encoded`.
    mutating func keep(_ message: Range<Int>) {
        encoded.truncate(to: message.upperBound)
        encoded.removeFirst(message.lowerBound)
    }
}
