import Ringfort

extension Settings {
    /// The groups of a configuration file, in their order, and what is in them.
    static let groups: KeyValuePairs = [
        "tls": "HTTPS: which certificate is shown, and which clients are taken.",
        "limits": "How much the server takes on.",
        "http": "What a client may send.",
        "timeouts": "How long things may take.",
        "tokens": "Whose tokens are taken.",
        "identity": "The server's own users, who log in, and services that get tokens.",
        "rate_limits": "How often clients may ask.",
        "proxies": "Whose word about their clients' addresses is taken.",
        "workers": "The threads of handlers that may wait.",
        "admin": "How a running server is asked about itself, and told to change.",
        "log": "What is logged.",
    ]

    /// All that can be set.
    static let table: [Setting] =
        general + tls + limits + http + timeouts + tokens + identity + rateLimits + proxies + workers + admin + log
        + routes

    private static let general = [
        Setting(
            "data", option: "data", "DIR", \.dataDirectory, .line,
            help: "The directory that holds everything the server makes. It is made when it is not there."),
        Setting(
            "listen", option: "listen", "ADDRESS:PORT", \.listen, .listenAddress,
            help: "Where to listen: an IPv4 address, or an IPv6 address in brackets ([::1]:8080)."),
        Setting(
            "listeners", option: "listener", "URL,URL", \.listeners, .listeners,
            help: "Where to listen besides: http://127.0.0.1:8081 for plain HTTP beside HTTPS, say. The same is served "
                + "there, and nobody is redirected."),
        Setting(
            "shards", option: "shards", "N", \.shards, .wholeNumber(1...256), defaultWords: "the number of cores",
            help: "How many threads serve, each with its own ring and its own connections."),
    ]

    private static let tls = [
        Setting(
            "tls.certificate", option: "tls-certificate", "FILE", \.tlsCertificate, .line,
            help:
                "Serve HTTPS with the certificate in this PEM file, followed by those that lead to its root. Plain HTTP, when "
                + "it is not set."),
        Setting(
            "tls.key", option: "tls-key", "FILE", \.tlsKey, .line,
            help: "The certificate's private key, in PEM, unencrypted. Group and others must have no access to it."),
        Setting(
            "tls.oldest_version", option: "tls-minimum", "tls1.2|tls1.3", \.tlsOldestVersion, .oneOf { $0.rawValue },
            help:
                "The oldest version of TLS that clients may use. With TLS 1.2 only ECDHE and AEAD ciphers are allowed."),
        Setting(
            "tls.client_authority", option: "tls-client-ca", "FILE", \.tlsClientAuthority, .line,
            help: "Take only clients whose certificate leads to one in this PEM file. All, when it is not set."),
        Setting(
            "tls.client_certificates", option: "tls-client-certificates", "required|optional", \.tlsClientCertificates,
            .oneOf { $0.rawValue },
            help: "Whether a client that shows no certificate is refused where there is a `client_authority`."),
        Setting(
            "tls.ocsp", option: "tls-ocsp", "FILE", \.tlsOCSP, .line,
            help: "An OCSP response in DER that says that the certificate is good, for clients that ask for it."),
        Setting(
            "tls.certificates", \.tlsCertificates, .certificates,
            help: "Further certificates: a client is shown the first one that has the name it asks for (SNI), and "
                + "`tls.certificate` where none has it."),
    ]

    private static let limits = [
        Setting(
            "limits.connections", option: "max-connections", "N", \.connections, .wholeNumber(1...1_000_000),
            help: "How many connections may be open, in the whole process."),
        Setting(
            "limits.requests_per_connection", option: "max-requests-per-connection", "N", \.requestsPerConnection,
            .wholeNumber(1...UInt32.max), help: "After how many requests a connection is closed."),
        Setting(
            "limits.connection_age_seconds", option: "max-connection-age", "SECONDS", \.connectionAgeSeconds,
            .wholeNumber(1...86_400), help: "After what time the next request of a connection is its last."),
    ]

    private static let http = [
        Setting(
            "http.head_bytes", option: "max-head-bytes", "N", \.headBytes, .wholeNumber(64...65_535),
            help: "How long a request's line and headers may be together, before the answer is 431."),
        Setting(
            "http.header_bytes", option: "max-header-bytes", "N", \.headerBytes, .wholeNumber(1...65_535),
            help: "How long one header may be."),
        Setting(
            "http.target_bytes", option: "max-target-bytes", "N", \.targetBytes, .wholeNumber(1...65_535),
            help: "How long a request's target may be, before the answer is 414."),
        Setting(
            "http.headers", option: "max-headers", "N", \.headers, .wholeNumber(1...1_000),
            help: "How many headers a request may have."),
        Setting(
            "http.body_bytes", option: "max-body-bytes", "N", \.bodyBytes, .wholeNumber(0...1_073_741_824),
            help: "How long a body may be, before the answer is 413; a route may allow less."),
        Setting(
            "http.chunk_metadata_bytes", option: "max-chunk-metadata-bytes", "N", \.chunkMetadataBytes,
            .wholeNumber(0...1_048_576),
            help: "How long the extensions of a body's chunks and its trailers may be together."),
        Setting(
            "http.json_depth", option: "max-json-depth", "N", \.jsonDepth, .wholeNumber(1...512),
            help: "How many arrays and objects a JSON body may have inside each other."),
        Setting(
            "http.json_members", option: "max-json-members", "N", \.jsonMembers, .wholeNumber(1...1_048_576),
            help: "How many members an object in a JSON body may have."),
        Setting(
            "http.realm", option: "realm", "TEXT", \.realm, .printableASCII,
            help: "What the API calls itself where it asks for a token (WWW-Authenticate)."),
        Setting(
            "http.openapi", option: "openapi", "on|off", \.openAPI, .oneOf { $0.rawValue },
            help: "Whether everybody may read what the API is, in OpenAPI 3.1, at /openapi.json."),
    ]

    private static let timeouts = [
        Setting(
            "timeouts.handshake_ms", option: "handshake-timeout-ms", "N", \.handshakeTimeoutMilliseconds,
            .wholeNumber(1...86_400_000),
            help: "How many milliseconds a client may take from connecting to the end of the TLS handshake."),
        Setting(
            "timeouts.head_ms", option: "head-timeout-ms", "N", \.headTimeoutMilliseconds, .wholeNumber(1...86_400_000),
            help: "How many milliseconds a request's line and headers may take, before the answer is 408."),
        Setting(
            "timeouts.body_ms", option: "body-timeout-ms", "N", \.bodyTimeoutMilliseconds, .wholeNumber(1...86_400_000),
            help: "How many milliseconds a body may take, before it must have come at the least rate."),
        Setting(
            "timeouts.body_bytes_per_second", option: "min-body-rate", "BYTES", \.bodyBytesPerSecond,
            .wholeNumber(1...1_073_741_824),
            help: "The least rate of a body, in bytes a second; one that comes slower is answered 408."),
        Setting(
            "timeouts.idle_ms", option: "idle-timeout-ms", "N", \.idleTimeoutMilliseconds, .wholeNumber(1...86_400_000),
            help: "How many milliseconds a connection may be silent between two requests."),
        Setting(
            "timeouts.work_ms", option: "work-timeout-ms", "N", \.workTimeoutMilliseconds, .wholeNumber(1...86_400_000),
            help: "How many milliseconds a handler on a worker may take, before its client is told to come back later."),
        Setting(
            "timeouts.drain_ms", option: "drain-timeout-ms", "N", \.drainTimeoutMilliseconds, .wholeNumber(0...600_000),
            help: "How many milliseconds open requests may take to end after SIGTERM or SIGINT."),
    ]

    private static let tokens = [
        Setting(
            "tokens.keys_directory", option: "key-dir", "DIR", \.keyDirectory, .line,
            defaultWords: "keys, inside the data directory",
            help: "The directory with the keys that verify tokens: PEM, JWK, JWK set, PASERK and raw secret files."),
        Setting(
            "tokens.issuer", option: "issuer", "TEXT", \.issuer, .line,
            help: "The issuer (iss) that every token must name, exactly. Any, when it is not set."),
        Setting(
            "tokens.audience", option: "audience", "TEXT", \.audience, .line,
            help: "The audience (aud) that every token must name, exactly. Any, when it is not set."),
        Setting(
            "tokens.type", option: "token-type", "TEXT", \.tokenType, .line,
            help: "The type (typ) that a JWT must say it is, such as at+jwt. JWT, at+jwt or none, when it is not set."),
        Setting(
            "tokens.algorithms", option: "token-algorithms", "NAME,NAME", \.algorithms, .algorithms,
            defaultWords: "those of all keys", help: "The algorithms whose tokens are taken: EdDSA, ES256, v4.public …"),
        Setting(
            "tokens.roles_claim", option: "roles-claim", "TEXT", \.rolesClaim, .line,
            help: "The claim that names roles, a text or a list of texts. None, when it is not set."),
        Setting(
            "tokens.certificate_binding", option: "certificate-binding", "optional|required", \.certificateBinding,
            .oneOf { $0.rawValue },
            help: "Whether a token must be bound (cnf, RFC 8705) to the certificate that its client shows. One that is "
                + "bound is taken from who shows that certificate only, in any case."),
        Setting(
            "tokens.clock_skew_seconds", option: "skew", "SECONDS", \.clockSkewSeconds, .wholeNumber(0...120),
            help: "How far the clock of who made a token may differ from this one's."),
        Setting(
            "tokens.longest_lifetime_seconds", option: "max-token-lifetime", "SECONDS", \.longestTokenLifetimeSeconds,
            .wholeNumber(1...3_155_760_000), help: "Refuse tokens that expire later than this from now."),
        Setting(
            "tokens.longest_bytes", option: "max-token-bytes", "N", \.longestTokenBytes,
            .wholeNumber(1...TokenVerifier.mostBytes), help: "Refuse tokens that are longer."),
        Setting(
            "tokens.longest_header_bytes", option: "max-token-header-bytes", "N", \.longestTokenHeaderBytes,
            .wholeNumber(1...TokenVerifier.mostBytes), help: "Refuse JWTs whose header is longer, decoded."),
        Setting(
            "tokens.longest_footer_bytes", option: "max-token-footer-bytes", "N", \.longestTokenFooterBytes,
            .wholeNumber(1...TokenVerifier.mostBytes), help: "Refuse PASETOs whose footer is longer, decoded."),
        Setting(
            "tokens.longest_key_id_bytes", option: "max-key-id-bytes", "N", \.longestKeyIDBytes,
            .wholeNumber(1...KeyID.mostBytes), help: "Refuse tokens that ask for a key with a longer name (kid)."),
        Setting(
            "tokens.issuers", \.issuers, .list(of: IssuerEntry.reader), check: { $0.issuerFaults },
            help:
                "Several issuers, each with keys of its own, in place of `keys_directory`, `issuer`, `audience`, `type`, "
                + "`algorithms` and `roles_claim`, which are about one. What an issuer leaves out is as for one."),
        Setting(
            "tokens.jwks_refresh_seconds", option: "jwks-refresh", "SECONDS", \.remoteKeyLimits.refreshSeconds,
            .wholeNumber(10...86_400),
            help: "After how long the keys of issuers that have a `jwks_url` are fetched again."),
        Setting(
            "tokens.jwks_stale_seconds", option: "jwks-stale", "SECONDS", \.remoteKeyLimits.staleSeconds,
            .wholeNumber(0...86_400),
            help: "How long they are used after that, while they can't be fetched."),
        Setting(
            "tokens.jwks_forced_pause_seconds", option: "jwks-forced-pause", "SECONDS",
            \.remoteKeyLimits.forcedPauseSeconds, .wholeNumber(1...3_600),
            help: "How long nothing is fetched for tokens of unknown keys, after something was."),
        Setting(
            "tokens.jwks_bytes", option: "max-jwks-bytes", "N", \.remoteKeyLimits.mostBytes,
            .wholeNumber(1...JWKSet.mostBytes),
            help: "How long a set of keys may be."),
        Setting(
            "tokens.unknown_keys", option: "unknown-keys", "N", \.remoteKeyLimits.unknownKeys, .wholeNumber(1...65_536),
            help: "How many names of keys that an issuer has not are remembered."),
        Setting(
            "tokens.unknown_key_seconds", option: "unknown-key-life", "SECONDS", \.remoteKeyLimits.unknownKeySeconds,
            .wholeNumber(1...86_400),
            help: "How long such a name is not looked for again."),
        Setting(
            "tokens.cache_entries", option: "token-cache", "ENTRIES", \.tokenCacheEntries, .wholeNumber(0...4_194_304),
            help:
                "How many verified tokens to remember, in a KiB each; from 16, or 0 to verify each "
                + "token each time."),
        Setting(
            "tokens.cache_seconds", option: "token-cache-life", "SECONDS", \.tokenCacheSeconds,
            .wholeNumber(1...86_400),
            help: "How long a verified token is remembered, however often it comes; at most until it expires."),
    ]

    private static let rateLimits = [
        Setting(
            "rate_limits.policies", \.policies, .map("NAME", of: LimitPolicy.reader) { policyFault($0) },
            help: "Limits that routes can name. The routes that name one share its buckets."),
        Setting(
            "rate_limits.ip", option: "limit-ip", "RATE:BURST", \.limitPerAddress, .limit,
            help: "How many requests a second, and at once, one IP address may make; 'off' for no limit."),
        Setting(
            "rate_limits.principal", option: "limit-principal", "RATE:BURST", \.limitPerPrincipal, .limit,
            help: "How many requests a second, and at once, one authenticated principal may make; 'off' for no limit."),
        Setting(
            "rate_limits.failed_authentication", option: "limit-failures", "RATE:BURST", \.limitOfFailures, .limit,
            help:
                "How many tokens that are not valid one IP address may send, before its tokens are not looked at for a "
                + "while; 'off' for no limit."),
        Setting(
            "rate_limits.disclosure", option: "limit-disclosure", "refusals|all", \.limitDisclosure,
            .oneOf { $0.rawValue },
            help: "Which answers say how their client stands with his limit (RateLimit, RateLimit-Policy): those of "
                + "refused requests, or all."),
        Setting(
            "rate_limits.clients", option: "limit-clients", "N", \.limitedClients, .wholeNumber(8...268_435_456),
            help: "How many clients the limits can tell apart; each takes 16 bytes. Newcomers beyond them share one."),
        Setting(
            "rate_limits.verification_ms", option: "limit-verification", "MS:MS", \.limitOfVerification, .limit,
            help: "How many milliseconds a second, and at once, may be spent on checking the tokens of one IP address; "
                + "'off' for no limit."),
        Setting(
            "rate_limits.verification_queue", option: "verification-queue", "N", \.waitingVerifications,
            .wholeNumber(1...1_048_576),
            help:
                "How many connections of a shard may wait for an expensive check of a token; those beyond are answered "
                + "503."),
        Setting(
            "rate_limits.verification_pass_us", option: "verification-pass-us", "N", \.verificationMicrosecondsOfPass,
            .wholeNumber(1...1_000_000),
            help:
                "How many microseconds such checks may take in one pass of a shard's loop; others wait so long. Beside "
                + "others it is a tenth of their time, and one check at least."),
    ]

    private static let proxies = [
        Setting(
            "proxies.trusted", option: "trusted-proxy", "CIDR,CIDR", \.trustedProxies, .addressRanges,
            help: "The addresses of proxies that say whose requests they hand on."),
        Setting(
            "proxies.header", option: "proxy-header", "NAME", \.proxyHeader, .oneOf { $0.rawValue },
            help: "The header that every trusted proxy appends its client to: x-forwarded-for, or forwarded (RFC 7239)."
        ),
    ]

    private static let workers = [
        Setting(
            "workers.threads", option: "workers", "N", \.workers, .wholeNumber(1...1_024),
            help: "How many threads run the handlers that may wait."),
        Setting(
            "workers.queue", option: "worker-queue", "N", \.waitingWork, .wholeNumber(1...1_048_576),
            help: "How many requests may wait for such a thread; those beyond are answered 503."),
        Setting(
            "workers.tasks", option: "max-tasks", "N", \.tasks, .wholeNumber(1...1_048_576),
            help: "How many tasks of async handlers there may be at a time; further requests are answered 503."),
    ]

    private static let admin = [
        Setting(
            "admin.listen", option: "admin", "ADDRESS|off", \.adminPlace, .adminPlace,
            defaultWords: "admin.sock, inside the data directory",
            help:
                "Where 'ringfort status', 'reload' and 'revoke' ask, and where /metrics, /livez and /readyz are: a socket that only "
                + "its owner can open (unix:PATH), or ADDRESS:PORT; 'off' for nowhere. The commands ask on this "
                + "machine only."),
        Setting(
            "admin.access", option: "admin-access", "local|token", \.adminAccess, .oneOf { $0.rawValue },
            help:
                "Who may ask: whoever on this machine can reach it, or who brings a token with the scope ringfort:admin. Addresses "
                + "that others reach need tokens."),
    ]

    private static let log = [
        Setting(
            "log.requests", option: "log", "all|problems", \.log, .oneOf { $0.rawValue },
            help: "Which requests to log: all, or those answered with a status from 400."),
        Setting(
            "log.file", option: "log-file", "FILE", \.logFile, .line, defaultWords: "standard output",
            help: "The file that the log goes to. It is opened anew at SIGHUP, so that it can be renamed before."),
        Setting(
            "log.audit_file", option: "audit-file", "FILE", \.auditFile, .line,
            help: "The file that decisions go to: who was let in, and who was kept out and why. None, when it is not "
                + "set. It is opened anew at SIGHUP, too."),
        Setting(
            "log.audit", option: "audit", "all|refusals", \.audit, .oneOf { $0.rawValue },
            help: "Which decisions go there: all, or those by which somebody was kept out."),
    ]

    private static let routes = [
        Setting(
            "roles", \.roles, .map("ROLE", of: ValueReader(.scopes)) { roleFault($0) },
            help: "The scopes that each role grants, where an issuer's tokens name roles."),
        Setting(
            "routes", \.routes, .map("ROUTE", of: RouteEntry.reader) { routeFault($0) }, check: { $0.routeFaults },
            help:
                "What is said of a route (`GET /api/posts/:id`), or of all at and below a path (`/api/posts`), in place of what "
                + "the program says. A route goes before a path, and a longer path before a shorter one."),
    ]

    /// What is wrong with the name of a limit.
    private static func policyFault(_ name: String) -> String? {
        name == "off" ? "'off' is no limit: name it else" : nil
    }
}
