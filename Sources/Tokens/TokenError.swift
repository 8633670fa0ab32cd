/// Why a token is refused. It goes to the log by its `name`; a client learns nothing but that the token is invalid.
///
/// No case holds any of the token's content.
public enum TokenError: Error, Equatable, Sendable, CaseIterable {
    // The token as text.
    case tooLong
    case wrongSegmentCount
    /// Five segments: a JWE, which is outside the product.
    case encryptedToken
    /// A JWS in JSON's form, which is outside the product.
    case jsonSerialization
    /// A PASETO of version 1, or of a version or purpose that there is not.
    case unsupportedPASETO
    case invalidBase64URL

    // Its header or footer.
    case headerTooLong
    case malformedHeader
    case footerTooLong
    case malformedFooter
    /// The policy has an implicit assertion, and a PASETO of version 2 covers none.
    case assertionNotCovered
    /// `alg` is `none`, in whatever case.
    case unsecuredToken
    /// `crit` or `b64` is there: the token asks for an extension (RFC 7515 section 4.1.11, RFC 7797).
    case criticalExtension
    /// `cty` is `JWT`: another token is said to be inside.
    case nestedToken
    case wrongType

    // Its key.
    case malformedKeyID
    case unknownKey
    /// The token names no key, and more than one could have made it.
    case ambiguousKey
    case algorithmMismatch
    /// Whoever asked for the check would not have that key used now.
    case notAdmitted
    case signatureMismatch

    // What it says.
    case malformedClaims
    case missingExpiry
    case expired
    case notYetValid
    case issuedInFuture
    case lifetimeTooLong
    case wrongIssuer
    case wrongAudience
    case invalidSubject
    case malformedScope
    /// It is bound to something that is no certificate (`cnf`), or to something besides.
    case unsupportedConfirmation
    /// It is bound to a certificate, and who brings it has shown none.
    case noClientCertificate
    /// It is bound to another certificate than that of who brings it.
    case certificateMismatch
    /// It is bound to no certificate, where tokens must be.
    case unboundToken
    /// It was proven, but an operator has made it invalid.
    case revoked

    /// A stable name for logs and metrics.
    public var name: StaticString {
        switch self {
        case .tooLong: "too_long"
        case .wrongSegmentCount: "wrong_segment_count"
        case .encryptedToken: "encrypted_token"
        case .jsonSerialization: "json_serialization"
        case .unsupportedPASETO: "unsupported_paseto"
        case .invalidBase64URL: "invalid_base64url"
        case .headerTooLong: "header_too_long"
        case .malformedHeader: "malformed_header"
        case .footerTooLong: "footer_too_long"
        case .malformedFooter: "malformed_footer"
        case .assertionNotCovered: "assertion_not_covered"
        case .unsecuredToken: "unsecured_token"
        case .criticalExtension: "critical_extension"
        case .nestedToken: "nested_token"
        case .wrongType: "wrong_type"
        case .malformedKeyID: "malformed_key_id"
        case .unknownKey: "unknown_key"
        case .ambiguousKey: "ambiguous_key"
        case .algorithmMismatch: "algorithm_mismatch"
        case .notAdmitted: "not_admitted"
        case .signatureMismatch: "signature_mismatch"
        case .malformedClaims: "malformed_claims"
        case .missingExpiry: "missing_expiry"
        case .expired: "expired"
        case .notYetValid: "not_yet_valid"
        case .issuedInFuture: "issued_in_future"
        case .lifetimeTooLong: "lifetime_too_long"
        case .wrongIssuer: "wrong_issuer"
        case .wrongAudience: "wrong_audience"
        case .invalidSubject: "invalid_subject"
        case .malformedScope: "malformed_scope"
        case .unsupportedConfirmation: "unsupported_confirmation"
        case .noClientCertificate: "no_client_certificate"
        case .certificateMismatch: "certificate_mismatch"
        case .unboundToken: "unbound_token"
        case .revoked: "revoked"
        }
    }
}
