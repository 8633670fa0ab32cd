public import Tokens

/// An issuer whose tokens a server takes, and the keys that its tokens, and nobody else's, are checked with.
public struct TrustedIssuer: Sendable {
    /// What its tokens must say.
    public var requirements: IssuerRequirements
    /// Its keys.
    public var keyring: Keyring
    /// Whether the issuer is this server's operator: a secret that both sides know is nobody else's then.
    public var isOwn: Bool

    /// An issuer with its keys.
    public init(_ requirements: IssuerRequirements, keyring: Keyring, isOwn: Bool = false) {
        self.requirements = requirements
        self.keyring = keyring
        self.isOwn = isOwn
    }
}

extension ServerConfiguration {
    /// All whose tokens are taken.
    package var trustedIssuers: [TrustedIssuer] {
        guard issuers.isEmpty else { return issuers }
        let requirements = IssuerRequirements(
            issuer: issuer, audiences: audience.map { [$0] } ?? [], type: tokenType, clockSkewSeconds: clockSkewSeconds,
            longestLifetimeSeconds: longestTokenLifetimeSeconds, rolesClaim: rolesClaim)
        return [TrustedIssuer(requirements, keyring: keyring, isOwn: issuer != nil)]
    }
}
