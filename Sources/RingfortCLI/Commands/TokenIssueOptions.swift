import Ringfort
import Tokens

/// What `ringfort token issue` was asked for.
struct TokenIssueOptions: KeyLocation {
    /// The server's directory.
    var dataDirectory = "./data"
    /// Where the keys are, when not in the data directory.
    var keyDirectory: String?
    var subject = ""
    var scope = ""
    var algorithm = Algorithm.edDSA
    var lifetimeSeconds: Int64 = 900
    var issuer: String?
    var audience: String?
    /// The certificate whose owner alone may bring the token.
    var certificatePath: String?
    /// The key to sign with; nil for the active one.
    var keyID: KeyID?

    /// What the token is to say.
    ///
    /// - Throws: why the certificate can't be read.
    func content() throws(TLSConfigurationError) -> TokenContent {
        var content = TokenContent(
            subject: subject, scope: scope, issuer: issuer, audience: audience, lifetimeSeconds: lifetimeSeconds
        )
        if let certificatePath {
            content.certificateHash = try TLSConfiguration.certificateHash(path: certificatePath)
        }
        return content
    }
}
