import Tokens

/// What a token says, and what is wrong with it, as far as that can be told without a key.
///
/// Nothing in here is proven: anyone can write such a token.
struct TokenInspection: Equatable {
    /// What kind of token it is.
    var kind = "unknown"
    /// How long it is, in bytes.
    let byteCount: Int
    /// A JWT's header or a PASETO's footer.
    var header: InspectedDocument?
    /// Whether `header` is a PASETO's footer.
    var headerIsFooter = false
    var claims: InspectedDocument?
    /// The times among the claims, by their names.
    var times: [InspectedTime] = []
    /// What else is in it: the length of a signature, an encrypted payload.
    var notes: [String] = []
    /// What is wrong with it. Empty when nothing is, as far as can be seen.
    var problems: [String] = []
}

/// A JSON object in a token.
struct InspectedDocument: Equatable {
    /// The members, in the order of the text.
    let members: [Member]
    /// The whole object as JSON; nil when it names a member twice, so that it would mean different things to others.
    let json: String?

    struct Member: Equatable {
        let name: String
        /// The value as JSON.
        let value: String
        /// The text, of a value that is one.
        let text: String?
        /// The number as a time, of a value that is one.
        let unixSeconds: Int64?
    }
}

/// A time among the claims.
struct InspectedTime: Equatable {
    /// `exp`, `nbf` or `iat`.
    let claim: String
    let moment: Moment
    /// The time in words, beside the time of the inspection.
    let words: String
}

extension TokenInspection {
    /// Notes a fault.
    mutating func complain(_ problem: String) { problems.append(problem) }
}
