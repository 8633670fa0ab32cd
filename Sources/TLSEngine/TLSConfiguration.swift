/// What a server's TLS is made of: which certificates, which versions, whether clients need certificates.
public struct TLSConfiguration: Equatable, Sendable {
    /// A certificate, and what belongs to it.
    public struct Identity: Equatable, Sendable {
        /// A PEM file: the certificate, then those that lead to its root.
        public var certificatePath: String
        /// A PEM file: the certificate's private key, unencrypted, to which group and others have no access.
        public var keyPath: String
        /// A DER file: what the authority says of the certificate (OCSP, RFC 6960), for stapling (RFC 6066 section 8).
        public var ocspResponsePath: String?

        /// The files of a certificate.
        public init(certificatePath: String, keyPath: String, ocspResponsePath: String? = nil) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
            self.ocspResponsePath = ocspResponsePath
        }
    }

    /// The oldest version that clients may use.
    public enum OldestVersion: String, CaseIterable, Sendable {
        /// TLS 1.2 (RFC 5246) with ECDHE and AEAD ciphers only; what Mozilla calls "intermediate".
        case tls12 = "tls1.2"
        /// TLS 1.3 (RFC 8446); what Mozilla calls "modern".
        case tls13 = "tls1.3"
    }

    /// Whose certificates clients may show.
    public struct ClientAuthority: Equatable, Sendable {
        /// A PEM file: the certificates that a client's must lead to.
        public var path: String
        /// Whether a client that shows none is refused.
        public var isRequired: Bool

        /// An authority for the certificates of clients.
        public init(path: String, isRequired: Bool = true) {
            self.path = path
            self.isRequired = isRequired
        }
    }

    /// The certificates. The first whose names hold the one that a client asks for is shown; the very first where none
    /// does, or where the client asks for none.
    public var identities: [Identity]
    /// The oldest version that clients may use.
    public var oldestVersion: OldestVersion
    /// Whose certificates clients may show; nil when they are not asked for any.
    public var clientAuthority: ClientAuthority?

    /// A configuration; nothing is read before a `TLSContext` is made of it.
    public init(
        identities: [Identity], oldestVersion: OldestVersion = .tls13, clientAuthority: ClientAuthority? = nil
    ) {
        self.identities = identities
        self.oldestVersion = oldestVersion
        self.clientAuthority = clientAuthority
    }
}
