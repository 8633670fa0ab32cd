import Identity
import Ringfort

extension Settings {
    /// What can be set of the server's own users.
    static let identity = [
        Setting(
            "identity.login", option: "login", "on|off", \.login, .oneOf { $0.rawValue },
            defaultWords: "on, unless tokens.keys_directory or tokens.issuers is set",
            help: "Whether the server's own users may log in: POST /api/login, /api/refresh and /api/logout."),
        Setting(
            "identity.oauth", option: "oauth", "on|off", \.oauth, .oneOf { $0.rawValue },
            defaultWords: "on, unless tokens.keys_directory or tokens.issuers is set",
            help:
                "Whether services can get tokens by OAuth 2 (POST /oauth/token), ask about them (/oauth/introspect) and revoke "
                + "them (/oauth/revoke)."),
        Setting(
            "identity.origin", option: "origin", "URL", \.origin, .origin,
            help:
                "Where clients reach the server: https://HOST, with a port unless it is 443; http:// on this machine only. "
                + "The metadata of OAuth is only published where this is set, and named in challenges then."),
        Setting(
            "identity.token_format", option: "login-format", "ALGORITHM", \.loginTokenFormat, .algorithm,
            help: "The kind of token that is made here: an algorithm of an active key that signs."),
        Setting(
            "identity.access_token_seconds", option: "access-token-life", "SECONDS", \.accessTokenSeconds,
            .wholeNumber(1...86_400), help: "How long an access token that is made here lives."),
        Setting(
            "identity.refresh_token_seconds", option: "refresh-token-life", "SECONDS", \.refreshTokenSeconds,
            .wholeNumber(1...31_536_000),
            help: "How long one can go on with new tokens before one has to log in again."),
        Setting(
            "identity.limit_address", option: "limit-login", "RATE:BURST", \.limitOfLogins, .limit,
            help: "How often one IP address may try to log in; 'off' for no limit but that of all its requests."),
        Setting(
            "identity.limit_account", option: "limit-account", "RATE:BURST", \.limitOfAccounts, .limit,
            help:
                "How often one user may be tried from one IP address, and from all those together from which he has not "
                + "logged in for 30 days; 'off' for no limit."),
        Setting(
            "identity.hashes", option: "password-hashes", "N", \.passwordHashes, .wholeNumber(1...256),
            defaultWords: "half the number of cores, at least 1",
            help: "How many passwords are hashed at the same time, each in memory of its own."),
        Setting(
            "identity.hash_queue", option: "password-queue", "N", \.waitingHashes, .wholeNumber(1...65_536),
            help: "How many logins may wait for that; those beyond are answered 503."),
        Setting(
            "identity.password_cost", option: "password-cost", "PASSES:MIB", \.passwordCost, .passwordCost,
            defaultWords: "what takes 90 ms on this machine, from 2:19 to 10:64",
            help:
                "What the hash of a password costs (argon2id): passes over so much memory. A user's password is hashed anew "
                + "at his next login."),
    ]
}

extension ValueParser where Value == String {
    /// Where clients reach a server.
    static var origin: Self {
        Self(
            wanted: "https://HOST or https://HOST:PORT, in lower case, without a slash at the end",
            parse: { IdentityConfiguration.isOrigin($0) ? $0 : nil }, describe: { $0 })
    }
}

extension ValueParser where Value == PasswordHashCost {
    /// `PASSES:MIB`.
    static var passwordCost: Self {
        Self(wanted: "PASSES:MIB, from 1:8 to 20:1024, such as 2:64") { text in
            let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
                part.utf8.allSatisfy { $0 &- 0x30 < 10 } ? Int(part) : nil
            }
            guard numbers.count == 2, let passes = numbers[0], let mebibytes = numbers[1],
                (1...20).contains(passes), (8...1_024).contains(mebibytes)
            else { return nil }
            return PasswordHashCost(passes: passes, memoryMebibytes: mebibytes)
        } describe: {
            "\($0.passes):\($0.memoryMebibytes)"
        }
    }
}
