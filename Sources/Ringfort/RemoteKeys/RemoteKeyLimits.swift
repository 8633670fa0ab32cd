import Tokens

/// How often the keys of issuers are fetched, how long they are believed, and how much of them is taken. The defaults are
/// those of the security model.
public struct RemoteKeyLimits: Sendable, Equatable {
    /// After how long keys are fetched again, in seconds; up to a tenth earlier, so that servers don't come together.
    public var refreshSeconds: UInt64 = 600
    /// How long keys are used after they were due, in seconds, while they can't be fetched.
    public var staleSeconds: UInt64 = 3_600
    /// How long nothing is fetched for a token whose key is unknown, after something was, in seconds.
    public var forcedPauseSeconds: UInt64 = 30
    /// How many names of unknown keys are remembered for each issuer.
    public var unknownKeys = 128
    /// How long each is, in seconds.
    public var unknownKeySeconds: UInt64 = 300
    /// The most bytes of a set; at most `JWKSet.mostBytes`.
    public var mostBytes = JWKSet.mostBytes

    /// The defaults.
    public init() {}
}
