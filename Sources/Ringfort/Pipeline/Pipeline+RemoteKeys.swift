import Tokens

extension Pipeline {
    /// What is wrong where a token's key is unknown only because its issuer's keys have yet to be fetched; nil where the
    /// issuer has no such key.
    ///
    /// Nothing of the token is proven: the name in it makes somebody look for a key, seldom, and that is all.
    @inline(never)
    mutating func missingKey(of token: RawSpan) -> Problem? {
        let issuers = application.configuration.issuers
        guard issuers.contains(where: { $0.remoteKeys != nil }),
            let wanted = verifier.wantedKey(of: token, policy: application.claims),
            issuers[wanted.issuer].remoteKeys != nil
        else { return nil }
        // What is not serving, but only tested, fetches nothing.
        let answer = issuers[wanted.issuer].fetcher?.ask(for: wanted.id) ?? .retry(afterSeconds: 30)
        guard case .retry(let seconds) = answer else { return nil }
        var detail = LogDetail("the keys of this issuer are being fetched: ")
        detail.append((issuers[wanted.issuer].requirements.issuer ?? "").utf8.span.raw)
        return .keysUnavailable(retryAfterSeconds: seconds, detail: detail)
    }
}
