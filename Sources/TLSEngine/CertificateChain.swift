internal import COpenSSL
internal import Glibc

/// The certificates of a PEM file, in its order; at least one.
struct CertificateChain {
    let path: String
    let leaf: Certificate
    /// The certificates behind the first.
    let others: [Certificate]

    /// - Throws: `TLSConfigurationError.file` when the file can't be read, has no certificate, or a malformed one.
    init(_ path: String) throws(TLSConfigurationError) {
        let file = try CredentialFile(path, .open)
        var read: [Certificate] = []
        // SAFETY: the BIO is alive during the call, and each reading gives a certificate of its own.
        let isWhole = try unsafe file.withBIO { (bio) throws(TLSConfigurationError) -> Bool in
            // The callback is asked for a password, and has none: without it, OpenSSL would ask the terminal.
            while let next = unsafe PEM_read_bio_X509(bio, nil, { _, _, _, _ in -1 }, nil) {
                unsafe read.append(Certificate(owning: next))
            }
            let error = ERR_peek_last_error()
            return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE
        }
        guard isWhole, let first = read.first else { throw .file(path: path, fault: .noCertificate) }
        self.path = path
        leaf = first
        others = Array(read.dropFirst())
    }
}

extension TLSConfiguration {
    /// The SHA-256 hash, over DER, of the first certificate in a PEM file: what a token is bound to (RFC 8705 section 3.1).
    ///
    /// - Throws: `TLSConfigurationError.file` when the file can't be read or has no certificate.
    public static func certificateHash(path: String) throws(TLSConfigurationError) -> InlineArray<32, UInt8> {
        guard let hash = try CertificateChain(path).leaf.hash else { throw .unavailable }
        return hash
    }
}

/// A certificate (X.509, RFC 5280) as OpenSSL holds it.
@safe
final class Certificate {
    // INVARIANT: an X509 that this object has a reference of.
    @unsafe let pointer: OpaquePointer

    @unsafe
    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

    // SAFETY: the reference is given back once.
    deinit { unsafe X509_free(pointer) }

    /// SHA-256 over its DER form; nil when there is no memory.
    var hash: InlineArray<32, UInt8>? {
        // SAFETY: the certificate is alive.
        unsafe Self.hash(of: pointer)
    }

    @unsafe
    static func hash(of certificate: OpaquePointer) -> InlineArray<32, UInt8>? {
        var hash = InlineArray<32, UInt8>(repeating: 0)
        var bytes = hash.mutableSpan
        // SAFETY: the certificate is the caller's; OpenSSL writes the 32 bytes of SHA-256 during the call only.
        let isMade = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe X509_digest(certificate, EVP_sha256(), bytes.baseAddress, nil) == 1
        }
        return isMade ? hash : nil
    }

    /// When it expires, in seconds since 1970.
    var expirySeconds: Int64 {
        // SAFETY: the time is part of the certificate.
        unsafe Self.seconds(of: X509_get0_notAfter(pointer))
    }

    /// Why it can't be shown at `now`; nil when it can.
    func fault(at now: time_t) -> TLSConfigurationError.FileFault? {
        var now = now
        // SAFETY: both times are parts of the certificate, and `now` is read during the calls only.
        if unsafe X509_cmp_time(X509_get0_notBefore(pointer), &now) >= 0 { return .notYetValid }
        return unsafe X509_cmp_time(X509_get0_notAfter(pointer), &now) <= 0 ? .expired : nil
    }

    /// The DNS names that it is for (RFC 5280 section 4.2.1.6), in lower case; a wildcard begins with `*.`.
    var names: [String] {
        // SAFETY: the decoded list is ours, and freed once; its parts are read before.
        guard let list = unsafe OpaquePointer(X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil)) else {
            return []
        }
        defer { unsafe GENERAL_NAMES_free(list) }
        return (0..<(unsafe OPENSSL_sk_num(list))).compactMap { index in
            var kind: Int32 = 0
            guard let name = unsafe OPENSSL_sk_value(list, index)?.assumingMemoryBound(to: GENERAL_NAME.self),
                let text = unsafe GENERAL_NAME_get0_value(name, &kind), kind == GEN_DNS
            else { return nil }
            return unsafe Self.text(text.assumingMemoryBound(to: ASN1_STRING.self)).lowercased()
        }
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>) -> String {
        // SAFETY: the string's bytes are as many as it says, and are copied at once.
        unsafe String(
            decoding: UnsafeBufferPointer(
                start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))), as: UTF8.self)
    }

    /// A time in seconds since 1970.
    @unsafe
    static func seconds(of time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = unsafe tm()
        // SAFETY: OpenSSL and the C library read and write `parts` during the calls only.
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return Int64(unsafe timegm(&parts))
    }
}
