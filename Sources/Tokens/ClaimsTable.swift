/// What was proven of a token, as places in the bytes beside it: a value that is copied freely.
///
/// It belongs to the bytes of the `VerifiedClaims` that it comes from, and means nothing beside others.
public struct ClaimsTable: Sendable, BitwiseCopyable {
    /// How many bytes it refers to.
    public let byteCount: UInt16
    /// How many of them are the token's payload; unescaped texts follow it.
    let payloadCount: UInt16
    let subject: TextRange
    let issuer: TextRange
    /// What `aud` names: one text, or, if `hasAudienceList`, each text behind its length, in two bytes of which the lower
    /// is first.
    let audiences: TextRange
    let hasAudienceList: Bool
    /// A JWT's `typ`; empty when it has none.
    let type: TextRange
    let tokenID: TextRange
    /// The place of the key among its keyring's `verificationKeys`.
    let keyIndex: UInt16
    /// The number of the issuer that the key belongs to.
    let issuerNumber: UInt8
    /// The epoch of the keyring under which the token was proven.
    public let keyringEpoch: UInt64
    /// The epoch of the scope table that the token's scopes were read with.
    public let scopesEpoch: UInt64
    /// The algorithm of the key.
    public let algorithm: Algorithm
    /// The scopes that the token grants, as far as the process knows them.
    public let scopes: ScopeSet
    let times: TokenTimes

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
