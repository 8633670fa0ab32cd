/// `ringfort status`.
enum StatusCommand {
    struct Options: AdminOptions {
        var target = AdminTarget()
        var asksMetrics = false
        var isJSON = false
    }

    static let command = Command(
        name: "status", summary: "Show what a running server says of itself",
        options: CommandOption<Options>.target + [
            CommandOption(
                switch: "metrics", \.asksMetrics, help: "Show the metrics that Prometheus would fetch instead."),
            .json(\.isJSON),
        ],
        examples: examples, defaults: Options(), body: run
    )

    private static let examples = [
        CommandExample(
            line: "ringfort status",
            meaning: "Version, uptime, keys, certificates, and each shard's counters that are not zero."),
        CommandExample(line: "ringfort status --json", meaning: "All of it, for scripts."),
        CommandExample(
            line: "ringfort status --metrics | promtool check metrics", meaning: "Check the metrics' form."),
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        do throws(AdminFailure) {
            let answer = try AdminClient.ask(options.target, "GET", options.asksMetrics ? "/metrics" : "/status")
            guard let answer else { throw .noServer(options.target) }
            guard answer.status == 200 else { throw answer.failure }
            guard !options.asksMetrics, !options.isJSON, let text = StatusText.text(of: answer.body) else {
                return CommandOutcome(standardOutput: answer.body)
            }
            return CommandOutcome(standardOutput: text)
        } catch {
            return CommandOutcome(
                standardError: "ringfort status: \(TerminalText.escaped(error.description))\n", status: error.status)
        }
    }
}
