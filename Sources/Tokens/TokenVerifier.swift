internal import Bytes
internal import JSON

/// Checks tokens, JWT and PASETO, one after the other, and reads their claims.
///
/// A verifier owns the memory in which it decodes, and uses it again: in a steady state a call allocates nothing. It is
/// for one thread; a shard has its own.
public struct TokenVerifier: ~Copyable, Sendable {
    /// A JOSE header or a PASETO footer, decoded.
    var header = ByteBuffer(capacity: 1_024)
    /// The payload, decoded.
    var payload = ByteBuffer(capacity: 4_096)
    var signature = ByteBuffer(capacity: 64)
    /// The `typ` of the JWT at hand, unescaped; empty when it has none.
    var type = ByteBuffer(capacity: 64)
    /// Texts of a document whose JSON has escapes, without them.
    var unescaped = ByteBuffer(capacity: 1_024)
    var tape = JSONTape(nodes: 128)
    /// The one table of the token at hand.
    private var tables = FixedArray(count: 1) { _ in ClaimsTable.nothing }
    /// Of a header and of claims. Kept, since what was just made can't be copied before it has reached the cache.
    let limits = JSONLimits(documentBytes: Self.mostBytes)
    var provenHeaders = ProvenHeaders()
    var paseto = PASETOMemory()

    /// The longest token, in bytes.
    public static let mostBytes = 4_096

    /// The issuer of the principals that API keys name. A token that names it is refused, whoever has signed it.
    public static let issuerOfAPIKeys: StaticString = "urn:ringfort:api-key"

    /// A verifier with all its memory.
    public init() {}

    /// Proves `token` with a key of `keyring`, and holds what it says against `policy`.
    ///
    /// Cheap refusals come first, and nothing of the payload is believed before the signature is right: where there are
    /// several issuers, the issuer that it names is read to choose among their keys, and held against the key's own
    /// afterwards. The result lives in the verifier's memory until the next call. O(n).
    ///
    /// - Parameters:
    ///   - scopes: the names that the token's scopes are read with; others are left out.
    ///   - nowUnixSeconds: the time of day.
    ///   - admit: is asked once it is known which key the token has to be checked with, by its place among the keyring's
    ///     `verificationKeys`, and before that key is used: on false, the check costs no cryptography.
    /// - Throws: the first reason that is found against the token. The client must not learn it.
    @_lifetime(&self)
    public mutating func verify(
        _ token: RawSpan, keyring: Keyring, policy: borrowing ClaimsPolicy, scopes: ScopeTable, nowUnixSeconds: Int64,
        admit: (_ keyIndex: Int) -> Bool = { _ in true }
    ) throws(TokenError) -> VerifiedClaims {
        let key = try authenticate(token, keyring: keyring, policy: policy, admit)
        let issuer = Int(keyring.prepared.issuerNumber(at: key))
        guard issuer < policy.rules.count else { throw .wrongIssuer }
        tables[0] = ClaimsTable(
            payloadCount: UInt16(truncatingIfNeeded: payload.count), keyIndex: UInt16(truncatingIfNeeded: key),
            issuerNumber: UInt8(truncatingIfNeeded: issuer), keyringEpoch: keyring.epoch, scopesEpoch: scopes.epoch,
            algorithm: keyring.prepared.algorithm(at: key))
        var reader = ClaimsReader()
        try reader.read(
            payload, limits, into: &tape, unescaped: &unescaped, scopes: scopes,
            rolesClaim: policy.rules[issuer].rolesClaim.bytes, to: &tables[0])
        guard reader.hasExpiry else { throw .missingExpiry }
        appendTexts()
        let verified = VerifiedClaims(tables.span, bytes: payload.bytes)
        try policy.rules[issuer].check(verified, nowUnixSeconds: nowUnixSeconds)
        guard verified.subject.isSubject else { throw .invalidSubject }
        // Else a token could name the principal of an API key.
        guard !verified.issuer.equals(Self.issuerOfAPIKeys) else { throw .wrongIssuer }
        return verified
    }

    /// Puts the texts that are not in the payload behind it.
    private mutating func appendTexts() {
        if !unescaped.isEmpty { payload.append(unescaped, from: 0) }
        tables[0].type = TextRange(start: payload.count, count: type.count)
        payload.append(type, from: 0)
        tables[0].byteCount = UInt16(truncatingIfNeeded: payload.count)
    }

    /// Proves that a key made `token`, and leaves its payload in `payload`, whatever that is. Returns the key's place.
    mutating func authenticate(
        _ token: RawSpan, keyring: Keyring, policy: borrowing ClaimsPolicy, _ admit: (Int) -> Bool
    ) throws(TokenError) -> Int {
        guard token.byteCount <= policy.longestTokenBytes else { throw .tooLong }
        if PASETO.isVersioned(token) {
            guard let algorithm = PASETO.algorithm(of: token) else { throw .unsupportedPASETO }
            return try authenticatePASETO(token, algorithm, keys: keyring.prepared, policy: policy, admit)
        }
        return try authenticateJWT(token, keyring: keyring, policy: policy, admit)
    }
}
