internal import Bytes
internal import JSON

/// One JSON web key (RFC 7517): an Ed25519 key (RFC 8037) or the secret of an HMAC-SHA-256.
enum JWK {
    /// The key in `text`. Its name is its `kid`, or else `defaultID`.
    ///
    /// - Throws: `KeyError.malformedJWK` for what is no such object, `.unsupportedJWK` for what is but is not for us, and
    ///   what the key itself is refused for.
    static func key(_ text: RawSpan, defaultID: KeyID) throws(KeyError) -> KeyFile {
        var tape = JSONTape(nodes: 32)
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text)
        } catch {
            throw .malformedJWK
        }
        guard document.kind == .object else { throw .malformedJWK }
        let id = try string(document, "kid").map { (text) throws(KeyError) in try KeyID(text) } ?? defaultID
        try checkUse(document)
        switch try string(document, "kty") {
        case "OKP": return try octetKeyPair(document, id: id)
        case "oct": return try symmetricKey(document, id: id)
        default: throw .unsupportedJWK(member: "kty")
        }
    }

    /// RFC 8037 section 2. The algorithm follows from the curve, so `alg` may be absent.
    private static func octetKeyPair(_ document: borrowing JSONValue, id: KeyID) throws(KeyError) -> KeyFile {
        guard try string(document, "crv") == "Ed25519" else { throw .unsupportedJWK(member: "crv") }
        guard try string(document, "alg") ?? "EdDSA" == "EdDSA" else { throw .unsupportedJWK(member: "alg") }
        let x = try bytes(document, "x")
        let publicKey = try Ed25519PublicKey(x.bytes)
        guard hasMember(document, "d") else {
            guard try allows(document, "verify") else { throw .unsupportedJWK(member: "key_ops") }
            return .verification(.edDSA(publicKey, id: id))
        }
        let d = try bytes(document, "d")
        let secretKey = try Ed25519SecretKey(seed: d.bytes)
        guard secretKey.publicKey == publicKey else { throw .invalidSecretKey }
        return try allows(document, "sign")
            ? .signing(.edDSA(secretKey, id: id)) : .verification(.edDSA(publicKey, id: id))
    }

    /// RFC 7518 section 6.4. Any hash could use the secret, so `alg` must say which.
    private static func symmetricKey(_ document: borrowing JSONValue, id: KeyID) throws(KeyError) -> KeyFile {
        guard try string(document, "alg") == "HS256" else { throw .unsupportedJWK(member: "alg") }
        // Who signs with a secret verifies with it, too: a secret that must not verify is no use here.
        guard try allows(document, "verify") else { throw .unsupportedJWK(member: "key_ops") }
        let k = try bytes(document, "k")
        let secret = try SymmetricSecret(k.bytes)
        return try allows(document, "sign") ? .signing(.hs256(secret, id: id)) : .verification(.hs256(secret, id: id))
    }
}

// MARK: - Members

extension JWK {
    private static func hasMember(_ document: borrowing JSONValue, _ name: StaticString) -> Bool {
        document.member(name) != nil
    }

    private static func string(
        _ document: borrowing JSONValue, _ name: StaticString
    ) throws(KeyError) -> String? {
        guard let value = document.member(name) else { return nil }
        guard let string = value.asString else { throw .malformedJWK }
        var buffer = ByteBuffer(capacity: 64)
        string.append(to: &buffer)
        return String(buffer.bytes)
    }

    /// The bytes of a base64url member. They may be secret.
    private static func bytes(
        _ document: borrowing JSONValue, _ name: StaticString
    ) throws(KeyError) -> GuardedBytes {
        guard let text = document.member(name)?.asString, !text.hasEscapes,
            let count = Base64URL.decodedCount(characters: text.raw.byteCount)
        else { throw .malformedJWK }
        return try GuardedBytes(count: count) { (target: inout MutableRawSpan) throws(KeyError) in
            guard Base64URL.decode(text.raw, into: &target) != nil else { throw .malformedJWK }
        }
    }

    /// `use` (RFC 7517 section 4.2), when it is there, must be for signatures.
    private static func checkUse(_ document: borrowing JSONValue) throws(KeyError) {
        guard try string(document, "use") ?? "sig" == "sig" else { throw .unsupportedJWK(member: "use") }
    }

    /// Whether `key_ops` (RFC 7517 section 4.3) names the operation, or is not there.
    private static func allows(_ document: borrowing JSONValue, _ operation: StaticString) throws(KeyError) -> Bool {
        guard let operations = document.member("key_ops") else { return true }
        guard operations.kind == .array else { throw .malformedJWK }
        var isAllowed = false
        var elements = operations.elements
        while let element = elements.next() {
            guard let name = element.asString else { throw .malformedJWK }
            if name.equals(operation) { isAllowed = true }
        }
        return isAllowed
    }
}
