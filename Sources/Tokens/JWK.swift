internal import Bytes
internal import JSON

/// One JSON web key for signatures or codes (RFC 7517): of Ed25519 (RFC 8037), an elliptic curve, RSA, or the secret of an
/// HMAC (RFC 7518 section 6).
enum JWK {
    /// The key in `text`. Its name is its `kid`, or else `defaultID`.
    ///
    /// - Parameter defaultAlgorithm: what it is for where it has no `alg`; where it has one, they must be the same.
    /// - Throws: `KeyError.malformedJWK` for what is no such object, `.unsupportedJWK` for what is but is not for us, and
    ///   what the key itself is refused for.
    static func key(
        _ text: RawSpan, defaultID: KeyID, defaultAlgorithm: Algorithm? = nil
    ) throws(KeyError) -> KeyFile {
        var tape = JSONTape(nodes: 32)
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text)
        } catch {
            throw .malformedJWK
        }
        guard document.kind == .object else { throw .malformedJWK }
        return try key(document, id: try id(document) ?? defaultID, defaultAlgorithm: defaultAlgorithm)
    }

    /// The key in an object, under this name.
    static func key(
        _ document: borrowing JSONValue, id: KeyID, defaultAlgorithm: Algorithm? = nil
    ) throws(KeyError) -> KeyFile {
        try checkUse(document)
        // Read before the type, so that two keys of one set are skipped for the same reason whatever their types.
        let algorithm = try algorithm(document, default: defaultAlgorithm)
        switch try string(document, "kty") {
        case "OKP": return try octetKeyPair(document, algorithm, id: id)
        case "EC": return try ellipticCurveKey(document, algorithm, id: id)
        case "RSA": return try rsaKey(document, algorithm, id: id)
        case "oct": return try symmetricKey(document, algorithm, id: id)
        default: throw .unsupportedJWK(member: "kty")
        }
    }

    /// The `kid` (RFC 7517 section 4.5), if there is one.
    static func id(_ document: borrowing JSONValue) throws(KeyError) -> KeyID? {
        guard let text = try string(document, "kid") else { return nil }
        return try KeyID(text)
    }

    /// RFC 8037 section 2. The curve leaves two names of one algorithm; the older is the usual one.
    private static func octetKeyPair(
        _ document: borrowing JSONValue, _ algorithm: Algorithm?, id: KeyID
    ) throws(KeyError) -> KeyFile {
        guard try string(document, "crv") == "Ed25519" else { throw .unsupportedJWK(member: "crv") }
        let algorithm = algorithm ?? .edDSA
        guard algorithm == .edDSA || algorithm == .ed25519 else { throw .unsupportedJWK(member: "alg") }
        // Temporary owners of bytes crash the compiler (Swift 6.3.1): each has a name here and below.
        let x = try bytes(document, "x")
        let publicKey = try Ed25519PublicKey(x.bytes)
        let verification: VerificationKey =
            algorithm == .edDSA ? .edDSA(publicKey, id: id) : .ed25519(publicKey, id: id)
        guard hasMember(document, "d") else { return try verifying(document, verification) }
        let d = try bytes(document, "d")
        let secretKey = try Ed25519SecretKey(seed: d.bytes)
        guard secretKey.publicKey == publicKey else { throw .invalidSecretKey }
        let signing: SigningKey = algorithm == .edDSA ? .edDSA(secretKey, id: id) : .ed25519(secretKey, id: id)
        return try allows(document, "sign") ? .signing(signing) : .verification(verification)
    }

    /// RFC 7518 section 6.2.
    private static func ellipticCurveKey(
        _ document: borrowing JSONValue, _ algorithm: Algorithm?, id: KeyID
    ) throws(KeyError) -> KeyFile {
        let name = try string(document, "crv")
        guard let curve = ECCurve.allCases.first(where: { $0.description == name }) else {
            throw .unsupportedJWK(member: "crv")
        }
        guard algorithm == nil || algorithm == curve.algorithm else { throw .unsupportedJWK(member: "alg") }
        let x = try bytes(document, "x")
        let y = try bytes(document, "y")
        let publicKey = try ECPublicKey(curve, x: x.bytes, y: y.bytes)
        guard hasMember(document, "d") else { return try verifying(document, .ec(publicKey, id: id)) }
        let d = try bytes(document, "d")
        let key = try ECSecretKey(curve, d: d.bytes, x: x.bytes, y: y.bytes)
        return try allows(document, "sign") ? .signing(.ec(key, id: id)) : .verification(.ec(publicKey, id: id))
    }

    /// RFC 7518 section 6.3. A secret key must have all that follows from its two primes; more primes are not supported.
    private static func rsaKey(
        _ document: borrowing JSONValue, _ algorithm: Algorithm?, id: KeyID
    ) throws(KeyError) -> KeyFile {
        guard let algorithm else { throw .algorithmNotSaid }
        guard let algorithm = RSAAlgorithm(algorithm) else { throw .unsupportedJWK(member: "alg") }
        guard !hasMember(document, "oth") else { throw .unsupportedJWK(member: "oth") }
        guard hasMember(document, "d") else {
            let n = try bytes(document, "n")
            let e = try bytes(document, "e")
            return try verifying(document, .rsa(try RSAPublicKey(n: n.bytes, e: e.bytes), algorithm, id: id))
        }
        let numbers = RSANumbers(
            n: try bytes(document, "n"), e: try bytes(document, "e"), d: try bytes(document, "d"),
            p: try bytes(document, "p"), q: try bytes(document, "q"),
            dp: try bytes(document, "dp"), dq: try bytes(document, "dq"), qi: try bytes(document, "qi"))
        let key = try RSASecretKey(numbers: numbers)
        return try allows(document, "sign")
            ? .signing(.rsa(key, algorithm, id: id)) : .verification(.rsa(key.publicKey, algorithm, id: id))
    }

    /// RFC 7518 section 6.4. Any hash could use the secret, so `alg` must say which.
    private static func symmetricKey(
        _ document: borrowing JSONValue, _ algorithm: Algorithm?, id: KeyID
    ) throws(KeyError) -> KeyFile {
        guard let algorithm, [.hs256, .hs384, .hs512].contains(algorithm) else { throw .unsupportedJWK(member: "alg") }
        // Who signs with a secret verifies with it, too: a secret that must not verify is no use here.
        guard try allows(document, "verify") else { throw .unsupportedJWK(member: "key_ops") }
        let k = try bytes(document, "k")
        let key = try SigningKey(SymmetricSecret(k.bytes), algorithm, id: id)
        return try allows(document, "sign") ? .signing(key) : .verification(key.verificationKey)
    }

    private static func verifying(
        _ document: borrowing JSONValue, _ key: VerificationKey
    ) throws(KeyError) -> KeyFile {
        guard try allows(document, "verify") else { throw .unsupportedJWK(member: "key_ops") }
        return .verification(key)
    }
}

// MARK: - Members

extension JWK {
    /// Whether a member is there, whatever its value.
    static func hasMember(_ document: borrowing JSONValue, _ name: StaticString) -> Bool {
        document.member(name) != nil
    }

    /// The text of a member, if it is there.
    static func string(_ document: borrowing JSONValue, _ name: StaticString) throws(KeyError) -> String? {
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
        // Longer than any number of a key, and than what the encoding of one would take.
        guard count <= mostNumberBytes else { throw .malformedJWK }
        return try GuardedBytes(count: count) { (target: inout MutableRawSpan) throws(KeyError) in
            guard Base64URL.decode(text.raw, into: &target) != nil else { throw .malformedJWK }
        }
    }

    private static let mostNumberBytes = 4_096

    /// What the key is for, where that is said.
    private static func algorithm(
        _ document: borrowing JSONValue, default defaultAlgorithm: Algorithm?
    ) throws(KeyError) -> Algorithm? {
        guard let name = try string(document, "alg") else { return defaultAlgorithm }
        guard let algorithm = Algorithm.allCases.first(where: { $0.format == .jwt && $0.description == name }),
            defaultAlgorithm == nil || defaultAlgorithm == algorithm
        else { throw .unsupportedJWK(member: "alg") }
        return algorithm
    }

    /// `use` (RFC 7517 section 4.2), when it is there, must be for signatures.
    private static func checkUse(_ document: borrowing JSONValue) throws(KeyError) {
        guard try string(document, "use") ?? "sig" == "sig" else { throw .unsupportedJWK(member: "use") }
    }

    /// Whether `key_ops` (RFC 7517 section 4.3) names the operation, or is not there. No operation may be named twice.
    private static func allows(_ document: borrowing JSONValue, _ operation: StaticString) throws(KeyError) -> Bool {
        guard let operations = document.member("key_ops") else { return true }
        // The RFC knows eight operations; more than twice as many are a mistake, and comparing them all takes time.
        guard operations.kind == .array, operations.count <= 16 else { throw .malformedJWK }
        var names: Set<String> = []
        var elements = operations.elements
        while let element = elements.next() {
            guard let string = element.asString else { throw .malformedJWK }
            var buffer = ByteBuffer(capacity: 64)
            string.append(to: &buffer)
            guard names.insert(String(buffer.bytes)).inserted else { throw .malformedJWK }
        }
        return names.contains(operation.description)
    }
}
