import Reactor
import Ringfort

/// `ringfort serve`.
enum ServeCommand {
    static let command = Command(
        name: "serve", summary: "Answer API requests over HTTPS or HTTP", options: options, examples: examples,
        defaults: ServeOptions(), body: run
    )

    private static let options: [CommandOption<ServeOptions>] = [
        CommandOption(
            "data", "DIR", \.dataDirectory, .text,
            help: "The directory that holds everything the server makes. It is made when it is not there."
        ),
        CommandOption(
            "listen", "ADDRESS:PORT", \.listen, .listenAddress,
            help: "Where to listen: an IPv4 address, or an IPv6 address in brackets ([::1]:8080)."
        ),
        CommandOption(
            "tls-certificate", "FILE", \.tlsCertificate, .text, defaultText: "none: plain HTTP",
            help: "Serve HTTPS with the certificate in this PEM file, followed by those that lead to its root."
        ),
        CommandOption(
            "tls-key", "FILE", \.tlsKey, .text, defaultText: "none",
            help: "The certificate's private key, in PEM, unencrypted. Group and others must have no access to it."
        ),
        CommandOption(
            "tls-client-ca", "FILE", \.tlsClientAuthority, .text, defaultText: "none",
            help: "Take only clients whose certificate leads to one in this PEM file."
        ),
        CommandOption(
            "tls-ocsp", "FILE", \.tlsOCSP, .text, defaultText: "none",
            help: "An OCSP response in DER that says that the certificate is good, for clients that ask for it."
        ),
        CommandOption(
            "tls-minimum", "1.2|1.3", \.tlsOldestVersion, .oneOf { $0.rawValue },
            help: "The oldest version of TLS that clients may use. With 1.2 only ECDHE and AEAD ciphers are allowed."
        ),
        CommandOption(
            "shards", "N", \.shards, .wholeNumber(1...256), defaultText: "the number of cores",
            help: "How many threads serve, each with its own ring and its own connections."
        ),
        CommandOption(
            "max-connections", "N", \.maximumConnections, .wholeNumber(1...1_000_000),
            help: "How many connections may be open, in the whole process."
        ),
        CommandOption(
            "max-requests-per-connection", "N", \.maximumRequestsPerConnection, .wholeNumber(1...UInt32.max),
            help: "After how many requests a connection is closed."
        ),
        CommandOption(
            "key-dir", "DIR", \.keyDirectory, .text, defaultText: "keys, inside --data",
            help: "The directory with the keys that verify tokens: PEM, JWK, JWK set, PASERK and raw secret files."
        ),
        CommandOption(
            "issuer", "TEXT", \.issuer, .text, help: "The issuer (iss) that every token must name, exactly."
        ),
        CommandOption(
            "audience", "TEXT", \.audience, .text, help: "The audience (aud) that every token must name, exactly."
        ),
        CommandOption(
            "max-token-lifetime", "SECONDS", \.maximumTokenLifetimeSeconds, .wholeNumber(1...3_155_760_000),
            help: "Refuse tokens that expire later than this from now."
        ),
        CommandOption(
            "token-cache", "ENTRIES", \.tokenCacheEntries, .wholeNumber(0...4_194_304),
            help: "How many verified tokens to remember, in a KiB each, for up to 300 seconds; from 16, or 0 to verify "
                + "each token each time."
        ),
        CommandOption(
            "limit-ip", "RATE:BURST", \.limitPerAddress, .limit,
            help: "How many requests a second, and at once, one IP address may make; 'off' for no limit."
        ),
        CommandOption(
            "limit-principal", "RATE:BURST", \.limitPerPrincipal, .limit,
            help: "How many requests a second, and at once, one authenticated principal may make; 'off' for no limit."
        ),
        CommandOption(
            "limit-verification", "MS:MS", \.limitOfVerification, .limit,
            help: "How many milliseconds a second, and at once, may be spent on the tokens of one IP address; or 'off'."
        ),
        CommandOption(
            repeatable: "trusted-proxy", "CIDR", \.trustedProxies, .addressRange, defaultText: "none",
            help: "Addresses of proxies that say whose requests they hand on; may be given again for further ones."
        ),
        CommandOption(
            "proxy-header", "NAME", \.proxyHeader, .oneOf { $0.rawValue },
            help: "The header that every trusted proxy appends its client to: x-forwarded-for, or forwarded (RFC 7239)."
        ),
        CommandOption(
            "log", "all|problems", \.logPolicy, .oneOf { $0.rawValue },
            help: "Which requests to log on standard output: all, or those answered with a status from 400."
        ),
        CommandOption(
            "drain-timeout-ms", "N", \.drainTimeoutMilliseconds, .wholeNumber(0...600_000),
            help: "How many milliseconds open requests may take to end after SIGTERM or SIGINT."
        ),
    ]

    private static let examples = [
        CommandExample(
            line: "ringfort serve",
            meaning: "Serve on 127.0.0.1:8080, with development keys made in ./data/keys at the first start."
        ),
        CommandExample(
            line: "ringfort serve --listen '[::]:8080' --issuer https://id.example",
            meaning: "Serve on all IPv6 addresses, and take the tokens of one issuer only."
        ),
        CommandExample(
            line: "ringfort serve --tls-certificate server.crt --tls-key server.key",
            meaning: "Serve HTTPS. SIGHUP reads both files again, without closing a connection."
        ),
        CommandExample(
            line: "ringfort serve --limit-ip off --limit-principal off --limit-verification off",
            meaning: "Serve without limits but that of failed authentications, for a measurement."
        ),
    ]

    /// Serves until a signal ends it.
    private static func run(_ options: ServeOptions) -> CommandOutcome {
        do throws(ServeFailure) {
            let notes = try ServeSetup.prepareKeys(options)
            let server = try ServeSetup.server(options)
            ServeSetup.announce(server, options, notes)
            try ServeSetup.run(server)
            return CommandOutcome()
        } catch {
            let reason = TerminalText.escaped("\(error)")
            return CommandOutcome(standardError: "ringfort serve: \(reason)\n", status: error.status)
        }
    }
}

extension ValueParser where Value == AddressRange {
    /// An address or a range in CIDR notation.
    static var addressRange: Self {
        Self(wanted: "an address, or a range such as 10.0.0.0/8 without bits behind its prefix") {
            AddressRange($0)
        } describe: {
            $0.description
        }
    }
}

extension ValueParser where Value == ListenAddress {
    /// `ADDRESS:PORT`.
    static var listenAddress: Self {
        Self(wanted: "ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080; names are not looked up") {
            ListenAddress($0)
        } describe: {
            $0.description
        }
    }
}
