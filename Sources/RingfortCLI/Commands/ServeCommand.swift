import Ringfort

/// `ringfort serve`.
enum ServeCommand {
    struct Options: SettingOptions {
        var given = GivenSettings()
    }

    static let command = Command(
        name: "serve", summary: "Answer API requests over HTTPS or HTTP", details: GivenSettings.details,
        options: CommandOption.settings, examples: examples, defaults: Options(), body: run
    )

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
            meaning: "Serve HTTPS. SIGHUP reads them again, and the configuration, without closing a connection."
        ),
        CommandExample(
            line: "ringfort serve --config ringfort.yaml",
            meaning: "Serve as a file says, which 'ringfort check --config ringfort.yaml' has found no fault with."
        ),
        CommandExample(
            line: "ringfort serve --limit-ip off --limit-principal off --limit-verification off",
            meaning: "Serve without limits but that of failed authentications, for a measurement."
        ),
    ]

    /// Serves until a signal ends it.
    private static func run(_ options: Options) -> CommandOutcome {
        do throws(ServeFailure) {
            let settings = try ServeSetup.settings(options.given)
            let notes = try ServeSetup.prepareKeys(settings)
            let (server, source, demo) = try ServeSetup.server(settings, options.given, isFirstStart: !notes.isEmpty)
            ServeSetup.announce(server, notes + demo)
            try ServeSetup.run(server, source)
            return CommandOutcome()
        } catch {
            let lines = "\(error)".split(separator: "\n").map {
                "ringfort serve: \(TerminalText.escaped(String($0)))\n"
            }
            return CommandOutcome(standardError: lines.joined(), status: error.status)
        }
    }
}

extension ValueParser where Value == [AddressRange] {
    /// Addresses and ranges in CIDR notation with commas between them; an empty text is none.
    static var addressRanges: Self {
        Self(
            wanted: "addresses, or ranges such as 10.0.0.0/8 without bits behind their prefixes, with commas between",
            form: .texts
        ) { text in
            let parts = text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
            let ranges = parts.compactMap { AddressRange(String($0)) }
            return ranges.count == parts.count ? ranges : nil
        } describe: { ranges in
            ranges.map(\.description).joined(separator: ",")
        }
    }
}
