import Ringfort

/// The keys that a server checks tokens with: those of one issuer, or of each of several.
struct ServerKeys {
    /// The keys of the one issuer; none where there are several.
    private(set) var keyring: Keyring
    private(set) var issuers: [TrustedIssuer] = []
    /// What in the directories is not used, in sentences.
    private(set) var notes: [String] = []

    /// Keys of the kinds that a first start makes, to check with. Nobody has them.
    init() throws(KeyError) {
        keyring = try Keyring(
            signing: KeyGenerator.developmentAlgorithms.map { algorithm throws(KeyError) in
                try .random(algorithm, id: KeyID("\(algorithm) to be made"))
            })
    }

    /// Reads the directories that the settings name.
    init(reading settings: Settings) throws(ServeFailure) {
        do throws(KeyError) {
            keyring = try Keyring()
        } catch {
            throw .keys(error)
        }
        guard !settings.issuers.isEmpty else {
            keyring = try read(settings.keyPath, settings.algorithms, signing: settings.makesTokens)
            return
        }
        for entry in settings.issuers { issuers.append(try issuer(entry, settings)) }
    }

    private mutating func issuer(_ entry: IssuerEntry, _ settings: Settings) throws(ServeFailure) -> TrustedIssuer {
        let requirements = entry.requirements(settings)
        let source: RemoteKeySource?
        do throws(ServerError) { source = try entry.remoteKeys() } catch { throw .settings(error) }
        guard let source else {
            let isOwn = entry.keyDirectory == settings.keyPath
            let keyring = try read(entry.keyDirectory, entry.algorithms, signing: isOwn && settings.makesTokens)
            return TrustedIssuer(requirements, keyring: keyring, isOwn: isOwn)
        }
        do throws(KeyError) {
            return try TrustedIssuer(requirements, remoteKeys: source)
        } catch {
            throw .keys(error)
        }
    }

    /// The keys of a directory for tokens of these algorithms; those that sign only where tokens are made.
    private mutating func read(
        _ path: String, _ algorithms: [Algorithm]?, signing: Bool
    ) throws(ServeFailure) -> Keyring {
        let keyring: Keyring
        do throws(KeyError) {
            let keys = try KeyDirectory(reading: path)
            notes += keys.ignoredFiles.map { "\(path)/\($0) is no key file" } + keys.ignoredKeys.map { "\(path)/\($0)" }
            let all = keys.keyring.verificationKeys
            let wanted = all.filter { algorithms?.contains($0.algorithm) != false }
            notes += all.filter { key in !wanted.contains { $0.id == key.id && $0.algorithm == key.algorithm } }.map {
                "\(path): the key \($0.id.text) is for \($0.algorithm), whose tokens are not taken"
            }
            let signers = signing ? keys.keyring.signingKeys : []
            keyring = try Keyring(
                verification: wanted, signing: signers.filter { algorithms?.contains($0.algorithm) != false },
                active: keys.keyring.activeKeyIDs)
        } catch {
            throw .keys(error)
        }
        guard !keyring.verificationKeys.isEmpty else { throw .noKeys(path) }
        return keyring
    }
}
