/// Why a document was not fetched.
package enum FetchError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The host's name has no address, or nobody answers there.
    case unreachable(String)
    /// The host is, or has become, an address of a private network.
    case privateAddress
    /// It did not come in time.
    case timeout
    /// The host's certificate does not prove that it is the host.
    case certificate(String)
    /// It is longer than it may be.
    case tooLong(mostBytes: Int)
    /// The answer is no 200.
    case status(Int)
    /// The answer is of another media type, or says of none.
    case mediaType(String)
    /// Whoever wanted it wants it no more.
    case cancelled
    /// libcurl can't do it, for this reason.
    case failed(String)

    /// The error as a sentence for an operator.
    package var description: String {
        switch self {
        case .unreachable(let reason): "it can't be reached: \(reason)"
        case .privateAddress:
            "it is at an address of a private network; that must be allowed (jwks_private_addresses)"
        case .timeout: "it did not answer in time"
        case .certificate(let reason): "its certificate is not trusted: \(reason)"
        case .tooLong(let most): "it has more than \(most) bytes"
        case .status(let code) where (300..<400).contains(code):
            "it answers \(code), and redirects are not followed: name the place itself"
        case .status(let code): "it answers \(code)"
        case .mediaType(let type): "its media type is '\(type)', not application/json or application/jwk-set+json"
        case .cancelled: "it was given up"
        case .failed(let reason): reason
        }
    }
}
