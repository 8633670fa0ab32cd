import Reactor
import Synchronization
import Tokens

extension ServerControl {
    /// Fetches the keys of issuers that have them elsewhere, before any shard looks. Those that don't come in time come
    /// later.
    func fetchFirstKeys() throws(ServerError) {
        try turn.withLock { state throws(ServerError) in
            let present = board.snapshot
            let (configuration, new) = try fetching(present.application.configuration)
            guard !new.isEmpty else { return }
            do throws(ServerError) {
                let application = try Application(state.api, configuration, replacing: present.application)
                board.put(
                    Snapshot(
                        application: application, revocations: application.revocations, apiKeys: application.apiKeys,
                        certificates: present.certificates))
            } catch {
                new.end(waiting: false)
                throw error
            }
        }
    }

    /// From here on, keys come into force when they are fetched: all shards look.
    func beginServing() {
        turn.withLock { $0.isServing = true }
        installFetchedKeys()
        // One may have been revoked since they were read, by somebody who found nobody to tell.
        readAPIKeysAtStart()
    }

    /// Puts the keys into force that have been fetched, where they are others than those in force.
    private func installFetchedKeys() {
        do throws(ReloadError) {
            try turn.withLock { state throws(ReloadError) in
                guard state.isServing else { return }
                let present = board.snapshot
                var configuration = present.application.configuration
                guard configuration.takeFetchedKeys() else { return }
                try replace(state.api, configuration, present.certificates, &state)
            }
        } catch {
            log.record(.error, "issuer_keys", ["reason": .text(error.description)])
        }
    }

    /// `configuration` with the keys of all issuers as far as they can be had now, and what has begun to fetch them.
    func fetching(
        _ configuration: ServerConfiguration
    ) throws(ServerError) -> (configuration: ServerConfiguration, new: [RemoteKeys]) {
        var next: ServerConfiguration
        let new: [RemoteKeys]
        do throws(KeyError) {
            (next, new) = try configuration.fetching(
                goingOnFrom: board.snapshot.application.configuration.fetchers, log)
        } catch {
            throw .setting(name: "issuers", reason: "\(error)")
        }
        do throws(ReactorError) {
            try new.start { [self] in installFetchedKeys() }
        } catch {
            throw .reactor(error)
        }
        _ = next.takeFetchedKeys()
        return (next, new)
    }
}
