import Ringfort

/// What a file says of one of several issuers. What is nil is as the settings for all have it.
struct IssuerEntry: Sendable, Equatable {
    var issuer = ""
    /// Where its keys are; empty where they are fetched.
    var keyDirectory = ""
    /// Where they are fetched; nil where there is a directory.
    var keyURL: String?
    var keyAuthority: String?
    var keysMayBePrivate = false
    /// The algorithms whose tokens are taken; nil for those of all keys.
    var algorithms: [Algorithm]?
    var audiences: [String] = []
    var type: String?
    var clockSkewSeconds: Int64?
    var longestLifetimeSeconds: Int64?
    var rolesClaim: String?

    static let reader = ValueReader.record(IssuerEntry(), keyMembers + claimMembers) { $0.keyFault }

    private static let keyMembers: [Member<IssuerEntry>] = [
        Member("issuer", \.issuer, .line, isRequired: true, help: "What its tokens call it (iss), exactly."),
        Member(
            "keys_directory", \.keyDirectory, .line,
            help: "The directory with its keys, which check its tokens and nobody else's. Or `jwks_url`."),
        Member(
            "jwks_url", \.keyURL, .keyURL,
            help: "The https URL of its keys, in place of a directory: a JSON web key set, fetched every ten minutes."
        ),
        Member(
            "jwks_ca_file", \.keyAuthority, .line,
            help: "A file in PEM with the authorities that its certificate must lead to; the system's, unless set."),
        Member(
            "jwks_private_addresses", \.keysMayBePrivate, .flag,
            help: "Whether its keys may be fetched from private addresses, such as this machine's. Not, unless set."),
        Member(
            "algorithms", \.algorithms, .algorithms,
            help: "The algorithms whose tokens are taken: EdDSA, ES256, v4.public …; those of all its keys, unless set."
        ),
    ]

    private static let claimMembers: [Member<IssuerEntry>] = [
        Member(
            "audiences", \.audiences, .names,
            help: "The audiences (aud) of which a token must name one. Any, unless set."),
        Member("type", \.type, .line, help: "The type (typ) that a JWT must say it is, such as at+jwt."),
        Member(
            "clock_skew_seconds", \.clockSkewSeconds, .wholeNumber(0...120),
            help: "How far its clock may differ from this one's."),
        Member(
            "longest_lifetime_seconds", \.longestLifetimeSeconds, .wholeNumber(1...3_155_760_000),
            help: "Refuse tokens that expire later than this from now."),
        Member(
            "roles_claim", \.rolesClaim, .line,
            help: "The claim that names roles, a text or a list. None, unless set."),
    ]

    /// What is wrong with where its keys are said to be.
    private var keyFault: ValueFault? {
        guard keyDirectory.isEmpty == (keyURL != nil) else {
            return ValueFault(message: "it needs either 'keys_directory' or 'jwks_url'")
        }
        guard keyURL != nil || (keyAuthority == nil && !keysMayBePrivate) else {
            return ValueFault(message: "'jwks_ca_file' and 'jwks_private_addresses' need 'jwks_url'")
        }
        return nil
    }

    /// Where its keys are fetched; nil where they are in a directory.
    func remoteKeys() throws(ServerError) -> RemoteKeySource? {
        guard let keyURL else { return nil }
        var source = try RemoteKeySource(url: keyURL)
        source.authorityPath = keyAuthority
        source.allowsPrivateAddresses = keysMayBePrivate
        source.algorithms = algorithms
        return source
    }

    /// What its tokens must say.
    func requirements(_ settings: Settings) -> IssuerRequirements {
        IssuerRequirements(
            issuer: issuer, audiences: audiences, type: type,
            clockSkewSeconds: clockSkewSeconds ?? settings.clockSkewSeconds,
            longestLifetimeSeconds: longestLifetimeSeconds ?? settings.longestTokenLifetimeSeconds,
            rolesClaim: rolesClaim)
    }
}

extension Settings {
    /// What is wrong with several issuers beside each other and beside what is set for one.
    var issuerFaults: [ValueFault] {
        guard !issuers.isEmpty else { return [] }
        if let path = settingOfOneIssuer {
            return [ValueFault(message: "'\(path)' is for one issuer: leave it out, or put it into the list")]
        }
        guard issuers.count <= Keyring.mostIssuers else {
            return [ValueFault(message: "there are more than \(Keyring.mostIssuers) issuers")]
        }
        return issuers.indices.compactMap(fault)
    }

    private func fault(ofIssuerAt index: Int) -> ValueFault? {
        let name = issuers[index].issuer
        guard !issuers[..<index].contains(where: { $0.issuer == name }) else {
            return ValueFault(keys: ["\(index)", "issuer"], message: "'\(name.excerpt)' is given twice; leave one out")
        }
        do throws(PolicyError) {
            _ = try ClaimsPolicy([issuers[index].requirements(self)])
            return nil
        } catch {
            return ValueFault(keys: ["\(index)"], message: "\(error)")
        }
    }

    /// What is set that only means something where there is one issuer.
    private var settingOfOneIssuer: String? {
        let given: [(String, Bool)] = [
            ("tokens.keys_directory", keyDirectory != nil), ("tokens.issuer", issuer != nil),
            ("tokens.audience", audience != nil), ("tokens.type", tokenType != nil),
            ("tokens.algorithms", algorithms != nil), ("tokens.roles_claim", rolesClaim != nil),
        ]
        return given.first(where: \.1)?.0
    }

    /// What is wrong with the name of a role.
    static func roleFault(_ name: String) -> String? {
        (1...128).contains(name.utf8.count) ? nil : "the name of a role has 1 to 128 bytes"
    }
}

extension ValueParser where Value == String {
    /// Where keys can be fetched.
    fileprivate static var keyURL: Self {
        Self(wanted: RemoteKeySource.wanted) { text in
            do throws(ServerError) { return try RemoteKeySource(url: text).url } catch { return nil }
        } describe: {
            $0
        }
    }
}

extension ValueParser where Value == [Algorithm] {
    /// The names of algorithms.
    static var algorithms: Self {
        Self(wanted: "some of \(ValueParser<Algorithm>.algorithms)", form: .texts) { text in
            let names = text.split(separator: ",").map(String.init)
            let algorithms = names.compactMap(ValueParser<Algorithm>.algorithm.parse)
            return algorithms.count == names.count && !names.isEmpty ? algorithms : nil
        } describe: { algorithms in
            algorithms.map { "\($0)" }.joined(separator: ",")
        }
    }
}
