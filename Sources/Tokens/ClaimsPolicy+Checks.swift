internal import Bytes

extension ClaimsPolicy {
    /// Whether a JWT may have this `typ`: a media type, with or without `application/` (RFC 7515 section 4.1.9); empty
    /// when it has none.
    func allows(type found: RawSpan) -> Bool {
        guard !found.isEmpty else { return type.isEmpty }
        let prefix = "application/".utf8.count
        let hasPrefix =
            found.byteCount > prefix && found.extracting(first: prefix).equalsIgnoringASCIICase("application/")
        let name = hasPrefix ? found.extracting(prefix..<found.byteCount) : found
        guard !type.isEmpty else {
            return name.equalsIgnoringASCIICase("jwt") || name.equalsIgnoringASCIICase("at+jwt")
        }
        return name.equalsIgnoringASCIICase(lowercase: type.bytes)
    }

    /// Holds a token's times against the clock. The clock skew works in the token's favour each time.
    ///
    /// Returns when the token expires.
    @inline(__always)
    func check(_ times: TokenTimes, nowUnixSeconds now: Int64) throws(TokenError) -> Int64 {
        guard let expires = times.expires else { throw .missingExpiry }
        guard now < expires + clockSkewSeconds else { throw .expired }
        guard expires <= now + longestLifetimeSeconds + clockSkewSeconds else { throw .lifetimeTooLong }
        if let notBefore = times.notBefore, notBefore > now + clockSkewSeconds { throw .notYetValid }
        if let issuedAt = times.issuedAt, issuedAt > now + clockSkewSeconds { throw .issuedInFuture }
        return expires
    }
}

/// The times that a token gives, in Unix seconds, none further from 1970 than `NumericDate.farthest`.
struct TokenTimes: Equatable {
    var expires: Int64?
    var notBefore: Int64?
    var issuedAt: Int64?
}

extension RawSpan {
    /// Whether the bytes equal `lowercase`, which has no upper-case letters, when the case of ASCII letters is ignored.
    fileprivate func equalsIgnoringASCIICase(lowercase: RawSpan) -> Bool {
        guard byteCount == lowercase.byteCount else { return false }
        for offset in 0..<byteCount where self[offset].asciiLowercased != lowercase[offset] { return false }
        return true
    }
}
