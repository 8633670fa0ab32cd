import Bytes
import Glibc
import JSON
import Tokens

/// `ringfort token verify`.
enum TokenVerifyCommand {
    struct Options: KeyLocation {
        var dataDirectory = "./data"
        var keyDirectory: String?
        var token: String?
        var issuer: String?
        var audience: String?
        var clockSkewSeconds: Int64 = 30
        var longestLifetimeSeconds: Int64 = 86_400
        var isJSON = false
    }

    static let command = Command(
        name: "token verify", summary: "Check a token as the server would", operand: .token(\Options.token),
        options: options, examples: examples, defaults: Options()
    ) { run($0, TokenInput.bytes($0.token ?? ""), nowUnixSeconds: Int64(time(nil))) }

    private static let options: [CommandOption<Options>] =
        [
            CommandOption("issuer", "TEXT", \.issuer, .text, help: "The issuer (iss) that it must name."),
            CommandOption("audience", "TEXT", \.audience, .text, help: "The audience (aud) that it must name."),
            CommandOption(
                "skew", "SECONDS", \.clockSkewSeconds, .wholeNumber(0...120), help: "How far clocks may differ."
            ),
            CommandOption(
                "max-token-lifetime", "SECONDS", \.longestLifetimeSeconds, .wholeNumber(1...3_155_760_000),
                help: "Refuse a token that expires later than this from now."
            ),
        ] + CommandOption.keyLocation + [.json(\.isJSON)]

    private static let examples = [
        CommandExample(
            line: "ringfort token verify - <token.txt",
            meaning: "Exit with 0 and show the claims when the token is valid; exit with 1 and say why when it is not."
        ),
        CommandExample(
            line: "ringfort token issue --subject alice | ringfort token verify - --json",
            meaning: "The answer as one JSON object, for scripts."
        ),
    ]

    static func run(_ options: Options, _ token: [UInt8], nowUnixSeconds now: Int64) -> CommandOutcome {
        .ofKeyCommand("token verify") { () throws(KeyCommandFailure) in
            let keyring = try options.keys().keyring
            do {
                let verdict = TokenVerdict(
                    token, keyring: keyring, policy: try options.policy(), scopes: try ScopeTable(), nowUnixSeconds: now
                )
                return options.isJSON ? verdict.json : verdict.words
            } catch {
                // The options allow no value that a policy refuses.
                return CommandOutcome(standardError: "ringfort token verify: \(error)\n", status: ExitStatus.failure)
            }
        }
    }
}

extension TokenVerifyCommand.Options {
    /// What the token must say.
    fileprivate func policy() throws(PolicyError) -> ClaimsPolicy {
        try ClaimsPolicy(
            issuer: issuer, audience: audience, clockSkewSeconds: clockSkewSeconds,
            longestLifetimeSeconds: longestLifetimeSeconds)
    }
}
