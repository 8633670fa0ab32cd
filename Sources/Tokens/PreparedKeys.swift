internal import Bytes

/// A keyring's keys, made ready to check signatures, in the order of its `verificationKeys`.
struct PreparedKeys: ~Copyable, Sendable {
    private let keys: FixedArray<PreparedKey>
    /// The place of each key by its issuer, the kind of its tokens and its name.
    private let names: ByteStringTable
    /// The only keys of each issuer.
    private let only: FixedArray<OnlyKeys>
    private let issuerNumbers: FixedArray<UInt8>
    private let paserkNames: PASERKNames

    /// - Parameters:
    ///   - signing: the keys that sign, of which some tokens use the names, too.
    ///   - issuerNumbers: whose each key is.
    init(_ keys: [VerificationKey], signing: [SigningKey], issuerNumbers: [UInt8]) throws(KeyError) {
        // Both may throw, so they come first.
        let paserkNames = try PASERKNames(keys, signing: signing, issuerNumbers: issuerNumbers)
        self.keys = try FixedArray(count: keys.count) { index throws(KeyError) in try PreparedKey(keys[index]) }
        self.paserkNames = paserkNames
        names = ByteStringTable(
            zip(keys, issuerNumbers).map { key, issuer in
                (kind: Self.kind(key.algorithm.format, Int(issuer)), text: key.id.text)
            })
        only = FixedArray(count: max(1, Int(issuerNumbers.max() ?? 0) + 1)) { OnlyKeys(keys, issuerNumbers, of: $0) }
        self.issuerNumbers = FixedArray(count: issuerNumbers.count) { issuerNumbers[$0] }
    }

    private static func kind(_ format: TokenFormat, _ issuer: Int) -> UInt8 { UInt8(issuer) << 1 | format.rawValue }

    /// The number of the issuer that the key at `index` belongs to. O(1).
    func issuerNumber(at index: Int) -> UInt8 { issuerNumbers[index] }

    /// The place of an issuer's key with this name, or nil when there is none. A key for PASETO also goes by its PASERK id.
    /// O(length of the name).
    func index(_ format: TokenFormat, named name: RawSpan, issuer: Int = 0) -> Int? {
        if let index = names.value(Self.kind(format, issuer), name) { return index }
        return format == .paseto ? paserkNames.index(name, issuer: issuer) : nil
    }

    /// The place of an issuer's only key of an algorithm. O(1).
    ///
    /// - Throws: `TokenError.unknownKey` when there is none, `.ambiguousKey` when there are several.
    func onlyIndex(_ algorithm: Algorithm, issuer: Int = 0) throws(TokenError) -> Int {
        guard issuer < only.count else { throw .unknownKey }
        return try only[issuer].index(algorithm)
    }

    /// The one algorithm of the key at `index`. O(1).
    func algorithm(at index: Int) -> Algorithm { keys[index].algorithm }

    /// Whether `signature` is that of the key at `index` over `message`. O(n).
    func isValid(_ signature: RawSpan, for message: RawSpan, keyAt index: Int) -> Bool {
        keys[index].isValid(signature, for: message)
    }

    /// Proves the body of a PASETO with the key at `index`, and leaves its message in `memory`. O(n).
    func open(
        _ body: RawSpan, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer, keyAt index: Int,
        memory: inout PASETOMemory
    ) throws(TokenError) {
        switch keys[index] {
        case .paseto(let key): try key.open(body, footer: footer, assertion: assertion, memory: &memory)
        default: throw .algorithmMismatch
        }
    }
}

/// A key with everything computed that does not depend on the message.
enum PreparedKey: ~Copyable, Sendable {
    case hs256(HMAC<SHA256State>)
    case hs384(HMAC<SHA512State>)
    case hs512(HMAC<SHA512State>)
    case rsa(RSAVerifier)
    case ec(ECDSAVerifier)
    case edDSA(Ed25519PublicKey)
    case ed25519(Ed25519PublicKey)
    case paseto(PASETOKey)

    init(_ key: VerificationKey) throws(KeyError) {
        switch key.material {
        case .hs256(let secret): self = .hs256(try .sha256(secret))
        case .hs384(let secret): self = .hs384(try .sha384(secret))
        case .hs512(let secret): self = .hs512(try .sha512(secret))
        case .rsa(let key, let algorithm): self = .rsa(try RSAVerifier(key, algorithm))
        case .ec(let key): self = .ec(try ECDSAVerifier(key))
        case .edDSA(let key): self = .edDSA(key)
        case .ed25519(let key): self = .ed25519(key)
        case .v4Public(let key): self = .paseto(.v4Public(key))
        case .v4Local(let key): self = .paseto(.v4Local(V4Local(key)))
        case .v3Public(let key): self = .paseto(.v3Public(key))
        case .v3Local(let key): self = .paseto(.v3Local(try V3Local(key)))
        case .v2Public(let key): self = .paseto(.v2Public(key))
        case .v2Local(let key): self = .paseto(.v2Local(V2Local(key)))
        }
    }

    var algorithm: Algorithm {
        switch self {
        case .hs256: .hs256
        case .hs384: .hs384
        case .hs512: .hs512
        case .rsa(let verifier): verifier.algorithm.algorithm
        case .ec(let verifier): verifier.curve.algorithm
        case .edDSA: .edDSA
        case .ed25519: .ed25519
        case .paseto(let key): key.algorithm
        }
    }

    /// Whether `signature` is this key's over `message`, which is that of a JWS. O(n).
    func isValid(_ signature: RawSpan, for message: RawSpan) -> Bool {
        switch self {
        case .hs256(let key): key.isValid(signature, for: message)
        case .hs384(let key): key.isValid(signature, for: message)
        case .hs512(let key): key.isValid(signature, for: message)
        case .rsa(let key): key.isValid(signature, for: message)
        case .ec(let key): key.isValid(signature, for: message)
        case .edDSA(let key): key.isValid(signature, for: message)
        case .ed25519(let key): key.isValid(signature, for: message)
        case .paseto: false
        }
    }
}

/// The only key of each algorithm, for tokens that name none.
struct OnlyKeys: Sendable {
    // INVARIANT: longer than the list of algorithms, whose numbers count from zero.
    private var indices = InlineArray<32, Int>(repeating: Self.none)
    private static let none = -1
    private static let several = -2

    init(_ keys: [VerificationKey], _ issuerNumbers: [UInt8], of issuer: Int) {
        for (index, key) in keys.enumerated() where Int(issuerNumbers[index]) == issuer {
            let slot = Int(key.algorithm.rawValue)
            indices[slot] = indices[slot] == Self.none ? index : Self.several
        }
    }

    func index(_ algorithm: Algorithm) throws(TokenError) -> Int {
        let index = indices[Int(algorithm.rawValue)]
        guard index != Self.none else { throw .unknownKey }
        guard index != Self.several else { throw .ambiguousKey }
        return index
    }
}
