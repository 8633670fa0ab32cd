internal import Bytes
internal import COpenSSL
internal import Glibc

/// What an authority says of a certificate (OCSP, RFC 6960), to be shown with it.
struct StapledStatus: ~Copyable {
    private let response: ByteBuffer
    /// When clients no longer believe it, in seconds since 1970; `Int64.max` when it does not say.
    let expirySeconds: Int64

    /// - Throws: `TLSConfigurationError.file` unless the file says that the first certificate of `chain` is good, at `now`.
    init(_ path: String, of chain: CertificateChain, at now: time_t) throws(TLSConfigurationError) {
        let file = try CredentialFile(path, .open)
        let times = unsafe file.bytes.withUnsafeBytes { unsafe Self.times($0, of: chain) }
        ERR_clear_error()
        guard let times else { throw .file(path: path, fault: .noGoodStatus) }
        guard times.startSeconds <= Int64(now) else { throw .file(path: path, fault: .earlyStatus) }
        guard times.endSeconds > Int64(now) else { throw .file(path: path, fault: .outdatedStatus) }
        expirySeconds = times.endSeconds
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

    /// From when until when `response` says that the certificate of `chain` is good; nil when it does not.
    private static func times(
        _ response: UnsafeRawBufferPointer, of chain: CertificateChain
    ) -> (startSeconds: Int64, endSeconds: Int64)? {
        var next = unsafe response.baseAddress?.assumingMemoryBound(to: UInt8.self)
        // SAFETY: both objects are ours, and freed once; what is read of them is read before.
        guard let whole = unsafe d2i_OCSP_RESPONSE(nil, &next, response.count) else { return nil }
        defer { unsafe OCSP_RESPONSE_free(whole) }
        guard unsafe OCSP_response_status(whole) == OCSP_RESPONSE_STATUS_SUCCESSFUL,
            let basic = unsafe OCSP_response_get1_basic(whole)
        else { return nil }
        defer { unsafe OCSP_BASICRESP_free(basic) }
        for index in 0..<(unsafe OCSP_resp_count(basic)) {
            guard let single = unsafe OCSP_resp_get0(basic, index), unsafe isOf(chain, single) else { continue }
            var thisUpdate: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            var nextUpdate: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            let status = unsafe OCSP_single_get0_status(single, nil, nil, &thisUpdate, &nextUpdate)
            guard status == V_OCSP_CERTSTATUS_GOOD else { return nil }
            let end = unsafe nextUpdate == nil ? .max : Certificate.seconds(of: nextUpdate)
            return (unsafe Certificate.seconds(of: thisUpdate), end)
        }
        return nil
    }

    /// Whether a status names the certificate (RFC 6960 section 4.1.1): by its number, its issuer's name, and its issuer's
    /// key, where the chain has that. Its signature is for clients to check, who know whom they trust.
    private static func isOf(_ chain: CertificateChain, _ single: OpaquePointer) -> Bool {
        var name: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        var key: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        var algorithm: OpaquePointer?
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        // SAFETY: all that is read here are parts of the response and of the certificates, which live through the call.
        guard let id = unsafe OCSP_SINGLERESP_get0_id(single),
            unsafe OCSP_id_get0_info(&name, &algorithm, &key, &serial, id) == 1,
            unsafe ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(chain.leaf.pointer)) == 0,
            let digest = unsafe EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid(algorithm)))
        else { return false }
        let issuer = chain.others.first {
            unsafe X509_check_issued($0.pointer, chain.leaf.pointer) == X509_V_OK
        }
        let issuerName = unsafe X509_get_issuer_name(chain.leaf.pointer)
        return unsafe isHash(name) { unsafe X509_NAME_digest(issuerName, digest, $0, $1) }
            && (issuer.map { issuer in
                unsafe isHash(key) { unsafe X509_pubkey_digest(issuer.pointer, digest, $0, $1) }
            } ?? true)
    }

    private static func isHash(
        _ value: UnsafePointer<ASN1_OCTET_STRING>?,
        _ make: (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt32>) -> Int32
    ) -> Bool {
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        // SAFETY: a hash is no longer than the array, and the value's bytes are as many as it says.
        let isMade = unsafe hash.withUnsafeMutableBufferPointer { unsafe make($0.baseAddress, &count) } == 1
        let bytes = unsafe UnsafeBufferPointer(
            start: ASN1_STRING_get0_data(value), count: Int(ASN1_STRING_length(value)))
        return unsafe isMade && bytes.elementsEqual(hash.prefix(Int(count)))
    }
}
