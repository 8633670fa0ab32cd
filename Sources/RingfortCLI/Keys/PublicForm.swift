import Bytes
import Tokens

/// The ways to show a key without showing anything that is secret.
enum PublicForm: String, CaseIterable {
    /// The RFC 7638 thumbprint of a public key for JWT.
    case thumbprint
    /// The PASERK id of a key for PASETO: a `pid` or a `lid`.
    case paserkID = "paserk_id"
    /// The keyed fingerprint of the secret of an HMAC.
    case fingerprint
    case jwk
    /// A public key for PASETO.
    case paserk
    case pem

    /// The key in this form; nil when there is none that may be shown.
    func text(of key: VerificationKey) -> String? {
        var buffer = ByteBuffer(capacity: 1_024)
        do throws(KeyError) {
            switch self {
            case .thumbprint: return try key.thumbprint()
            case .paserkID: return try PASERK.id(of: key).text
            case .fingerprint: return try key.fingerprint()
            case .jwk: try key.appendJWK(to: &buffer)
            case .paserk: try PASERK.appendPublic(key, to: &buffer)
            case .pem: try key.appendPEM(to: &buffer)
            }
        } catch {
            return nil
        }
        return String(buffer.bytes)
    }
}
