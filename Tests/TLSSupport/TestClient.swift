import COpenSSL

/// OpenSSL's client of TLS in memory: bytes of the server in, bytes for it out.
@safe
public final class TestClient {
    // INVARIANT: all three are this object's own; the session frees the BIOs.
    private let context: OpaquePointer
    private let session: OpaquePointer
    private let fromServer: OpaquePointer?
    private let toServer: OpaquePointer?

    /// What a client wants.
    public struct Options {
        /// Whose certificates it trusts.
        public var authority: TestCertificate?
        /// Which name it asks for, and wants to see in the certificate.
        public var name: String? = "localhost"
        /// The protocols that it offers.
        public var protocols: [String] = []
        /// Its oldest and newest version, as OpenSSL names them.
        public var versions = TLS1_2_VERSION...TLS1_3_VERSION
        /// Its own certificate.
        public var certificate: TestCertificate?
        /// A session to resume.
        public var resumed: TestSession?
        /// Whether it asks for the certificate's status.
        public var wantsStatus = false
        /// TLS 1.2 ciphers, in OpenSSL's words.
        public var ciphers12: String?
        /// TLS 1.3 ciphers, in OpenSSL's words.
        public var ciphers13: String?

        /// A client that trusts `authority`.
        public init(authority: TestCertificate? = nil) { self.authority = authority }
    }

    /// What the server has said so far.
    public private(set) var plaintext: [UInt8] = []
    /// Whether the handshake is done.
    public private(set) var isOpen = false
    /// Whether the server has said that nothing more comes.
    public private(set) var isClosed = false
    /// OpenSSL's words for what has ended the session.
    public private(set) var failure: String?

    /// A client that has said nothing yet.
    public init(_ options: Options = Options()) {
        // SAFETY: contexts, sessions and BIOs are made here; what is given to them is referred to or copied.
        guard let context = unsafe SSL_CTX_new(TLS_client_method()),
            let session = unsafe Self.session(of: context, options)
        else { preconditionFailure("OpenSSL has no memory") }
        unsafe self.context = context
        unsafe self.session = session
        unsafe fromServer = BIO_new(BIO_s_mem())
        unsafe toServer = BIO_new(BIO_s_mem())
        unsafe SSL_set_bio(session, fromServer, toServer)
        unsafe SSL_set_connect_state(session)
    }

    private static func session(of context: OpaquePointer, _ options: Options) -> OpaquePointer? {
        // SAFETY: as above.
        unsafe ringfort_tls_set_versions(context, options.versions.lowerBound, options.versions.upperBound)
        unsafe SSL_CTX_set_security_level(context, 0)
        if let authority = options.authority {
            unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.certificate)
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        }
        if let certificate = options.certificate {
            unsafe SSL_CTX_use_certificate(context, certificate.certificate)
            unsafe SSL_CTX_use_PrivateKey(context, certificate.key)
        }
        if let ciphers = options.ciphers12 { unsafe SSL_CTX_set_cipher_list(context, ciphers) }
        if let ciphers = options.ciphers13 { unsafe SSL_CTX_set_ciphersuites(context, ciphers) }
        let protocols = options.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !protocols.isEmpty { unsafe SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) }
        guard let session = unsafe SSL_new(context) else { return nil }
        if let name = options.name {
            unsafe ringfort_tls_set_server_name(session, name)
            if options.authority != nil { unsafe SSL_set1_host(session, name) }
        }
        if options.wantsStatus { unsafe ringfort_tls_ask_status(session) }
        if let resumed = options.resumed { unsafe SSL_set_session(session, resumed.session) }
        return unsafe session
    }

    // SAFETY: both are this object's own, and freed once.
    deinit {
        // Else OpenSSL would take the session for one that was cut off, and never resume it.
        unsafe SSL_set_shutdown(session, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        unsafe SSL_free(session)
        unsafe SSL_CTX_free(context)
    }

    /// Takes bytes of the server, goes on, and returns what is to be sent to it.
    public func take(_ bytes: [UInt8] = []) -> [UInt8] {
        ERR_clear_error()
        // SAFETY: the session is this object's own; buffers are as long as OpenSSL is told.
        if !bytes.isEmpty { unsafe BIO_write(fromServer, bytes, Int32(bytes.count)) }
        if !isOpen { unsafe isOpen = note(SSL_do_handshake(session)) }
        var chunk = [UInt8](repeating: 0, count: 16384)
        while isOpen {
            let count = unsafe SSL_read(session, &chunk, Int32(chunk.count))
            guard note(count) else { break }
            plaintext += chunk.prefix(Int(count))
        }
        return sent
    }

    /// Encrypts `bytes`, and returns what is to be sent to the server.
    public func send(_ bytes: [UInt8]) -> [UInt8] {
        // SAFETY: the session is this object's own, and reads as many bytes as there are.
        unsafe _ = note(SSL_write(session, bytes, Int32(bytes.count)))
        return sent
    }

    /// Says that nothing more comes, and returns what is to be sent to the server.
    public func close() -> [UInt8] {
        // SAFETY: the session is this object's own.
        unsafe SSL_shutdown(session)
        return sent
    }

    /// Asks for a new handshake within the session, as TLS 1.2 allows, and returns what is to be sent to the server.
    public func renegotiate() -> [UInt8] {
        // SAFETY: the session is this object's own.
        unsafe SSL_renegotiate(session)
        unsafe _ = note(SSL_do_handshake(session))
        return sent
    }

    /// Asks for new keys on both sides (RFC 8446 section 4.6.3), and returns what is to be sent to the server.
    public func updateKeys() -> [UInt8] {
        // SAFETY: the session is this object's own.
        unsafe SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED)
        unsafe _ = note(SSL_do_handshake(session))
        return sent
    }

    private func note(_ result: Int32) -> Bool {
        guard result <= 0 else { return true }
        // SAFETY: the session is this object's own; OpenSSL's words live for ever.
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: isClosed = true
        default:
            let words = unsafe ERR_reason_error_string(ERR_peek_error())
            failure = unsafe words.map { unsafe String(cString: $0) } ?? "failed"
        }
        ERR_clear_error()
        return false
    }

    private var sent: [UInt8] {
        // SAFETY: the BIO lives as long as the session.
        unsafe MemoryBIO.takeAll(toServer)
    }
}

extension TestClient {
    /// Whether an earlier session was resumed.
    public var isResumed: Bool {
        // SAFETY: the session is this object's own.
        unsafe SSL_session_reused(session) == 1
    }

    /// The version that was agreed on.
    public var version: String {
        // SAFETY: OpenSSL's words live for ever.
        unsafe String(cString: SSL_get_version(session))
    }

    /// The cipher that was agreed on.
    public var cipher: String {
        // SAFETY: OpenSSL's words live for ever.
        unsafe String(cString: ringfort_tls_cipher_name(session))
    }

    /// The protocol that was agreed on (ALPN).
    public var agreedProtocol: String? {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // SAFETY: the bytes are the session's, and copied at once.
        unsafe SSL_get0_alpn_selected(session, &bytes, &count)
        let chosen = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
        return chosen.isEmpty ? nil : unsafe String(decoding: chosen, as: UTF8.self)
    }

    /// The hash of the certificate that the server has shown.
    public var serverThumbprint: [UInt8]? {
        // SAFETY: the certificate is the session's; OpenSSL writes 32 bytes.
        guard let certificate = unsafe SSL_get0_peer_certificate(session) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        unsafe X509_digest(certificate, EVP_sha256(), &bytes, nil)
        return bytes
    }

    /// The certificate's status as the server has stapled it.
    public var status: [UInt8]? {
        var bytes: UnsafePointer<UInt8>?
        // SAFETY: the bytes are the session's, and copied at once.
        let count = unsafe ringfort_tls_get_status(session, &bytes)
        return unsafe count > 0 ? Array(UnsafeBufferPointer(start: bytes, count: count)) : nil
    }

    /// The session, to be resumed by another client.
    public var resumable: TestSession? {
        // SAFETY: the reference is the new object's.
        guard let session = unsafe SSL_get1_session(session).map({ unsafe TestSession($0) }) else { return nil }
        return unsafe SSL_SESSION_is_resumable(session.session) == 1 ? session : nil
    }
}

/// A session that can be resumed.
@safe
public final class TestSession {
    // INVARIANT: a reference of this object's own.
    let session: OpaquePointer

    init(_ session: OpaquePointer) { unsafe self.session = session }

    // SAFETY: the reference is given back once.
    deinit { unsafe SSL_SESSION_free(session) }
}
