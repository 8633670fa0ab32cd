import Glibc
import Identity
import SQLite

/// `ringfort apikey create`.
enum APIKeyCreateCommand {
    struct Options: AdminOptions {
        var target = AdminTarget()
        var label = ""
        var scope = ""
        /// How long the key lives; nil for ever.
        var lifetimeSeconds: Int64? = 365 * 86_400
        /// The key's own limit; nil for what the routes say.
        var limit: RequestLimit?
        var isJSON = false
    }

    static let command = Command(
        name: "apikey create", summary: "Make an API key",
        details: [
            "The key is shown once; what is kept of it is a hash. Clients bring it in the header X-API-Key, on the routes that take "
                + "API keys."
        ],
        options: options, examples: examples, defaults: Options()
    ) { run($0, nowUnixSeconds: Int64(time(nil))) }

    private static let options: [CommandOption<Options>] =
        [
            CommandOption(
                "label", "TEXT", \.label, .line, isRequired: true, defaultText: "none",
                help: "What the key is for, so that somebody knows later."),
            CommandOption(
                "scope", "\"NAME ...\"", \.scope, .scope, defaultText: "none",
                help: "What the key allows: names with single spaces between them."),
            CommandOption(
                "expires-in", "TIME", \.lifetimeSeconds, .lifetime,
                help: "How long the key is good: a number with d, h, m or s behind it, or 'never'."),
            CommandOption(
                "limit", "RATE:BURST", \.limit, .limit,
                help:
                    "How often the key may ask, over all routes together, in place of what these say of each caller; 'off' "
                    + "for what they say."),
        ] + CommandOption<Options>.target + [.json(\.isJSON)]

    private static let examples = [
        CommandExample(
            line: "ringfort apikey create --label \"nightly import\" --scope write:posts",
            meaning: "Make a key that may write posts for a year. Only the key goes to standard output."),
        CommandExample(
            line: "ringfort apikey create --label partner --scope read:profile --expires-in 90d --limit 10:20",
            meaning: "Make one for 90 days and 10 requests a second, 20 at once."),
    ]

    /// Makes a key at the time given.
    static func run(_ options: Options, nowUnixSeconds now: Int64) -> CommandOutcome {
        .ofIdentityCommand("apikey create", options.target.dataDirectory) { store throws(IdentityFailure) in
            let (key, text) = APIKey.make(
                label: options.label, scopes: options.scope,
                limit: options.limit.map {
                    APIKeyLimit(requests: $0.requests, everySeconds: $0.everySeconds, burst: $0.burst)
                }, expiresUnixSeconds: options.lifetimeSeconds.map { now + $0 }, nowUnixSeconds: now)
            guard try IdentityFailure.asking({ () throws(SQLiteError) in try store.add(key) }) else {
                throw .refused(
                    "there are \(IdentityStore.mostAPIKeys) API keys: revoke those that nobody uses any more")
            }
            // The key is made, and has to be shown, whatever the server says.
            var outcome = CommandOutcome(output(key, text, options, now))
            let lifetime = options.lifetimeSeconds.map { "good for \(Moment.words(lengthSeconds: UInt64($0)))" }
            outcome.standardError =
                "Made \(key.id), \(lifetime ?? "good until it is revoked"). It is not shown again.\n"
            do throws(IdentityFailure) {
                outcome.standardError += try options.target.announceAPIKeys() + "\n"
            } catch {
                outcome.standardError += "ringfort apikey create: \(TerminalText.escaped("\(error)"))\n"
                outcome.status = error.status
            }
            return outcome
        }
    }

    private static func output(_ key: APIKey, _ text: String, _ options: Options, _ now: Int64) -> String {
        guard options.isJSON else { return text + "\n" }
        return JSONOutput.object { writer, buffer in
            writer.append("key", text: text, into: &buffer)
            APIKeyReport(key: key, nowUnixSeconds: now).append(&writer, into: &buffer)
        }
    }
}

extension ValueParser where Value == Int64? {
    /// A length of time in seconds, at most ten years; `never`, which is nil.
    static var lifetime: Self {
        Self(wanted: "a length of time up to ten years, such as 90d, 12h, 30m or 45s, nor 'never'") { text in
            if text.lowercased() == "never" { return .some(nil) }
            guard let unit = units.first(where: { text.hasSuffix($0.name) }), text.utf8.count <= 12,
                text.dropLast().utf8.allSatisfy({ $0 &- 0x30 < 10 }), let count = Int64(text.dropLast()),
                (1...315_360_000).contains(count * unit.seconds)
            else { return nil }
            return count * unit.seconds
        } describe: { seconds in
            guard let seconds else { return "never" }
            let unit = units.first { seconds % $0.seconds == 0 } ?? (1, "s")
            return "\(seconds / unit.seconds)\(unit.name)"
        }
    }

    private static var units: [(seconds: Int64, name: String)] {
        [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")]
    }
}
