internal import COpenSSL
internal import Glibc

/// OpenSSL's context for sessions that show one certificate.
// SAFETY: the SSL_CTX is not changed any more once sessions are made of it (the invariant below), and OpenSSL counts its
// references atomically.
@safe
final class CertificateContext: @unchecked Sendable {
    // INVARIANT: an SSL_CTX that nobody changes once the initialiser of the `TLSContext` around it has returned: so any
    // thread may make sessions of it. They hold references to it, and to this object by way of their `TLSContext`.
    private let context: OpaquePointer
    private let status: StapledStatus?
    private let tickets: TicketKeys
    /// Where the certificate was read.
    let path: String
    /// When the certificate expires, in seconds since 1970.
    let expirySeconds: Int64
    /// The names that it is for, in lower case; a wildcard begins with `*.`.
    let names: [String]

    /// - Throws: `TLSConfigurationError` when a file of `identity` or of the clients' authority can't be used.
    init(
        _ identity: TLSConfiguration.Identity, _ configuration: TLSConfiguration, tickets: TicketKeys
    ) throws(TLSConfigurationError) {
        let now = time(nil)
        let chain = try CertificateChain(identity.certificatePath)
        if let fault = chain.leaf.fault(at: now) { throw .file(path: chain.path, fault: fault) }
        path = identity.certificatePath
        expirySeconds = chain.leaf.expirySeconds
        names = chain.leaf.names
        self.tickets = tickets
        if let path = identity.ocspResponsePath {
            status = try StapledStatus(path, of: chain, at: now)
        } else {
            status = nil
        }
        // SAFETY: the method is a constant of OpenSSL's.
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { throw .unavailable }
        unsafe self.context = context
        // SAFETY: the context was just made, and is nobody else's yet.
        try unsafe ContextSettings.install(chain, keyPath: identity.keyPath, in: context)
        try unsafe ContextSettings.apply(configuration, to: context)
        unsafe tickets.install(in: context)
        if status != nil {
            unsafe ringfort_tls_on_status(context, stapleStatus, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    // SAFETY: this object's reference is given back once.
    deinit { unsafe SSL_CTX_free(context) }

    /// A session that shows this certificate unless its client asks for another name's; nil when there is no memory.
    @unsafe
    func makeSession() -> OpaquePointer? { unsafe SSL_new(context) }

    /// Makes a session show this certificate.
    ///
    /// - Returns: Whether it does now.
    @unsafe
    func take(over session: OpaquePointer) -> Bool { unsafe SSL_set_SSL_CTX(session, context) != nil }

    /// Has `choose` asked, with `argument`, which certificate a session shows. Only before there are sessions.
    @unsafe
    func onServerName(
        _ choose: @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32,
        _ argument: UnsafeMutableRawPointer
    ) {
        unsafe ringfort_tls_on_server_name(context, choose, argument)
    }

    fileprivate func staple(to session: OpaquePointer) -> Int32 {
        // SAFETY: the session is that of the callback that asks.
        guard let isStapled = unsafe status?.staple(to: session, at: time(nil)), isStapled else {
            return SSL_TLSEXT_ERR_NOACK
        }
        return SSL_TLSEXT_ERR_OK
    }
}

/// OpenSSL's question for what is to be stapled.
private func stapleStatus(session: OpaquePointer?, owner: UnsafeMutableRawPointer?) -> Int32 {
    guard let session = unsafe session, let owner = unsafe owner else { return SSL_TLSEXT_ERR_NOACK }
    // SAFETY: the object that asks this of its context outlives the context's sessions.
    return unsafe Unmanaged<CertificateContext>.fromOpaque(owner).takeUnretainedValue().staple(to: session)
}
