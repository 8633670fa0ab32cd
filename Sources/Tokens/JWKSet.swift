internal import Bytes
internal import JSON

/// A set of JSON web keys (RFC 7517 section 5): those of its keys that can be used here.
///
/// A key without `kid` has its thumbprint (RFC 7638) for a name.
public struct JWKSet: Sendable {
    /// The keys that check tokens. A key that signs is not among them.
    public private(set) var verificationKeys: [VerificationKey] = []
    /// The keys that make tokens. A remote set has none.
    public private(set) var signingKeys: [SigningKey] = []
    /// The keys that were passed over, in the order of the set.
    public private(set) var skippedKeys: [SkippedKey] = []

    /// Where a set comes from, and so what it may hold.
    public enum Origin: Sendable {
        /// A file of ours: it may hold secrets, and a key in it that is broken is an error.
        case file
        /// Somebody else's server: whatever is secret in it is known to others, and is not used. A broken key is passed
        /// over, so that it can't make the others unusable.
        case remote
    }

    /// A key that is not used, and why.
    public struct SkippedKey: Sendable, Equatable {
        /// Its place in the set, from zero.
        public let index: Int
        /// Its name, where it has one that a key can have.
        public let id: KeyID?
        /// What it lacks or asks for.
        public let reason: KeyError
    }

    /// The longest set that is read, in bytes.
    public static let mostBytes = 256 * 1_024
    /// How many keys a set may list.
    public static let mostKeys = 128

    /// Reads a set.
    ///
    /// Keys of unknown types, curves, algorithms and uses are skipped, as RFC 7517 asks for.
    ///
    /// - Parameter rsaAlgorithm: what RSA keys are for that don't say it; nil to skip them.
    /// - Throws: `KeyError.malformedJWKSet` when it is no set, too long, or lists more than 128 keys; `.duplicateKeyID` when
    ///   two different keys have one name; `.mixedJWKSet` when there are both HMAC secrets and public keys; for a file,
    ///   what the first broken key is refused for.
    public init(_ text: RawSpan, origin: Origin, rsaAlgorithm: Algorithm? = nil) throws(KeyError) {
        guard text.byteCount <= Self.mostBytes else { throw .malformedJWKSet }
        var tape = JSONTape(nodes: 256)
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(text, limits: JSONLimits(documentBytes: Self.mostBytes))
        } catch {
            throw .malformedJWKSet
        }
        guard document.kind == .object, let keys = document.member("keys"), keys.kind == .array,
            keys.count <= Self.mostKeys
        else { throw .malformedJWKSet }
        var elements = keys.elements
        var index = 0
        while let element = elements.next() {
            guard element.kind == .object else { throw .malformedJWKSet }
            try read(element, index: index, origin: origin, rsaAlgorithm)
            index += 1
        }
        try checkSymmetry()
    }

    private mutating func read(
        _ element: borrowing JSONValue, index: Int, origin: Origin, _ rsaAlgorithm: Algorithm?
    ) throws(KeyError) {
        var id: KeyID?
        do throws(KeyError) {
            id = try JWK.id(element)
            try Self.refuseSecrets(element, origin: origin)
            let isSilentRSA = try JWK.string(element, "kty") == "RSA" && !JWK.hasMember(element, "alg")
            let algorithm = isSilentRSA ? rsaAlgorithm : nil
            if let id {
                try insert(try JWK.key(element, id: id, defaultAlgorithm: algorithm))
            } else {
                // Until the key is read, any name will do.
                try insert(
                    try JWK.key(element, id: KeyID("unnamed"), defaultAlgorithm: algorithm).namedByThumbprint())
            }
        } catch {
            guard error.isSkipped(from: origin) else { throw error }
            skippedKeys.append(SkippedKey(index: index, id: id, reason: error))
        }
    }

    private static func refuseSecrets(_ element: borrowing JSONValue, origin: Origin) throws(KeyError) {
        guard origin == .remote else { return }
        let isSymmetric = try JWK.string(element, "kty") == "oct"
        guard !isSymmetric else { throw .publishedSecret }
        for member in secretMembers where JWK.hasMember(element, member) { throw .publishedSecret }
    }

    /// The members of a secret key (RFC 7518 section 6): a prime alone gives all the others away.
    private static let secretMembers: [StaticString] = ["k", "d", "p", "q", "dp", "dq", "qi", "oth"]

    private mutating func insert(_ file: KeyFile) throws(KeyError) {
        let added = file.verificationKey
        let twins = (verificationKeys + signingKeys.map(\.verificationKey)).filter { $0.id == added.id }
        guard twins.allSatisfy({ $0.isSame(as: added) }) else { throw .duplicateKeyID(added.id) }
        switch file {
        case .signing(let key): signingKeys.append(key)
        case .verification(let key): verificationKeys.append(key)
        }
    }

    private func checkSymmetry() throws(KeyError) {
        let keys = verificationKeys + signingKeys.map(\.verificationKey)
        guard Set(keys.map(\.algorithm.isSymmetric)).count <= 1 else { throw .mixedJWKSet }
    }
}

extension JWKSet.SkippedKey: CustomStringConvertible {
    /// A sentence for a log.
    public var description: String { "key \(index)" + (id.map { " (\($0))" } ?? "") + ": \(reason)" }
}

extension KeyError {
    /// Whether a key that is refused so is passed over, or makes its whole set unusable.
    fileprivate func isSkipped(from origin: JWKSet.Origin) -> Bool {
        switch self {
        case .unsupportedJWK, .unsupportedKey, .algorithmNotSaid, .publishedSecret: true
        case .duplicateKeyID, .noGuardedMemory: false
        default: origin == .remote
        }
    }
}

extension KeyFile {
    /// The key that checks tokens.
    var verificationKey: VerificationKey {
        switch self {
        case .signing(let key): key.verificationKey
        case .verification(let key): key
        }
    }

    /// The same key under another name.
    fileprivate func namedByThumbprint() throws(KeyError) -> KeyFile {
        // The thumbprint of a secret would say something about it.
        guard !verificationKey.algorithm.isSymmetric else { throw .unsupportedJWK(member: "kid") }
        let id = try KeyID(try verificationKey.thumbprint())
        switch self {
        case .signing(let key): return .signing(SigningKey(id: id, material: key.material))
        case .verification(let key): return .verification(VerificationKey(id: id, material: key.material))
        }
    }
}
