internal import Bytes

/// A key in a file, by what can be done with it.
enum KeyFile {
    case signing(SigningKey)
    case verification(VerificationKey)

    /// The key in `content`, read as the file's name says; for a set of keys see `JWKSet`.
    static func key(_ name: KeyFileName, content: RawSpan) throws(KeyError.FileFault) -> KeyFile {
        do throws(KeyError) {
            let id = try KeyID(name.id)
            switch name.kind {
            case .secret(let algorithm): return .signing(try SigningKey(secret(content), algorithm, id: id))
            case .jwk(let algorithm): return try JWK.key(content, defaultID: id, defaultAlgorithm: algorithm)
            case .jwkSet: throw .malformedJWK
            case .pem(let algorithm): return try pem(content, algorithm, id: id)
            case .v4Public:
                switch try PEM.ed25519(content) {
                case .secret(let key): return .signing(.v4Public(key, id: id))
                case .public(let key): return .verification(.v4Public(key, id: id))
                }
            case .v3Public:
                switch try P384PEM.key(content) {
                case .secret(let key): return .signing(.v3Public(key, id: id))
                case .public(let key): return .verification(.v3Public(key, id: id))
                }
            case .v2Public:
                switch try PEM.ed25519(content) {
                case .secret(let key): return .signing(.v2Public(key, id: id))
                case .public(let key): return .verification(.v2Public(key, id: id))
                }
            case .v4Local: return .signing(.v4Local(try LocalKey(hexadecimal: content), id: id))
            case .v3Local: return .signing(.v3Local(try LocalKey(hexadecimal: content), id: id))
            case .v2Local: return .signing(.v2Local(try LocalKey(hexadecimal: content), id: id))
            case .paserk: return try PASERK.key(content, id: id)
            }
        } catch {
            throw .key(error)
        }
    }

    /// The bytes are taken as they are. A newline at the end was hardly meant to be one of them, and whoever has the same
    /// secret without it would make tokens that we refuse.
    private static func secret(_ content: RawSpan) throws(KeyError) -> SymmetricSecret {
        let last = content.byteCount > 0 ? content[content.byteCount - 1] : 0
        guard last != 0x0A && last != 0x0D else { throw .secretEndsInNewline }
        return try SymmetricSecret(content)
    }

    /// A key for JWT: its type decides its algorithm, or whether it can be the one that is asked for.
    private static func pem(_ content: RawSpan, _ algorithm: Algorithm?, id: KeyID) throws(KeyError) -> KeyFile {
        let (key, isSecret) = try PEM.key(content)
        switch key.kind {
        case .ed25519: return try ed25519(key, isSecret: isSecret, algorithm ?? .edDSA, id: id)
        case .ec(let curve):
            if let algorithm, algorithm != curve.algorithm { throw .wrongKind(algorithm) }
            return isSecret
                ? .signing(.ec(try ECSecretKey(key), id: id)) : .verification(.ec(try ECPublicKey(key), id: id))
        case .rsa:
            guard let algorithm else { throw .algorithmNotSaid }
            guard let rsa = RSAAlgorithm(algorithm) else { throw .wrongKind(algorithm) }
            return isSecret
                ? .signing(.rsa(try RSASecretKey(key), rsa, id: id))
                : .verification(.rsa(try RSAPublicKey(key), rsa, id: id))
        case .other(let kind): throw .unsupportedKey(kind)
        }
    }

    private static func ed25519(
        _ key: OpenSSLKey, isSecret: Bool, _ algorithm: Algorithm, id: KeyID
    ) throws(KeyError) -> KeyFile {
        switch (algorithm, try PEM.ed25519(key, isSecret: isSecret)) {
        case (.edDSA, .secret(let key)): return .signing(.edDSA(key, id: id))
        case (.edDSA, .public(let key)): return .verification(.edDSA(key, id: id))
        case (.ed25519, .secret(let key)): return .signing(.ed25519(key, id: id))
        case (.ed25519, .public(let key)): return .verification(.ed25519(key, id: id))
        default: throw .wrongKind(algorithm)
        }
    }
}

extension SigningKey {
    /// The key that an HMAC secret is for this algorithm.
    init(_ secret: SymmetricSecret, _ algorithm: Algorithm, id: KeyID) throws(KeyError) {
        switch algorithm {
        case .hs256: self = .hs256(secret, id: id)
        case .hs384: self = try .hs384(secret, id: id)
        case .hs512: self = try .hs512(secret, id: id)
        default: throw .wrongKind(algorithm)
        }
    }
}
