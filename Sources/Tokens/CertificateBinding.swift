internal import Bytes
internal import JSON

/// How tokens are held to the certificates that clients show (RFC 8705 section 3).
public enum CertificateBinding: String, CaseIterable, Sendable, BitwiseCopyable {
    /// A token that is bound to a certificate is taken from who shows that one only; others are taken from anybody.
    case optional
    /// Only tokens that are bound to the certificate that their client shows are taken.
    case required
}

/// A certificate's hash as tokens name it (`x5t#S256`, RFC 8705 section 3.1): SHA-256 of its DER form, in base64url.
public struct CertificateThumbprint: ~Copyable, Sendable {
    private let text: ByteBuffer

    /// The thumbprint of a hash, or of none where a client has shown no certificate.
    public init(_ hash: InlineArray<32, UInt8>?) {
        var text = ByteBuffer(capacity: 48)
        if let hash { Base64URL.encode(hash.span.raw, into: &text) }
        self.text = text
    }

    static let characterCount = 43

    /// The text; empty where there is no certificate.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { text.bytes }
    }
}

extension VerifiedClaims {
    /// The certificate's thumbprint that the token is bound to (`cnf`, RFC 8705 section 3.1); empty when it is to none.
    public var certificateThumbprint: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(table.certificate.range) }
    }

    /// Holds a token, whenever it was proven, to the certificate that its client shows.
    ///
    /// - Throws: why the token is not taken from this client. Who has stolen a bound token must not learn it.
    public func check(
        _ binding: CertificateBinding, _ shown: borrowing CertificateThumbprint
    ) throws(TokenError) {
        let bound = certificateThumbprint
        guard !bound.isEmpty else {
            if binding == .required { throw .unboundToken }
            return
        }
        guard !shown.bytes.isEmpty else { throw .noClientCertificate }
        guard bound.equals(shown.bytes) else { throw .certificateMismatch }
    }
}

extension JSONValue {
    /// The place of the thumbprint in a `cnf` claim. A token that is bound to something else, or to something more, could be
    /// checked in part only, and is refused: it was made so that whoever steals it can't use it.
    func certificateThumbprint() throws(TokenError) -> TextRange {
        guard kind == .object else { throw .malformedClaims }
        var members = members
        guard let member = members.next(), !member.name.hasEscapes, member.name.raw.equals("x5t#S256"),
            members.next() == nil
        else { throw .unsupportedConfirmation }
        guard let text = member.value.asString, !text.hasEscapes,
            text.raw.byteCount == CertificateThumbprint.characterCount
        else { throw .malformedClaims }
        return TextRange(start: member.value.offset, count: text.raw.byteCount)
    }
}
