public import Tokens

/// An issuer whose tokens a server takes, and the keys that its tokens, and nobody else's, are checked with.
public struct TrustedIssuer: Sendable {
    /// What its tokens must say.
    public var requirements: IssuerRequirements
    /// Its keys; while a server runs, those that were fetched last, where they are fetched.
    public var keyring: Keyring
    /// Where its keys are fetched; nil where `keyring` has them.
    public let remoteKeys: RemoteKeySource?
    /// Whether the issuer is this server's operator: a secret that both sides know is nobody else's then.
    public var isOwn: Bool
    /// What fetches its keys, in a server that runs.
    var fetcher: RemoteKeys?

    /// An issuer with its keys.
    public init(_ requirements: IssuerRequirements, keyring: Keyring, isOwn: Bool = false) {
        self.requirements = requirements
        self.keyring = keyring
        self.isOwn = isOwn
        remoteKeys = nil
    }

    /// An issuer, which must have a name, whose keys a server fetches. None of its tokens is taken, nor refused for good, until
    /// they have come.
    ///
    /// - Throws: `KeyError`, which an empty keyring doesn't cause.
    public init(_ requirements: IssuerRequirements, remoteKeys: RemoteKeySource) throws(KeyError) {
        self.requirements = requirements
        self.remoteKeys = remoteKeys
        keyring = try Keyring()
        isOwn = false
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
