internal import Bytes

/// P-384 keys in PEM (RFC 7468, RFC 5915, RFC 5480).
enum P384PEM {
    enum Key {
        case secret(P384SecretKey)
        case `public`(P384PublicKey)
    }

    /// The key in `text`, which is one block and white space.
    ///
    /// - Throws: as `PEM.key(_:)`, and `KeyError.invalidP384Key` for another kind of key, or one that does not hold together.
    static func key(_ text: RawSpan) throws(KeyError) -> Key {
        let (key, isSecret) = try PEM.key(text)
        guard key.kind == .ec(.p384) else { throw .invalidP384Key }
        // SAFETY: the key is alive during the call.
        let own = try unsafe key.withKey { key throws(KeyError) in try unsafe P384Key(evp: key) }
        guard isSecret else { return .public(P384PublicKey(owning: own)) }
        let scalar = try GuardedBytes(count: P384Key.scalarBytes) { (target: inout MutableRawSpan) throws(KeyError) in
            try own.copyScalar(to: &target)
        }
        // Made from the scalar alone: a file whose point belongs to another scalar is refused here.
        let secretKey = try P384SecretKey(scalar: scalar.bytes)
        guard secretKey.publicKey == P384PublicKey(owning: own) else { throw .invalidP384Key }
        return .secret(secretKey)
    }
}
