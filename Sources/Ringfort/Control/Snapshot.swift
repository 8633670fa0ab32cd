import Tokens

/// All that answers depend on and that may change while a server runs: immutable, and replaced as a whole.
struct Snapshot: Sendable {
    let application: Application
    let revocations: RevocationList
    /// Nil where plain HTTP is served.
    let certificates: TLSCertificates?
}
