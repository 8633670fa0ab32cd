internal import Glibc

/// Why a TLS configuration can't be used.
public enum TLSConfigurationError: Error, Equatable {
    /// There is no certificate.
    case noIdentity
    /// A file can't be used.
    case file(path: String, fault: FileFault)
    /// OpenSSL has no memory left, or no randomness.
    case unavailable

    /// What is wrong with a file.
    public enum FileFault: Equatable, Sendable {
        /// A system call failed.
        case system(call: String, errno: Int32)
        /// It is a directory, a pipe, or the like.
        case notRegular
        /// It belongs to another user, who could change it.
        case ownedByOthers(userID: UInt32)
        /// Group or others may read or write it.
        case readableByOthers(mode: UInt32)
        /// It is longer than any file of its kind, or grew while it was read.
        case tooLong
        /// There is no certificate in it, or one that is malformed.
        case noCertificate
        /// There is no private key in it, or one that is malformed or encrypted.
        case noKey
        /// The key is another certificate's.
        case keyOfAnother(certificatePath: String)
        /// OpenSSL refuses the certificate or its key: in most cases it is too weak.
        case refused(reason: String)
        /// The certificate's time is over.
        case expired
        /// The certificate's time has not come.
        case notYetValid
        /// This is no OCSP response, or none that says that the certificate is good.
        case noGoodStatus
        /// The OCSP response holds only later.
        case earlyStatus
        /// The OCSP response is out of date.
        case outdatedStatus
    }
}

extension TLSConfigurationError: CustomStringConvertible {
    /// A sentence for a log or a start-up failure.
    public var description: String {
        switch self {
        case .noIdentity: "TLS needs a certificate and its key"
        case .file(let path, let fault): fault.sentence(path: path)
        case .unavailable: "OpenSSL has no memory or no randomness"
        }
    }
}

extension TLSConfigurationError.FileFault {
    fileprivate func sentence(path: String) -> String {
        switch self {
        case .system(let call, let errno): "\(path): \(call): \(Self.text(of: errno))"
        case .notRegular: "\(path): this is no regular file"
        case .ownedByOthers(let userID): "\(path): it belongs to user \(userID), who could change it; do: chown it"
        case .readableByOthers: "\(path): group or others may read or write it; do: chmod 600 \(path)"
        case .tooLong: "\(path): the file is longer than \(CredentialFile.mostBytes) bytes, or grew while it was read"
        case .noCertificate: "\(path): there is no certificate in PEM, or a malformed one"
        case .noKey: "\(path): there is no unencrypted private key in PEM, or a malformed one"
        case .keyOfAnother(let certificatePath): "\(path): the key does not belong to \(certificatePath)"
        case .refused(let reason): "\(path): OpenSSL refuses it: \(reason)"
        case .expired: "\(path): the certificate has expired"
        case .notYetValid: "\(path): the certificate is not valid yet"
        case .noGoodStatus: "\(path): this is no OCSP response in DER that says that the certificate is good"
        case .earlyStatus: "\(path): the OCSP response is of a time that has not come; do: look at the clocks"
        case .outdatedStatus: "\(path): the OCSP response is out of date"
        }
    }

    private static func text(of errno: Int32) -> String {
        // SAFETY: the text is the C library's, ends in a zero, and is copied at once.
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }
}
