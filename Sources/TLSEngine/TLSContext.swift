internal import COpenSSL

/// A server's TLS as its sessions use it: an immutable snapshot of files that were all found good.
///
/// A reload makes a new one and gives it to new sessions; those that are open keep the one that they began with.
@safe
package final class TLSContext: Sendable {
    // INVARIANT: at least one. What they were told of this object is used by sessions only, each of which holds it.
    private let certificates: [CertificateContext]
    /// Which certificate a name belongs to; a wildcard begins with `*.`.
    private let indexOfName: [String: Int]

    /// Reads all files that the configuration names. Sessions of a snapshot before it, with the same ticket keys, can be
    /// resumed with this one.
    ///
    /// - Throws: `TLSConfigurationError`, which names the file at fault and says what to do.
    package init(_ configuration: TLSConfiguration, tickets: TicketKeys) throws(TLSConfigurationError) {
        guard !configuration.identities.isEmpty else { throw .noIdentity }
        var certificates: [CertificateContext] = []
        var indexOfName: [String: Int] = [:]
        for (index, identity) in configuration.identities.enumerated() {
            let certificate = try CertificateContext(identity, configuration, tickets: tickets)
            for name in certificate.names where indexOfName[name] == nil { indexOfName[name] = index }
            certificates.append(certificate)
        }
        self.certificates = certificates
        self.indexOfName = indexOfName
        guard certificates.count > 1 else { return }
        // SAFETY: only sessions ask, and each holds this object as long as it lives.
        unsafe certificates[0].onServerName(certificateIsAsked, Unmanaged.passUnretained(self).toOpaque())
    }

    /// The certificates and when they expire, in seconds since 1970, in the configuration's order.
    package var expiries: [(path: String, unixSeconds: Int64)] { certificates.map { ($0.path, $0.expirySeconds) } }

    /// The certificates with names that one before them has too: for these it is never shown.
    package var hiddenNames: [(path: String, names: [String])] {
        certificates.enumerated().compactMap { index, certificate in
            let hidden = certificate.names.filter { indexOfName[$0] != index }
            return hidden.isEmpty ? nil : (certificate.path, hidden)
        }
    }

    /// A session of OpenSSL's; nil when there is no memory.
    @unsafe
    func makeSession() -> OpaquePointer? { unsafe certificates[0].makeSession() }

    /// The certificate for a name: the one that names it, then one that names all names beside it, then the first.
    private func certificate(for name: String) -> CertificateContext {
        let name = name.lowercased()
        return certificates[indexOfName[name] ?? indexOfName["*" + name.drop { $0 != "." }] ?? 0]
    }

    fileprivate func chooseCertificate(for session: OpaquePointer) -> Int32 {
        // SAFETY: the session is that of the callback that asks, and its name ends in a zero and is copied at once.
        guard let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name) else {
            return SSL_TLSEXT_ERR_NOACK
        }
        let isTaken = unsafe certificate(for: String(cString: name)).take(over: session)
        return isTaken ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL
    }
}

/// OpenSSL's question for the certificate of the name that a client has asked for (RFC 6066 section 3).
private func certificateIsAsked(
    session: OpaquePointer?, alert: UnsafeMutablePointer<Int32>?, owner: UnsafeMutableRawPointer?
) -> Int32 {
    guard let session = unsafe session, let owner = unsafe owner else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    // SAFETY: a `TLSContext` that outlives its sessions has put itself there.
    return unsafe Unmanaged<TLSContext>.fromOpaque(owner).takeUnretainedValue().chooseCertificate(for: session)
}
