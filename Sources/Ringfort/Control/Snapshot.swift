import Tokens

/// All that answers depend on and that may change while a server runs: immutable, and replaced as a whole.
struct Snapshot: Sendable {
    let application: Application
    var revocations: RevocationList
    var apiKeys: APIKeyTable
    /// Nil where plain HTTP is served.
    let certificates: TLSCertificates?
    /// The server's own API; nil where it has none.
    var admin: Application?
}

extension Snapshot {
    /// Whether there is a database that API keys are in.
    var takesAPIKeys: Bool { application.configuration.identity?.service != nil }
}
