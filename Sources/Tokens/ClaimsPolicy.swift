internal import Bytes

/// What a token must say to be taken, besides being signed, by the issuer whose key has signed it.
///
/// What is configured is required; what is nil is not looked at, except that a claim of the wrong kind is always refused.
public struct ClaimsPolicy: ~Copyable, Sendable {
    // INVARIANT: at least one; where there are several, each has an issuer of its own.
    /// The rules of each issuer, by the number that the keyring gives its keys.
    let rules: FixedArray<IssuerRule>
    /// What sender and receiver agree on without sending it (PASETO versions 3 and 4): empty unless configured.
    let implicitAssertion: ByteBuffer
    /// How long a token may be, in bytes.
    let longestTokenBytes: Int
    /// How long a JWT's header may be, in bytes, decoded.
    let longestHeaderBytes: Int
    /// How long a PASETO's footer may be, in bytes, decoded.
    let longestFooterBytes: Int
    /// How long the name of a key may be that a token asks for, in bytes.
    let longestKeyIDBytes: Int

    /// The header of a JWT, unless something else is said.
    public static let standardHeaderBytes = 1_024
    /// The footer of a PASETO, unless something else is said.
    public static let standardFooterBytes = 512

    /// A policy for the tokens of one issuer.
    ///
    /// - Parameters:
    ///   - issuer: the required `iss`.
    ///   - audience: the required `aud`.
    ///   - type: the required `typ` of a JWT, such as `at+jwt` (RFC 9068); `application/` in front and the case of ASCII
    ///     letters make no difference. Without it a JWT may have no `typ`, `JWT` or `at+jwt`, and is refused as anything
    ///     else, so that a token for another use is not taken for an access token (RFC 8725 section 3.11).
    ///   - implicitAssertion: what a PASETO's signature must cover besides the token itself.
    ///   - clockSkewSeconds: 0 to 120.
    ///   - longestLifetimeSeconds: 1 second to 1,000 years.
    ///   - longestTokenBytes: 1 to `TokenVerifier.mostBytes`.
    /// - Throws: `PolicyError` when a number is out of its range or a required text is empty.
    public init(
        issuer: String? = nil, audience: String? = nil, type: String? = nil, implicitAssertion: String = "",
        clockSkewSeconds: Int64 = 30, longestLifetimeSeconds: Int64 = 86_400,
        longestTokenBytes: Int = TokenVerifier.mostBytes
    ) throws(PolicyError) {
        try self.init(
            [
                IssuerRequirements(
                    issuer: issuer, audiences: audience.map { [$0] } ?? [], type: type,
                    clockSkewSeconds: clockSkewSeconds, longestLifetimeSeconds: longestLifetimeSeconds)
            ], implicitAssertion: implicitAssertion, longestTokenBytes: longestTokenBytes)
    }

    /// A policy for the tokens of several issuers, in the order of a keyring that joins their keys.
    ///
    /// - Throws: `PolicyError` also when one of several has no name, or the name of another.
    public init(
        _ issuers: [IssuerRequirements], implicitAssertion: String = "",
        longestTokenBytes: Int = TokenVerifier.mostBytes, longestHeaderBytes: Int = standardHeaderBytes,
        longestFooterBytes: Int = standardFooterBytes, longestKeyIDBytes: Int = KeyID.mostBytes
    ) throws(PolicyError) {
        let lengths = [longestTokenBytes, longestHeaderBytes, longestFooterBytes]
        guard lengths.allSatisfy((1...TokenVerifier.mostBytes).contains) else { throw .tokenLengthOutOfRange }
        guard (1...KeyID.mostBytes).contains(longestKeyIDBytes) else { throw .tokenLengthOutOfRange }
        guard (1...Keyring.mostIssuers).contains(issuers.count) else { throw .issuerCountOutOfRange }
        let names = issuers.compactMap { $0.issuer.map { Array($0.utf8) } }
        guard issuers.count == 1 || names.count == issuers.count else { throw .unnamedIssuer }
        guard Set(names).count == names.count else { throw .repeatedIssuer }
        rules = try FixedArray(count: issuers.count) { index throws(PolicyError) in try IssuerRule(issuers[index]) }
        self.implicitAssertion = ByteBuffer(copying: implicitAssertion.utf8.span.raw)
        self.longestTokenBytes = longestTokenBytes
        self.longestHeaderBytes = longestHeaderBytes
        self.longestFooterBytes = longestFooterBytes
        self.longestKeyIDBytes = longestKeyIDBytes
    }

    /// The number of the issuer with this name, or nil. O(issuers).
    func number(ofIssuer name: RawSpan) -> Int? {
        for number in 0..<rules.count where rules[number].issuer.bytes.equals(name) { return number }
        return nil
    }
}

/// Why a policy can't be had.
public enum PolicyError: Error, Equatable, Sendable {
    case clockSkewOutOfRange
    case lifetimeOutOfRange
    case tokenLengthOutOfRange
    case emptyRequirement
    /// There are no issuers, or more than `Keyring.mostIssuers`.
    case issuerCountOutOfRange
    /// One of several issuers has no name: its keys could make anybody's tokens.
    case unnamedIssuer
    case repeatedIssuer
    /// The claim with the roles is one that means something else.
    case registeredRolesClaim
}

extension PolicyError: CustomStringConvertible {
    /// A sentence for a log or a start-up failure.
    public var description: String {
        switch self {
        case .clockSkewOutOfRange: "the clock skew must be from 0 to 120 seconds"
        case .lifetimeOutOfRange: "the longest lifetime must be from a second to 1,000 years"
        case .tokenLengthOutOfRange:
            "the longest token, header or footer must have from 1 to \(TokenVerifier.mostBytes) bytes, and the longest name of "
                + "a key from 1 to \(KeyID.mostBytes)"
        case .emptyRequirement: "an issuer, audience, type or claim is empty; leave it out to ask for none"
        case .issuerCountOutOfRange: "there must be from 1 to \(Keyring.mostIssuers) issuers"
        case .unnamedIssuer: "one of several issuers has no name: its keys could make anybody's tokens"
        case .repeatedIssuer: "two issuers have the same name"
        case .registeredRolesClaim: "the claim with the roles is one that means something else"
        }
    }
}
