import COpenSSL
import Foundation

/// A certificate and its key, made when they are needed.
@safe
public final class TestCertificate: @unchecked Sendable {
    // INVARIANT: both are this object's own, and never change.
    let certificate: OpaquePointer
    let key: OpaquePointer

    /// What kind of key a certificate has.
    public enum Kind: String, CaseIterable, Sendable {
        case p256, rsa2048, rsa1024
    }

    /// What a test can't go on without.
    public enum Failure: Error {
        case openSSL(String)
        case file(String)
    }

    /// A certificate for `names`, signed by `issuer`, or by itself.
    ///
    /// - Parameter days: When it is valid, in days from now.
    public init(
        _ subject: String, names: [String] = [], kind: Kind = .p256, issuer: TestCertificate? = nil,
        isAuthority: Bool = false, days: ClosedRange<Int> = -1...30,
        serialNumber: UInt32 = UInt32.random(in: 1...UInt32.max)
    ) throws(Failure) {
        // SAFETY: all that is made here is this object's own; a test that fails may leak it.
        let made =
            switch kind {
            case .p256: unsafe ringfort_ec_generate("P-256")
            case .rsa2048: unsafe ringfort_rsa_generate(2048)
            case .rsa1024: unsafe ringfort_rsa_generate(1024)
            }
        guard let key = unsafe made, let certificate = unsafe X509_new() else { throw .openSSL("no key") }
        unsafe (self.key, self.certificate) = (key, certificate)
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int(serialNumber))
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), days.lowerBound * 86400)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), days.upperBound * 86400)
        unsafe X509_set_pubkey(certificate, key)
        let name = unsafe X509_get_subject_name(certificate)
        unsafe X509_NAME_add_entry_by_txt(name, "CN", Int32(MBSTRING_UTF8), subject, -1, -1, 0)
        unsafe X509_set_issuer_name(certificate, X509_get_subject_name(issuer?.certificate ?? certificate))
        try add(NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE")
        if !names.isEmpty { try add(NID_subject_alt_name, names.map { "DNS:\($0)" }.joined(separator: ",")) }
        guard unsafe X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) > 0 else {
            throw .openSSL("no signature")
        }
    }

    // SAFETY: both are this object's own, and freed once.
    deinit {
        unsafe X509_free(certificate)
        unsafe EVP_PKEY_free(key)
    }

    private func add(_ kind: Int32, _ value: String) throws(Failure) {
        // SAFETY: the extension is ours, and copied into the certificate.
        guard let made = unsafe X509V3_EXT_conf_nid(nil, nil, kind, value) else { throw .openSSL(value) }
        unsafe X509_add_ext(certificate, made, -1)
        unsafe X509_EXTENSION_free(made)
    }

    /// The certificate as PEM text.
    public var pem: String {
        // SAFETY: the certificate lives through the call.
        unsafe written { bio in unsafe PEM_write_bio_X509(bio, certificate) }
    }

    /// The key as PEM text.
    public var keyPEM: String {
        // SAFETY: the key lives through the call.
        unsafe written { bio in unsafe PEM_write_bio_PrivateKey(bio, key, nil, nil, 0, nil, nil) }
    }

    /// SHA-256 of the certificate.
    public var thumbprint: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        // SAFETY: OpenSSL writes 32 bytes during the call.
        unsafe X509_digest(certificate, EVP_sha256(), &bytes, nil)
        return bytes
    }

    /// An OCSP response of `issuer` in DER.
    public func status(
        from issuer: TestCertificate, isGood: Bool = true, thisUpdateDays: Int = -10, nextUpdateDays: Int = 1
    ) -> [UInt8] {
        // SAFETY: all that is made here is freed here.
        let basic = unsafe OCSP_BASICRESP_new()
        defer { unsafe OCSP_BASICRESP_free(basic) }
        let id = unsafe OCSP_cert_to_id(nil, certificate, issuer.certificate)
        defer { unsafe OCSP_CERTID_free(id) }
        let now = unsafe X509_gmtime_adj(nil, thisUpdateDays * 86400)
        let next = unsafe X509_gmtime_adj(nil, nextUpdateDays * 86400)
        defer {
            unsafe ASN1_TIME_free(now)
            unsafe ASN1_TIME_free(next)
        }
        let status = isGood ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED
        unsafe OCSP_basic_add1_status(basic, id, status, 0, isGood ? nil : now, now, next)
        unsafe OCSP_basic_sign(basic, issuer.certificate, issuer.key, EVP_sha256(), nil, 0)
        let response = unsafe OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic)
        defer { unsafe OCSP_RESPONSE_free(response) }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_OCSP_RESPONSE(response, &bytes)
        defer { unsafe ringfort_openssl_free(bytes) }
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(max(count, 0))))
    }

    private func written(_ body: (OpaquePointer?) -> Int32) -> String {
        // SAFETY: the BIO is ours, and freed once; its bytes are copied before.
        let bio = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(bio) }
        _ = unsafe body(bio)
        return unsafe String(decoding: MemoryBIO.takeAll(bio), as: UTF8.self)
    }
}

/// OpenSSL's own memory BIOs.
enum MemoryBIO {
    /// Reads all that is in `bio`.
    static func takeAll(_ bio: OpaquePointer?) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            // SAFETY: OpenSSL writes at most as many bytes as there is room.
            let count = unsafe BIO_read(bio, &chunk, Int32(chunk.count))
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(Int(count))
        }
    }
}
