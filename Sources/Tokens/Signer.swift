internal import Bytes

/// A signing key with everything computed that does not depend on the message.
enum Signer: ~Copyable, Sendable {
    case hs256(HMAC<SHA256State>)
    case hs512(HMAC<SHA512State>)
    case rsa(RSASigner)
    case ec(ECDSASigner)
    case ed25519(Ed25519SecretKey)
    case paseto(PASETOSigner)

    init(_ key: SigningKey) throws(KeyError) {
        switch key.material {
        case .hs256(let secret): self = .hs256(try .sha256(secret))
        case .hs384(let secret): self = .hs512(try .sha384(secret))
        case .hs512(let secret): self = .hs512(try .sha512(secret))
        case .rsa(let key, let algorithm): self = .rsa(try RSASigner(key, algorithm))
        case .ec(let key): self = .ec(try ECDSASigner(key))
        case .edDSA(let key), .ed25519(let key): self = .ed25519(key)
        case .v4Public(let key): self = .paseto(.v4Public(key))
        case .v4Local(let key): self = .paseto(.v4Local(V4Local(key)))
        case .v3Public(let key): self = .paseto(.v3Public(key))
        case .v3Local(let key): self = .paseto(.v3Local(try V3Local(key)))
        case .v2Public(let key): self = .paseto(.v2Public(key))
        case .v2Local(let key): self = .paseto(.v2Local(V2Local(key)))
        }
    }

    /// Appends the signature or code of a JWS over `message`; false when the library had no randomness or no memory for one.
    func append(signatureOver message: RawSpan, to buffer: inout ByteBuffer) -> Bool {
        switch self {
        case .hs256(let key): buffer.append(key.code(of: message).bytes)
        case .hs512(let key): buffer.append(key.code(of: message).bytes)
        case .rsa(let key): return key.append(signatureOver: message, to: &buffer)
        case .ec(let key): return key.append(signatureOver: message, to: &buffer)
        case .ed25519(let key): buffer.append(key.signature(over: message).span.raw)
        case .paseto: preconditionFailure("a key for PASETO makes no JWS")
        }
        return true
    }
}
