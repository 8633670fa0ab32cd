import Tokens

extension TokenError {
    /// The reason in a sentence, for who looks after the server: a client must not learn it.
    var sentence: String {
        switch self {
        case .wrongSegmentCount: "it does not have the number of parts that its kind has"
        case .encryptedToken: "it is an encrypted token (JWE), which is not supported"
        case .jsonSerialization: "it is a JWS in JSON; only the compact form is supported"
        case .unsupportedPASETO: "it is a PASETO of a version or purpose that is not supported"
        case .invalidBase64URL: "a part of it is no strict base64url"
        case .unsecuredToken: "its algorithm is 'none': nobody has signed it"
        case .criticalExtension: "its header asks for an extension, and none is supported"
        case .nestedToken: "its header says that another token is inside"
        case .wrongType: "its type (typ) is not one that is wanted"
        case .unknownKey: "it was made with a key that is not here"
        case .ambiguousKey: "it names no key, and more than one could have made it"
        case .algorithmMismatch: "its algorithm is not that of its key"
        case .signatureMismatch: "its signature is wrong: it was changed, or made with another key"
        case .missingExpiry: "it has no expiry (exp)"
        case .expired: "it has expired"
        case .notYetValid: "it is not valid yet"
        case .issuedInFuture: "it says that it was issued in the future"
        case .lifetimeTooLong: "it expires later than --max-token-lifetime allows"
        case .wrongIssuer: "its issuer (iss) is not the one that is wanted"
        case .wrongAudience: "its audience (aud) is not the one that is wanted"
        case .revoked: "it has been revoked"
        // The name says it.
        default: "\(name)".replacing("_", with: " ")
        }
    }

    /// The claim that is at fault, of the reasons that the clock gives: they are found after the signature was right.
    var claim: String? {
        switch self {
        case .expired, .lifetimeTooLong: "exp"
        case .notYetValid: "nbf"
        case .issuedInFuture: "iat"
        default: nil
        }
    }

    var isAboutTime: Bool { claim != nil }
}
