import Reactor
import Tokens

extension ServerConfiguration {
    /// Refuses issuers whose keys could not be fetched, or would check anybody's tokens.
    func checkRemoteKeys() throws(ServerError) {
        for issuer in issuers {
            guard let source = issuer.remoteKeys else { continue }
            guard issuer.requirements.issuer != nil else {
                throw .setting(name: "issuers", reason: "one whose keys are fetched needs a name: its tokens' issuer")
            }
            try source.validate()
        }
        try check("JWKS refresh (s)", Int(clamping: remoteKeyLimits.refreshSeconds), within: 10...86_400)
        try check("JWKS stale (s)", Int(clamping: remoteKeyLimits.staleSeconds), within: 0...86_400)
        try check("JWKS forced pause (s)", Int(clamping: remoteKeyLimits.forcedPauseSeconds), within: 1...3_600)
        try check("unknown keys", remoteKeyLimits.unknownKeys, within: 1...65_536)
        try check("unknown key (s)", Int(clamping: remoteKeyLimits.unknownKeySeconds), within: 1...86_400)
        try check("JWKS bytes", remoteKeyLimits.mostBytes, within: 1...JWKSet.mostBytes)
    }

    /// What fetches keys.
    var fetchers: [RemoteKeys] { issuers.compactMap(\.fetcher) }

    /// The same with something that fetches the keys of each issuer that has them elsewhere: what `running` has already, where
    /// name, source and limits are the same, or else new.
    func fetching(
        goingOnFrom running: [RemoteKeys], _ log: LogWriter
    ) throws(KeyError) -> (configuration: ServerConfiguration, new: [RemoteKeys]) {
        var (configuration, new) = (self, [RemoteKeys]())
        for (index, issuer) in issuers.enumerated() {
            guard let source = issuer.remoteKeys, let name = issuer.requirements.issuer else { continue }
            let known = running.first {
                $0.issuer == name && $0.source == source && $0.limits == remoteKeyLimits
            }
            if let known {
                configuration.issuers[index].fetcher = known
            } else {
                let made = try RemoteKeys(name, source, remoteKeyLimits, log: log)
                configuration.issuers[index].fetcher = made
                new.append(made)
            }
        }
        return (configuration, new)
    }

    /// Takes up the keys that have been fetched; false where they are those that it has.
    mutating func takeFetchedKeys() -> Bool {
        var hasChanged = false
        for index in issuers.indices {
            guard let keys = issuers[index].fetcher?.keyring, !keys.verifiesSame(as: issuers[index].keyring) else {
                continue
            }
            issuers[index].keyring = keys
            hasChanged = true
        }
        return hasChanged
    }
}

extension [RemoteKeys] {
    /// Starts all of them, and waits a while for what their first fetches bring.
    ///
    /// On failure none runs.
    func start(whenFetched: @escaping @Sendable () -> Void) throws(ReactorError) {
        do throws(ReactorError) {
            for keys in self { try keys.start(whenFetched: whenFetched) }
        } catch {
            end(waiting: false)
            throw error
        }
        let deadline = MonotonicClock.nowNanoseconds() + Self.patienceNanoseconds
        for keys in self { keys.waitForFirst(untilNanoseconds: deadline) }
    }

    /// Ends all of them, and waits until they have ended, or leaves them alone.
    func end(waiting: Bool) {
        for keys in self { keys.stop() }
        for keys in self { keys.end(waiting: waiting) }
    }

    /// How long a start, or a reload, waits for keys.
    private static var patienceNanoseconds: UInt64 { 5_000_000_000 }
}
