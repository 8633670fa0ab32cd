import Ringfort

/// What a file says of one of several issuers. What is nil is as the settings for all have it.
struct IssuerEntry: Sendable, Equatable {
    var issuer = ""
    var keyDirectory = ""
    /// The algorithms whose tokens are taken; nil for those of all keys.
    var algorithms: [Algorithm]?
    var audiences: [String] = []
    var type: String?
    var clockSkewSeconds: Int64?
    var longestLifetimeSeconds: Int64?
    var rolesClaim: String?

    static let reader = ValueReader.record(
        IssuerEntry(),
        [
            Member("issuer", \.issuer, .line, isRequired: true, help: "What its tokens call it (iss), exactly."),
            Member(
                "keys_directory", \.keyDirectory, .line, isRequired: true,
                help: "The directory with its keys, which check its tokens and nobody else's."),
            Member(
                "algorithms", \.algorithms, .algorithms,
                help:
                    "The algorithms whose tokens are taken: EdDSA, ES256, v4.public …; those of all its keys, unless set."
            ),
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
        ])

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
