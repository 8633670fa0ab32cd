/// `ringfort status`.
enum StatusCommand {
    struct Options: AdminOptions {
        var target = AdminTarget()
        var asksMetrics = false
    }

    static let command = Command(
        name: "status", summary: "Show what a running server says of itself",
        options: CommandOption<Options>.target + [
            CommandOption(
                switch: "metrics", \.asksMetrics, help: "Show the metrics that Prometheus would fetch, not JSON.")
        ],
        examples: examples, defaults: Options(), body: run
    )

    private static let examples = [
        CommandExample(
            line: "ringfort status", meaning: "Version, uptime, keys, certificates and each shard's counters, in JSON."),
        CommandExample(
            line: "ringfort status --metrics | promtool check metrics", meaning: "Check the metrics' form."),
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        do throws(AdminFailure) {
            let answer = try AdminClient.ask(options.target, "GET", options.asksMetrics ? "/metrics" : "/status")
            guard let answer else { throw .noServer(options.target) }
            guard answer.status == 200 else { throw answer.failure }
            return CommandOutcome(standardOutput: answer.body)
        } catch {
            return CommandOutcome(
                standardError: "ringfort status: \(TerminalText.escaped(error.description))\n", status: error.status)
        }
    }
}
