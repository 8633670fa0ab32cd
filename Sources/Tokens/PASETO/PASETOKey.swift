internal import Bytes

/// A key that proves PASETOs of one version and purpose, with everything computed that does not depend on the token.
enum PASETOKey: ~Copyable, Sendable {
    case v2Local(V2Local)
    case v2Public(Ed25519PublicKey)
    case v3Local(V3Local)
    case v3Public(P384PublicKey)
    case v4Local(V4Local)
    case v4Public(Ed25519PublicKey)

    var algorithm: Algorithm {
        switch self {
        case .v2Local: .v2Local
        case .v2Public: .v2Public
        case .v3Local: .v3Local
        case .v3Public: .v3Public
        case .v4Local: .v4Local
        case .v4Public: .v4Public
        }
    }

    /// Proves a token's body, the part between its header and its footer, and leaves its message in `memory`. O(n).
    ///
    /// - Throws: `TokenError.invalidBase64URL`, or `.signatureMismatch` when this key did not make it.
    func open(
        _ body: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, memory: inout PASETOMemory
    ) throws(TokenError) {
        switch self {
        case .v2Local(let key): try key.open(body, footer: footer, memory: &memory)
        case .v3Local(let key): try key.open(body, footer: footer, assertion: assertion, memory: &memory)
        case .v4Local(let key): try key.open(body, footer: footer, assertion: assertion, memory: &memory)
        case .v2Public(let key): try Self.open(body, .v2Public, key, footer, assertion, &memory)
        case .v4Public(let key): try Self.open(body, .v4Public, key, footer, assertion, &memory)
        case .v3Public(let key): try Self.open(body, key, footer, assertion, &memory)
        }
    }

    private static func open(
        _ body: RawSpan, _ algorithm: Algorithm, _ key: Ed25519PublicKey, _ footer: borrowing ByteBuffer,
        _ assertion: borrowing ByteBuffer, _ memory: inout PASETOMemory
    ) throws(TokenError) {
        memory.beginSigned(algorithm)
        let message = try memory.decodeSigned(
            body, header: algorithm.pasetoHeader, signatureBytes: Ed25519PublicKey.signatureBytes)
        memory.endSigned(algorithm, footer: footer, assertion: assertion)
        guard key.isValid(memory.proof.bytes, for: memory.encoded.bytes) else { throw .signatureMismatch }
        memory.keep(message)
    }

    private static func open(
        _ body: RawSpan, _ key: P384PublicKey, _ footer: borrowing ByteBuffer, _ assertion: borrowing ByteBuffer,
        _ memory: inout PASETOMemory
    ) throws(TokenError) {
        memory.beginSigned(.v3Public, publicKey: key)
        let message = try memory.decodeSigned(
            body, header: Algorithm.v3Public.pasetoHeader, signatureBytes: P384Key.signatureBytes)
        memory.endSigned(.v3Public, footer: footer, assertion: assertion)
        let digest = HashFunction.sha384.digest(of: memory.encoded.bytes)
        guard key.isValid(memory.proof.bytes, for: digest.bytes) else { throw .signatureMismatch }
        memory.keep(message)
    }
}

/// A key that makes PASETOs of one version and purpose.
enum PASETOSigner: ~Copyable, Sendable {
    case v2Local(V2Local)
    case v2Public(Ed25519SecretKey)
    case v3Local(V3Local)
    case v3Public(P384SecretKey)
    case v4Local(V4Local)
    case v4Public(Ed25519SecretKey)

    /// Appends the body of a new token with this message; false when a library had no randomness or no memory for it.
    func append(
        _ message: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, to body: inout ByteBuffer
    ) -> Bool {
        var nonce = InlineArray<32, UInt8>(repeating: 0)
        var span = nonce.mutableSpan
        // SAFETY: a byte has no padding.
        var target = unsafe span.mutableBytes
        Random.fill(&target)
        return append(message, footer: footer, assertion: assertion, nonce: nonce.span.raw, to: &body)
    }

    /// Appends the body of a new token with this message and nonce: 32 new and random bytes, of which version 2 takes 24;
    /// a signature takes none.
    func append(
        _ message: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, nonce: RawSpan,
        to body: inout ByteBuffer
    ) -> Bool {
        var memory = PASETOMemory()
        switch self {
        case .v2Local(let key):
            key.seal(
                message, footer: footer, seed: nonce.extracting(0..<XChaCha20.nonceBytes), memory: &memory, into: &body)
        case .v3Local(let key):
            return key.seal(
                message, footer: footer, assertion: assertion, nonce: nonce, memory: &memory, into: &body)
        case .v4Local(let key):
            return key.seal(
                message, footer: footer, assertion: assertion, nonce: nonce, memory: &memory, into: &body)
        case .v2Public(let key): Self.sign(message, .v2Public, key, footer, assertion, &memory, &body)
        case .v4Public(let key): Self.sign(message, .v4Public, key, footer, assertion, &memory, &body)
        case .v3Public(let key):
            memory.beginSigned(.v3Public, publicKey: key.publicKey)
            memory.append(message, header: Algorithm.v3Public.pasetoHeader)
            memory.endSigned(.v3Public, footer: footer, assertion: assertion)
            body.append(message)
            let digest = HashFunction.sha384.digest(of: memory.encoded.bytes)
            return key.append(signatureOver: digest.bytes, to: &body)
        }
        return true
    }

    private static func sign(
        _ message: RawSpan, _ algorithm: Algorithm, _ key: Ed25519SecretKey, _ footer: borrowing ByteBuffer,
        _ assertion: borrowing ByteBuffer, _ memory: inout PASETOMemory, _ body: inout ByteBuffer
    ) {
        memory.beginSigned(algorithm)
        memory.append(message, header: algorithm.pasetoHeader)
        memory.endSigned(algorithm, footer: footer, assertion: assertion)
        body.append(message)
        body.append(key.signature(over: memory.encoded.bytes).span.raw)
    }
}
