internal import COpenSSL

extension TLSSession {
    /// Whether the client has resumed an earlier session by its ticket (RFC 8446 section 2.2).
    package var isResumed: Bool {
        // SAFETY: the session is this value's own.
        unsafe SSL_session_reused(session) == 1
    }

    /// The version and cipher that were agreed on, such as `TLSv1.3 TLS_AES_128_GCM_SHA256`. For logs and tests.
    package var parameters: String {
        // SAFETY: both texts are OpenSSL's own, and live for ever.
        unsafe "\(String(cString: SSL_get_version(session))) \(String(cString: ringfort_tls_cipher_name(session)))"
    }

    /// The SHA-256 hash of the client's certificate in DER, to which its tokens may be bound (RFC 8705 section 3.1,
    /// `x5t#S256`); nil when it has shown none. One that it shows was found good, or the session would have failed.
    package func clientCertificateThumbprint() -> InlineArray<32, UInt8>? {
        // SAFETY: the certificate is the session's own.
        unsafe SSL_get0_peer_certificate(session).flatMap { unsafe Certificate.hash(of: $0) }
    }
}
