internal import Bytes

extension IssuerRule {
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

    /// Holds a proven token's claims against the rules and the clock.
    func check(_ claims: VerifiedClaims, nowUnixSeconds: Int64) throws(TokenError) {
        guard issuer.isEmpty || claims.issuer.equals(issuer.bytes) else { throw .wrongIssuer }
        guard isAudienceNamed(by: claims) else { throw .wrongAudience }
        try check(claims.table.times, nowUnixSeconds: nowUnixSeconds)
    }

    private func isAudienceNamed(by claims: VerifiedClaims) -> Bool {
        for index in 0..<audiences.count where claims.names(audience: audiences[index].bytes) { return true }
        return audiences.count == 0
    }

    /// Holds a token's times against the clock. The clock skew works in the token's favour each time.
    func check(_ times: TokenTimes, nowUnixSeconds now: Int64) throws(TokenError) {
        guard now < times.expires + clockSkewSeconds else { throw .expired }
        guard times.expires <= now + longestLifetimeSeconds + clockSkewSeconds else { throw .lifetimeTooLong }
        if let notBefore = times.notBefore, notBefore > now + clockSkewSeconds { throw .notYetValid }
        if let issuedAt = times.issuedAt, issuedAt > now + clockSkewSeconds { throw .issuedInFuture }
    }
}

extension VerifiedClaims {
    /// Holds a token that was proven earlier, under this policy or another, against a policy and the clock: by all that a
    /// verifier asks of a token's claims. O(length of the audiences).
    ///
    /// - Throws: what is found against the token first. The client must not learn it.
    public func check(_ policy: borrowing ClaimsPolicy, nowUnixSeconds: Int64) throws(TokenError) {
        // What a proof has covered besides the token isn't kept with the claims.
        guard policy.implicitAssertion.isEmpty else { throw .assertionNotCovered }
        let issuer = Int(table.issuerNumber)
        guard issuer < policy.rules.count else { throw .wrongIssuer }
        guard table.algorithm.format != .jwt || policy.rules[issuer].allows(type: bytes.extracting(table.type.range))
        else { throw .wrongType }
        try policy.rules[issuer].check(self, nowUnixSeconds: nowUnixSeconds)
    }

    /// Whether `audience` is one of those that the token is for. O(length of them).
    fileprivate func names(audience: RawSpan) -> Bool {
        let list = bytes.extracting(table.audiences.range)
        // One that is empty is none, since the one that is asked for never is.
        guard table.hasAudienceList else { return list.equals(audience) }
        var start = 0
        while start < list.byteCount {
            let count = Int(list[start]) | Int(list[start &+ 1]) << 8
            start &+= 2
            if list.extracting(start..<start &+ count).equals(audience) { return true }
            start &+= count
        }
        return false
    }
}

extension RawSpan {
    /// Whether the bytes equal `lowercase`, which has no upper-case letters, when the case of ASCII letters is ignored.
    fileprivate func equalsIgnoringASCIICase(lowercase: RawSpan) -> Bool {
        guard byteCount == lowercase.byteCount else { return false }
        for offset in 0..<byteCount where self[offset].asciiLowercased != lowercase[offset] { return false }
        return true
    }
}
