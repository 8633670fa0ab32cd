import Glibc
import HTTPWire
import JSON
import JSONSchema
import RateLimiting
import Reactor
import Tokens

extension Server {
    /// Checks an API and a configuration as far as that goes without listening: what would be refused is thrown, and what
    /// is legal but unsafe is returned.
    ///
    /// - Throws: `ServerError`, which names what is at fault.
    public static func check(_ api: Router, _ configuration: ServerConfiguration) throws(ServerError) -> [ServerWarning]
    {
        try configuration.validate()
        _ = try Application(api, configuration)
        let certificates = try configuration.certificates()?.warnings ?? []
        return try configuration.warnings(descriptorLimit: descriptorLimit) + certificates
            + api.publishingIdentity(configuration).applying(configuration.routes).warnings(configuration)
    }

    /// How many descriptors the process may have.
    private static var descriptorLimit: UInt64 {
        var limit = rlimit()
        // SAFETY: the kernel fills the structure that it is given; one that it does not fill says zero.
        let isKnown = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return isKnown ? UInt64(limit.rlim_cur) : .max
    }
}

extension TLSCertificates {
    /// What in the certificates is legal but not as it should be.
    fileprivate var warnings: [ServerWarning] {
        let expiring = expiring(unixSeconds: LogClock.unixSeconds).map {
            ServerWarning(
                kind: .certificateExpires,
                description: "\($0.path) expires in \($0.days) days: renew it, and send SIGHUP")
        }
        let hidden = context.hiddenNames.map {
            ServerWarning(
                kind: .certificateNames,
                description: "\($0.path) is never shown for \($0.names.joined(separator: ", ")): a certificate before "
                    + "it has that name too; leave one of them out")
        }
        return expiring + hidden
    }
}

extension ServerConfiguration {
    /// What in the configuration is legal but unsafe.
    func warnings(descriptorLimit: UInt64) -> [ServerWarning] {
        exposureWarnings + proxyWarnings + tokenWarnings + limitWarnings + sizeWarnings(descriptorLimit)
    }

    private var exposureWarnings: [ServerWarning] {
        var plain = allListeners.filter { $0.scheme == .http }.map(\.address)
        if tls == nil, let admin = admin.address { plain.append(admin) }
        return plain.filter { !$0.isLoopback }.map { address in
            ServerWarning(
                kind: .plainHTTP,
                description: "tokens cross the network unencrypted at \(address): give it a certificate")
        }
    }

    private var proxyWarnings: [ServerWarning] {
        let ranges = trustedProxies.ranges.filter(\.isEverything)
        return ranges.map {
            ServerWarning(
                kind: .anyProxy,
                description:
                    "every client is believed about its address (\($0)), and no limit of addresses holds: name the "
                    + "proxies' own addresses")
        }
    }

    private var tokenWarnings: [ServerWarning] { trustedIssuers.flatMap(warnings) }

    private func warnings(_ issuer: TrustedIssuer) -> [ServerWarning] {
        let (name, requirements) = (issuer.requirements.issuer, issuer.requirements)
        // Where there is one, it needs no name in a warning.
        let whose = issuers.isEmpty ? "" : "issuer '\(name ?? "")': "
        var warnings: [ServerWarning] = []
        if name == nil {
            warnings.append(
                ServerWarning(
                    kind: .noIssuer, description: "tokens of any issuer are taken: name the one that makes them"))
        }
        let secrets = issuer.keyring.verificationKeys.filter { !$0.algorithm.isPublic }
        if !issuer.isOwn, !secrets.isEmpty {
            let keys = secrets.map { "\($0.id.text) (\($0.algorithm))" }.joined(separator: ", ")
            warnings.append(
                ServerWarning(
                    kind: .sharedSecret,
                    description: name == nil
                        ? "whoever else has one of these secrets can make tokens, and no issuer is asked for: \(keys); give "
                            + "them to nobody, or use keys with a public part"
                        : "\(whose)it shares a secret with this server, so that who breaks into one can make tokens for both: "
                            + "\(keys); ask it for keys with a public part"))
        }
        if requirements.audiences.isEmpty {
            warnings.append(
                ServerWarning(
                    kind: .noAudience,
                    description: "\(whose)tokens that were made for other services are taken: name the audience"))
        }
        if requirements.clockSkewSeconds > Self.usualClockSkewSeconds {
            warnings.append(
                ServerWarning(
                    kind: .wideClockSkew,
                    description:
                        "\(whose)tokens are taken for \(requirements.clockSkewSeconds) seconds after they have "
                        + "expired: \(Self.usualClockSkewSeconds) are enough where clocks are kept right"))
        }
        return warnings
    }

    private var limitWarnings: [ServerWarning] {
        let limits = [
            (addressRate, "requests of one address"), (principalRate, "requests of one principal"),
            (failedAuthenticationRate, "failed authentications of one address"),
            (verificationTime, "time spent on the tokens of one address"),
        ]
        var warnings = limits.filter { $0.0 == nil }.map {
            ServerWarning(kind: .noLimit, description: "nothing limits the \($0.1): set a limit")
        }
        guard let addressRate else { return warnings }
        if let rate = failedAuthenticationRate, rate.isAbove(addressRate) {
            warnings.append(
                ServerWarning(
                    kind: .unreachableLimit,
                    description: "the limit of failed authentications is above that of all requests of an address, "
                        + "and never reached: lower it"))
        }
        if let rate = principalRate, rate.isAbove(addressRate) {
            warnings.append(
                ServerWarning(
                    kind: .limitAboveAddress,
                    description:
                        "the limit of a principal is above that of an address: one who calls from a single address "
                        + "meets that of the address first"))
        }
        return warnings
    }

    private func sizeWarnings(_ descriptorLimit: UInt64) -> [ServerWarning] {
        var warnings: [ServerWarning] = []
        for (name, bytes) in [("header", limits.headerBytes), ("target", limits.targetBytes)]
        where bytes > limits.headBytes {
            warnings.append(
                ServerWarning(
                    kind: .unreachableLimit,
                    description:
                        "a \(name) may have \(bytes) bytes, but the whole head only \(limits.headBytes): lower the "
                        + "first or raise the second"))
        }
        let needed = UInt64(connections + shards * Self.descriptorsOfShard + Self.descriptorsOfProcess)
        if needed > descriptorLimit {
            warnings.append(
                ServerWarning(
                    kind: .fewDescriptors,
                    description: "\(connections) connections may be open, but the process may have \(descriptorLimit) "
                        + "descriptors and needs \(needed): raise that limit (ulimit -n), or lower that of connections")
            )
        }
        return warnings
    }

    private static let usualClockSkewSeconds: Int64 = 30
    /// Listener, ring, and what wakes it up, with some to spare.
    private static let descriptorsOfShard = 8
    /// The standard ones, the log's, signals, and what a handler opens.
    private static let descriptorsOfProcess = 32
}

extension CellRate {
    /// Whether more come through than through the other, both for a moment and in the long run.
    fileprivate func isAbove(_ other: CellRate) -> Bool {
        // A full bucket's worth in its window, multiplied out: UInt64 holds the product of a burst and a day.
        burst > other.burst && UInt64(burst) * other.windowSeconds > UInt64(other.burst) * windowSeconds
    }
}

extension Router {
    /// What in the routes is legal but unsafe.
    func warnings(_ configuration: ServerConfiguration) -> [ServerWarning] {
        let open = routes.filter {
            $0.authentication != .none && $0.scopes.isEmpty && $0.anyScopes.isEmpty
                && $0.access?.ownerScopes.isEmpty != false
        }
        var warnings: [ServerWarning] = []
        if !open.isEmpty {
            warnings.append(
                ServerWarning(
                    kind: .noScopes,
                    description: "any token or API key that is valid may call "
                        + "\(open.map(\.name).joined(separator: ", ")): "
                        + "ask for scopes where not everybody with a token is meant"))
        }
        for route in routes {
            warnings += route.openSchemas
            guard let bytes = route.body.content?.bytes, bytes > configuration.limits.bodyBytes else { continue }
            warnings.append(
                ServerWarning(
                    kind: .unreachableLimit,
                    description: "\(route.name) takes a body of \(bytes) bytes, but the server only one of "
                        + "\(configuration.limits.bodyBytes): lower the first or raise the second"))
        }
        return warnings
    }
}

extension Router.Route {
    fileprivate var openSchemas: [ServerWarning] {
        var definitions: [(String, SchemaDefinition)] = []
        if let schema = body.content?.schema { definitions.append(("body", schema)) }
        if let query { definitions.append(("query", query)) }
        if let parameters { definitions.append(("path", parameters)) }
        return definitions.flatMap { part, schema in
            schema.openObjects.map { pointer in
                ServerWarning(
                    kind: .openSchema,
                    description: "\(name): the schema of its \(part) takes members that it doesn't name"
                        + "\(pointer.isEmpty ? "" : " at \(pointer)"): add \"additionalProperties\": false")
            }
        }
    }
}
