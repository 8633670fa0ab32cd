internal import COpenSSL

/// Why a session has failed. What the client is told, an alert, has been written to the output already.
package enum TLSFailure: Error, Equatable, Sendable {
    /// This is no TLS: most often plain HTTP that was sent to the wrong port.
    case notTLS
    /// The client knows no version that is allowed here.
    case unsupportedVersion
    /// The client knows no cipher, group or signature that is allowed here.
    case nothingShared
    /// The client wants other protocols than HTTP/1.1 (ALPN, RFC 7301).
    case noApplicationProtocol
    /// The client has shown no certificate, and needs one.
    case noClientCertificate
    /// The client's certificate was refused; the code is that of X509_STORE_CTX_get_error(3).
    case clientCertificateRefused(verification: Int32)
    /// The client has ended the session with an alert (RFC 8446 section 6).
    case alert(UInt8)
    /// A record was altered, or is longer than it may be.
    case badRecord
    /// Another rule of the protocol was broken; the code is OpenSSL's.
    case protocolViolation(code: UInt)

    /// The failure that OpenSSL has noted last, which is forgotten there.
    init(of session: OpaquePointer) {
        let code = ERR_peek_error()
        defer { ERR_clear_error() }
        self = .protocolViolation(code: code)
        guard ERR_GET_LIB(code) == ERR_LIB_SSL else { return }
        switch ERR_GET_REASON(code) {
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_WRONG_VERSION_NUMBER: self = .notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH, SSL_R_UNKNOWN_PROTOCOL:
            self = .unsupportedVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
            SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SHARED_GROUPS:
            self = .nothingShared
        case SSL_R_NO_APPLICATION_PROTOCOL: self = .noApplicationProtocol
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: self = .noClientCertificate
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            // SAFETY: the session is the caller's.
            self = .clientCertificateRefused(verification: Int32(unsafe SSL_get_verify_result(session)))
        case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_ENCRYPTED_LENGTH_TOO_LONG,
            SSL_R_DATA_LENGTH_TOO_LONG:
            self = .badRecord
        case let reason where reason > SSL_AD_REASON_OFFSET && reason <= SSL_AD_REASON_OFFSET + 255:
            self = .alert(UInt8(reason - SSL_AD_REASON_OFFSET))
        default: break
        }
    }
}

extension TLSFailure: CustomStringConvertible {
    /// A few words for the log.
    package var description: String {
        switch self {
        case .notTLS: "no TLS"
        case .unsupportedVersion: "no allowed version of TLS"
        case .nothingShared: "no allowed cipher, group or signature"
        case .noApplicationProtocol: "no allowed application protocol"
        case .noClientCertificate: "no client certificate"
        case .clientCertificateRefused(let verification):
            // SAFETY: the text is OpenSSL's own, and lives for ever.
            "client certificate refused: \(unsafe String(cString: X509_verify_cert_error_string(Int(verification))))"
        case .alert(let description):
            // SAFETY: as above.
            "the client's alert: \(unsafe String(cString: SSL_alert_desc_string_long(Int32(description))))"
        case .badRecord: "a bad record"
        case .protocolViolation(let code):
            // SAFETY: as above; there is none for a code that nobody knows.
            unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "OpenSSL error \(code)"
        }
    }
}
