import Bytes
import Tokens

extension Pipeline {
    /// A client has shown a certificate with this SHA-256 hash. Known for the whole connection.
    mutating func identified(_ slot: Int, certificate: InlineArray<32, UInt8>) {
        connections[slot].certificate = Box(CertificateThumbprint(certificate))
    }

    /// Holds the token at hand to the certificate that its client shows (RFC 8705 section 3): each time, since a token that
    /// is remembered may come from somebody else.
    @inline(__always)
    func checkBinding(_ slot: Int, _ claims: VerifiedClaims) throws(TokenError) {
        switch connections[slot].certificate {
        case .some(let shown): try claims.check(settings.certificateBinding, shown.value)
        case .none: try claims.check(settings.certificateBinding, nil)
        }
    }
}
