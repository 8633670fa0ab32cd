import Testing

@testable import RingfortCLI

@Suite("The command line")
struct CommandLineToolTests {
    private struct Options {
        var word: String?
    }

    private let tool = CommandLineTool(commands: [
        Self.command("serve"), Self.command("token issue"), Self.command("token inspect"),
    ])

    @Test("runs a command of one word or of two, with its options")
    func runs() {
        #expect(tool.run(["serve"]).standardOutput == "serve -")
        #expect(tool.run(["serve", "--word", "x"]).standardOutput == "serve x")
        #expect(tool.run(["token", "issue", "--word=y"]).standardOutput == "token issue y")
    }

    @Test("lists the commands when asked", arguments: [["--help"], ["-h"], ["help"]])
    func lists(arguments: [String]) {
        let outcome = tool.run(arguments)
        #expect(outcome.status == 0 && outcome.standardError.isEmpty)
        #expect(outcome.standardOutput.contains("\n  serve           Summary of serve\n"))
        #expect(outcome.standardOutput.contains("\n  token issue     Summary of token issue\n"))
    }

    @Test("lists the commands, as an error, when none is given")
    func noCommand() {
        let outcome = tool.run([])
        #expect(outcome.status == 64 && outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains("Usage: ringfort COMMAND"))
    }

    @Test("explains a command in either way", arguments: [["help", "token", "issue"], ["token", "issue", "--help"]])
    func explains(arguments: [String]) {
        let outcome = tool.run(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.standardOutput.hasPrefix("Summary of token issue.\n\nUsage: ringfort token issue [options]\n"))
    }

    @Test("explains all commands of a group", arguments: [["help", "token"], ["token"], ["token", "--help"]])
    func explainsGroup(arguments: [String]) {
        let outcome = tool.run(arguments)
        #expect(outcome.standardOutput.contains("Usage: ringfort token issue"))
        #expect(outcome.standardOutput.contains("Usage: ringfort token inspect"))
    }

    @Test("says its version")
    func version() { #expect(tool.run(["--version"]).standardOutput == "ringfort \(CommandLineTool.version)\n") }

    @Test(
        "names what is wrong, suggests, and ends with status 64",
        arguments: [
            (
                ["serv"],
                "ringfort: there is no command 'serv'; did you mean 'serve'?\nRun 'ringfort --help' for the commands.\n"
            ),
            (
                ["token", "isue"],
                "ringfort: there is no command 'token isue'; did you mean 'token issue'?\n"
                    + "Run 'ringfort --help' for the commands.\n"
            ),
            (["zebra", "x"], "ringfort: there is no command 'zebra'\nRun 'ringfort --help' for the commands.\n"),
            (["--zebra"], "ringfort: there is no command '--zebra'\nRun 'ringfort --help' for the commands.\n"),
            (["help", "zebra"], "ringfort: there is no command 'zebra'\nRun 'ringfort --help' for the commands.\n"),
            (
                ["serve", "--wrod", "x"],
                "ringfort serve: there is no option '--wrod'; did you mean '--word'?\n"
                    + "Run 'ringfort serve --help' for its options.\n"
            ),
        ]
    )
    func refuses(arguments: [String], message: String) {
        #expect(tool.run(arguments) == CommandOutcome(standardError: message, status: 64))
    }

    private static func command(_ name: String) -> Command<Options> {
        Command(
            name: name, summary: "Summary of \(name)",
            options: [CommandOption("word", "WORD", \Options.word, .text, help: "A word.")], examples: [],
            defaults: Options()
        ) { options in CommandOutcome(standardOutput: "\(name) \(options.word ?? "-")") }
    }
}
