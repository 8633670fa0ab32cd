/// Something in an API or a configuration that is allowed, and either not safe or not what it seems.
public struct ServerWarning: Equatable, Sendable, CustomStringConvertible {
    /// What kind of thing it is.
    public let kind: Kind
    /// What it is and what to do, as a sentence for an operator.
    public let description: String

    /// The kinds, by the names that scripts know them by.
    public enum Kind: String, Sendable, CaseIterable {
        /// Tokens cross a network unencrypted.
        case plainHTTP = "plain_http"
        /// A certificate expires soon.
        case certificateExpires = "certificate_expires"
        /// Two certificates are for one name.
        case certificateNames = "certificate_names"
        /// All addresses are trusted proxies.
        case anyProxy = "any_proxy"
        /// A limit is off.
        case noLimit = "no_limit"
        /// A limit that others keep everybody from reaching.
        case unreachableLimit = "unreachable_limit"
        /// A limit that one address alone can't reach. It has its use, so that this is a note.
        case limitAboveAddress = "limit_above_address"
        /// Tokens of any issuer are taken.
        case noIssuer = "no_issuer"
        /// Tokens for any audience are taken.
        case noAudience = "no_audience"
        /// Who checks with a key can sign with it, and no issuer is asked for.
        case sharedSecret = "shared_secret"
        /// Tokens are taken for longer after their time than by default.
        case wideClockSkew = "wide_clock_skew"
        /// A route asks for a token, and takes any.
        case noScopes = "no_scopes"
        /// A route's schema takes members that it doesn't name.
        case openSchema = "open_schema"
        /// The process may have fewer descriptors than connections.
        case fewDescriptors = "few_descriptors"
    }

    /// Whether it is only worth to be known.
    public var isNote: Bool { kind == .limitAboveAddress }
}
