internal import Bytes
internal import COpenSSL
internal import Glibc

/// What an authority says of a certificate (OCSP, RFC 6960), to be shown with it.
struct StapledStatus: ~Copyable {
    private let response: ByteBuffer
    /// When clients no longer believe it, in seconds since 1970; `Int64.max` when it does not say.
    let expirySeconds: Int64

    /// - Throws: `TLSConfigurationError.file` unless the file says that `certificate` is good, at `now`.
    init(_ path: String, of certificate: Certificate, at now: time_t) throws(TLSConfigurationError) {
        let file = try CredentialFile(path, .open)
        let expiry = unsafe file.bytes.withUnsafeBytes { unsafe Self.expirySeconds($0, of: certificate) }
        ERR_clear_error()
        guard let expiry else { throw .file(path: path, fault: .noGoodStatus) }
        guard expiry > Int64(now) else { throw .file(path: path, fault: .outdatedStatus) }
        expirySeconds = expiry
        response = ByteBuffer(copying: file.bytes)
    }

    /// Gives a session the response, unless it is out of date by now.
    func staple(to session: OpaquePointer, at now: time_t) -> Bool {
        guard Int64(now) < expirySeconds else { return false }
        // SAFETY: the session takes over the copy, which is OpenSSL's own memory.
        return unsafe response.bytes.withUnsafeBytes { bytes in
            guard let copy = unsafe ringfort_openssl_copy(bytes.baseAddress, bytes.count) else { return false }
            unsafe ringfort_tls_set_status(session, copy, bytes.count)
            return true
        }
    }

    /// Until when `response` says that `certificate` is good; nil when it does not.
    private static func expirySeconds(_ response: UnsafeRawBufferPointer, of certificate: Certificate) -> Int64? {
        var next = unsafe response.baseAddress?.assumingMemoryBound(to: UInt8.self)
        // SAFETY: both objects are ours, and freed once; what is read of them is read before.
        guard let whole = unsafe d2i_OCSP_RESPONSE(nil, &next, response.count) else { return nil }
        defer { unsafe OCSP_RESPONSE_free(whole) }
        guard unsafe OCSP_response_status(whole) == OCSP_RESPONSE_STATUS_SUCCESSFUL,
            let basic = unsafe OCSP_response_get1_basic(whole)
        else { return nil }
        defer { unsafe OCSP_BASICRESP_free(basic) }
        for index in 0..<(unsafe OCSP_resp_count(basic)) {
            guard let single = unsafe OCSP_resp_get0(basic, index), unsafe isOf(certificate, single) else { continue }
            var nextUpdate: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            let status = unsafe OCSP_single_get0_status(single, nil, nil, nil, &nextUpdate)
            guard status == V_OCSP_CERTSTATUS_GOOD else { return nil }
            return unsafe nextUpdate == nil ? .max : Certificate.seconds(of: nextUpdate)
        }
        return nil
    }

    private static func isOf(_ certificate: Certificate, _ single: OpaquePointer) -> Bool {
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        // SAFETY: the numbers are parts of the response and of the certificate.
        guard let id = unsafe OCSP_SINGLERESP_get0_id(single),
            unsafe OCSP_id_get0_info(nil, nil, nil, &serial, id) == 1
        else { return false }
        return unsafe ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate.pointer)) == 0
    }
}
