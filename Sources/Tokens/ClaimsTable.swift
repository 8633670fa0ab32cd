/// What was proven of a token, as places in the bytes beside it: a value that is copied freely.
///
/// It belongs to the bytes of the `VerifiedClaims` that it comes from, and means nothing beside others.
public struct ClaimsTable: Sendable, BitwiseCopyable {
    /// How many bytes it refers to.
    public internal(set) var byteCount: UInt16 = 0
    /// How many of them are the token's payload; unescaped texts follow it.
    let payloadCount: UInt16
    var subject = TextRange()
    var issuer = TextRange()
    /// What `aud` names: one text, or, if `hasAudienceList`, each text behind its length, in two bytes of which the lower
    /// is first.
    var audiences = TextRange()
    var hasAudienceList = false
    /// A JWT's `typ`; empty when it has none.
    var type = TextRange()
    var tokenID = TextRange()
    /// The thumbprint of the certificate that it is bound to; empty when it is to none.
    var certificate = TextRange()
    /// The place of the key among its keyring's `verificationKeys`.
    let keyIndex: UInt16
    /// The epoch of the keyring under which the token was proven.
    public let keyringEpoch: UInt64
    /// The epoch of the scope table that the token's scopes were read with.
    public let scopesEpoch: UInt64
    /// The algorithm of the key.
    public let algorithm: Algorithm
    /// The scopes that the token grants, as far as the process knows them.
    public internal(set) var scopes = ScopeSet()
    var times = TokenTimes(expires: 0)

    /// What is known before there is a token.
    static let nothing = ClaimsTable(
        payloadCount: 0, keyIndex: 0, keyringEpoch: 0, scopesEpoch: 0, algorithm: .hs256)

    /// When the token expires, in Unix seconds; the policy's clock skew comes on top.
    public var expiresUnixSeconds: Int64 { times.expires }
}

/// The times that a token gives, in Unix seconds, none further from 1970 than `NumericDate.farthest`.
struct TokenTimes: Sendable, BitwiseCopyable {
    var expires: Int64
    var notBefore: Int64?
    var issuedAt: Int64?
}

/// A text's place among bytes that are fewer than 65,536.
struct TextRange: Sendable, BitwiseCopyable {
    var start: UInt16 = 0
    var count: UInt16 = 0

    init() {}

    init(start: Int, count: Int) {
        self.start = UInt16(truncatingIfNeeded: start)
        self.count = UInt16(truncatingIfNeeded: count)
    }

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
