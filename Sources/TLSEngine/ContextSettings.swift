internal import COpenSSL

/// What a context of OpenSSL's is told before its first session: the profiles of
/// https://wiki.mozilla.org/Security/Server_Side_TLS, and less.
enum ContextSettings {
    private static let ciphers13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    /// Mozilla's intermediate list without DHE, which no client of today needs and which costs the most.
    private static let ciphers12 = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
        ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
        """
    private static let groups = "X25519:P-256:P-384"
    /// 112 bits and more: RSA from 2048 bits on, no SHA-1.
    private static let securityLevel: Int32 = 2
    /// What a client's certificates may take, in bytes. OpenSSL would read 100 KiB.
    private static let longestClientChainBytes = 32 * 1024
    /// How many certificates a client's may be away from its authority.
    private static let deepestClientChain: Int32 = 4
    /// Sessions of another program with the same ticket keys, of which there is none, would not be taken for ours.
    private static let sessionName: StaticString = "ringfort"

    /// Installs a certificate with what leads to its root, and its key.
    @unsafe
    static func install(
        _ chain: CertificateChain, keyPath: String, in context: OpaquePointer
    ) throws(TLSConfigurationError) {
        defer { ERR_clear_error() }
        // SAFETY: the context is the caller's alone, and takes references of its own to what it is given.
        unsafe SSL_CTX_set_security_level(context, securityLevel)
        guard unsafe SSL_CTX_use_certificate(context, chain.leaf.pointer) == 1,
            chain.others.allSatisfy({ unsafe ringfort_tls_add_chain(context, $0.pointer) == 1 })
        else { throw .file(path: chain.path, fault: .refused(reason: lastReason())) }
        try unsafe install(keyPath: keyPath, certificatePath: chain.path, in: context)
    }

    private static func install(
        keyPath: String, certificatePath: String, in context: OpaquePointer
    ) throws(TLSConfigurationError) {
        let file = try CredentialFile(keyPath, .secret)
        // SAFETY: as above; the BIO is alive during the call.
        try unsafe file.withBIO { (bio) throws(TLSConfigurationError) in
            // The callback is asked for a password, and has none: without it, OpenSSL would ask the terminal.
            guard let key = unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil) else {
                throw .file(path: keyPath, fault: .noKey)
            }
            // OpenSSL wipes a key when the last reference is given back.
            defer { unsafe EVP_PKEY_free(key) }
            guard unsafe X509_check_private_key(SSL_CTX_get0_certificate(context), key) == 1 else {
                throw .file(path: keyPath, fault: .keyOfAnother(certificatePath: certificatePath))
            }
            guard unsafe SSL_CTX_use_PrivateKey(context, key) == 1 else {
                throw .file(path: keyPath, fault: .refused(reason: lastReason()))
            }
        }
    }

    /// Sets everything that does not depend on the certificate.
    @unsafe
    static func apply(_ configuration: TLSConfiguration, to context: OpaquePointer) throws(TLSConfigurationError) {
        defer { ERR_clear_error() }
        // SAFETY: the context is the caller's alone; texts are read during the calls only.
        let oldest = configuration.oldestVersion == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION
        guard unsafe ringfort_tls_set_versions(context, oldest, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_ciphersuites(context, ciphers13) == 1,
            unsafe SSL_CTX_set_cipher_list(context, ciphers12) == 1,
            unsafe ringfort_tls_set_groups(context, groups) == 1,
            unsafe SSL_CTX_set_session_id_context(
                context, sessionName.utf8Start, UInt32(sessionName.utf8CodeUnitCount)) == 1,
            // No early data (0-RTT, RFC 8446 section 8): a request in it could be replayed.
            unsafe SSL_CTX_set_max_early_data(context, 0) == 1
        else { throw .unavailable }
        // Our order of ciphers, cheapest first; a client that begins with ChaCha20, since it computes AES slowly, gets that.
        unsafe SSL_CTX_set_options(context, ringfort_tls_no_renegotiation | ringfort_tls_own_preference)
        // An idle session holds no buffers, which would be 34 KiB. Allocating them for each record costs 0.1 µs; wiping
        // them besides (SSL_OP_CLEANSE_PLAINTEXT) would cost another 1.1, since OpenSSL then wipes them whole.
        unsafe ringfort_tls_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
        // Sessions live in their tickets alone: nothing to look up, nothing to share between shards.
        unsafe ringfort_tls_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
        unsafe SSL_CTX_set_timeout(context, Int(TicketKeyRing.periodSeconds))
        // One ticket: a client of an API keeps its connection, and gets the next ticket with the next one.
        unsafe SSL_CTX_set_num_tickets(context, 1)
        unsafe SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
        if let authority = configuration.clientAuthority { try unsafe ask(authority, context) }
    }

    /// Asks clients for certificates.
    private static func ask(
        _ authority: TLSConfiguration.ClientAuthority, _ context: OpaquePointer
    ) throws(TLSConfigurationError) {
        let chain = try CertificateChain(authority.path)
        // SAFETY: the context is the caller's alone; store and list take references and copies of their own.
        for certificate in [chain.leaf] + chain.others {
            guard unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.pointer) == 1,
                unsafe SSL_CTX_add_client_CA(context, certificate.pointer) == 1
            else { throw .file(path: authority.path, fault: .refused(reason: lastReason())) }
        }
        let mode = SSL_VERIFY_PEER | (authority.isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0)
        unsafe SSL_CTX_set_verify(context, mode, nil)
        unsafe SSL_CTX_set_verify_depth(context, deepestClientChain)
        unsafe ringfort_tls_set_longest_chain(context, longestClientChainBytes)
        // A session that is resumed is not verified again, so a certificate that has expired meanwhile would live on.
        unsafe SSL_CTX_set_options(context, ringfort_tls_no_ticket)
        unsafe SSL_CTX_set_num_tickets(context, 0)
    }

    /// OpenSSL's words for its first failure.
    private static func lastReason() -> String {
        // SAFETY: the text is OpenSSL's own, and lives for ever.
        unsafe ERR_reason_error_string(ERR_peek_error()).map { unsafe String(cString: $0) } ?? "no reason given"
    }
}

/// Takes HTTP/1.1 where a client offers it, and refuses one that offers other protocols only (RFC 7301 section 3.2): what
/// was meant for another protocol's server is not answered by this one.
private func selectProtocol(
    session: OpaquePointer?, chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    chosenCount: UnsafeMutablePointer<UInt8>?, offered: UnsafePointer<UInt8>?, offeredCount: UInt32,
    argument: UnsafeMutableRawPointer?
) -> Int32 {
    let name: StaticString = "http/1.1"
    // SAFETY: OpenSSL has checked that the offer is a list of names behind their lengths, as many bytes as it says; it
    // copies the name that is chosen before it frees them.
    let offer = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
    var start = 0
    while start < offer.count {
        let end = start + 1 + Int(unsafe offer[start])
        guard end <= offer.count else { break }
        let isOurs = unsafe offer[(start + 1)..<end].elementsEqual(
            UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        if isOurs {
            unsafe chosen?.pointee = offered.map { unsafe $0 + start + 1 }
            unsafe chosenCount?.pointee = UInt8(end - start - 1)
            return SSL_TLSEXT_ERR_OK
        }
        start = end
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}
