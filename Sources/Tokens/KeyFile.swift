internal import Bytes

/// A key in a file, by what can be done with it.
enum KeyFile {
    case signing(SigningKey)
    case verification(VerificationKey)

    /// The key in `content`, read as the file's name says.
    static func key(_ name: KeyFileName, content: RawSpan) throws(KeyError.FileFault) -> KeyFile {
        do throws(KeyError) {
            let id = try KeyID(name.id)
            switch name.kind {
            case .secret: return .signing(.hs256(try secret(content), id: id))
            case .jwk: return try JWK.key(content, defaultID: id)
            case .edDSA:
                switch try PEM.ed25519(content) {
                case .secret(let key): return .signing(.edDSA(key, id: id))
                case .public(let key): return .verification(.edDSA(key, id: id))
                }
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
}
