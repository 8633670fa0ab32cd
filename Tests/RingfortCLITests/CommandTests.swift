import Testing

@testable import RingfortCLI

@Suite("A command")
struct CommandTests {
    private struct Options: Equatable {
        var count = 3
        var place = "here"
        var note: String?
    }

    private let command = Command(
        name: "paint", summary: "Paint something",
        options: [
            CommandOption("count", "N", \Options.count, .wholeNumber(1...10), help: "How often to paint."),
            CommandOption("place", "TEXT", \Options.place, .text, help: "Where to paint."),
            CommandOption("note", "TEXT", \Options.note, .text, isRequired: true, help: "What to note."),
        ],
        examples: [CommandExample(line: "ringfort paint --note x", meaning: "Paints.")], defaults: Options()
    ) { options in CommandOutcome(standardOutput: "\(options.count) \(options.place) \(options.note ?? "")") }

    @Test(
        "takes values behind a space or an equals sign, in any order",
        arguments: [
            ["--note", "n", "--count", "5", "--place", "there"], ["--place=there", "--count=5", "--note=n"],
        ]
    )
    func takesValues(arguments: [String]) throws {
        #expect(try command.parse(arguments) == Options(count: 5, place: "there", note: "n"))
    }

    @Test("keeps the default of what is not given")
    func defaults() throws {
        #expect(try command.parse(["--note", "n"]) == Options(count: 3, place: "here", note: "n"))
    }

    @Test("takes values that hold equals signs, dashes, spaces or the look of an option")
    func oddValues() throws {
        #expect(try command.parse(["--note=a=b"])?.note == "a=b")
        #expect(try command.parse(["--note", "-1 2"])?.note == "-1 2")
        #expect(try command.parse(["--note=--count"])?.note == "--count")
    }

    @Test(
        "refuses what it does not understand, by name",
        arguments: [
            (
                ["--cuont", "5"], .unknownOption("--cuont", nearest: "--count"),
                "there is no option '--cuont'; did you mean '--count'?"
            ),
            (["--zebra=1"], .unknownOption("--zebra", nearest: nil), "there is no option '--zebra'"),
            (["--count"], .missingValue(option: "count", placeholder: "N"), "'--count' needs a value: --count N"),
            (
                ["--count", "--note"], .missingValue(option: "count", placeholder: "N"),
                "'--count' needs a value: --count N"
            ),
            (
                ["--count", "11"], .invalidValue(option: "count", value: "11", wanted: "a whole number from 1 to 10"),
                "'--count': '11' is not a whole number from 1 to 10"
            ),
            (["--note", "a", "--note=b"], .repeatedOption("note"), "'--note' is given twice"),
            (["--count=2"], .missingOption("note", placeholder: "TEXT"), "'--note TEXT' is missing"),
            (["red"], .unexpectedArgument("red"), "'red' is neither an option nor the value of one"),
            (["-c"], .unexpectedArgument("-c"), "'-c' is neither an option nor the value of one"),
            (["--"], .unexpectedArgument("--"), "'--' is neither an option nor the value of one"),
        ] as [([String], UsageError, String)]
    )
    func refuses(arguments: [String], error: UsageError, sentence: String) {
        #expect(throws: error) { try command.parse(arguments) }
        #expect("\(error)" == sentence)
    }

    @Test(
        "takes no number but a plain one",
        arguments: ["", "0", "11", "-1", "+5", " 5", "5 ", "5.0", "0x5", "five", "99999999999999999999", "٥"]
    )
    func refusesNumbers(value: String) {
        let error = UsageError.invalidValue(option: "count", value: value, wanted: "a whole number from 1 to 10")
        #expect(throws: error) { try command.parse(["--note=n", "--count=\(value)"]) }
    }

    @Test("answers a plea for help instead of running", arguments: [["--help"], ["-h"], ["--count", "5", "--help"]])
    func help(arguments: [String]) throws {
        let outcome = try command.run(arguments)
        #expect(outcome == CommandOutcome(standardOutput: command.help))
    }

    @Test("explains itself from its options")
    func helpText() {
        let expected = """
            Paint something.

            Usage: ringfort paint --note TEXT [options]

            Options:
              --count N
                  How often to paint. Default: 3
              --place TEXT
                  Where to paint. Default: here
              --note TEXT
                  What to note. Required.
              -h, --help
                  Show this help.

            Examples:
              ringfort paint --note x
                  Paints.

            """
        #expect(command.help == expected)
    }

    @Test("breaks its help at 79 columns")
    func wrapped() {
        let words = Array(repeating: "word", count: 40).joined(separator: " ")
        let lines = HelpText.paragraph(words, indentation: 6).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.count <= 79 && $0.hasPrefix("      word") })
        #expect(lines.map { $0.split(separator: " ").count }.reduce(0, +) == 40)
    }
}

@Suite("A command with a switch and an operand")
struct OperandTests {
    private struct Options: Equatable {
        var colour: String?
        var note: String?
        var isLoud = false
    }

    private let command = Command(
        name: "paint", summary: "Paint something",
        operand: CommandOperand("COLOUR|-", \Options.colour, .text, help: "The colour."),
        options: [
            CommandOption("note", "TEXT", \Options.note, .text, help: "What to note."),
            CommandOption(switch: "loud", \Options.isLoud, help: "Say it."),
        ], examples: [], defaults: Options()
    ) { _ in CommandOutcome() }

    @Test(
        "takes both wherever they stand",
        arguments: [["red", "--loud"], ["--loud", "red"], ["--loud", "--", "red"]]
    )
    func takes(arguments: [String]) throws {
        #expect(try command.parse(arguments) == Options(colour: "red", isLoud: true))
    }

    @Test("takes a dash for standard input, and behind two dashes what begins with one")
    func dashes() throws {
        #expect(try command.parse(["-"])?.colour == "-")
        #expect(try command.parse(["--", "-red"])?.colour == "-red")
        #expect(try command.parse(["--note", "-", "red"]) == Options(colour: "red", note: "-"))
    }

    @Test(
        "refuses what it does not understand, by name",
        arguments: [
            ([], .missingOperand("COLOUR|-"), "COLOUR|- is missing"),
            (["red", "green"], .unexpectedArgument("green"), "'green' is neither an option nor the value of one"),
            (
                ["red", "--", "green"], .unexpectedArgument("green"),
                "'green' is neither an option nor the value of one"
            ),
            (["red", "--loud=yes"], .unexpectedValue(option: "loud"), "'--loud' takes no value"),
            (["red", "--loud", "--loud"], .repeatedOption("loud"), "'--loud' is given twice"),
            (["-red"], .unexpectedArgument("-red"), "'-red' is neither an option nor the value of one"),
            (
                [""], .invalidOperand("COLOUR|-", value: "", wanted: "a text of at least one character"),
                "COLOUR|-: '' is not a text of at least one character"
            ),
        ] as [([String], UsageError, String)]
    )
    func refuses(arguments: [String], error: UsageError, sentence: String) {
        #expect(throws: error) { try command.parse(arguments) }
        #expect("\(error)" == sentence)
    }

    @Test("shows both in its help")
    func help() {
        #expect(command.help.contains("Usage: ringfort paint COLOUR|- [options]\n\n  COLOUR|-\n      The colour.\n"))
        #expect(command.help.contains("\n  --loud\n      Say it.\n"))
    }
}

@Suite("A suggestion")
struct SuggestionTests {
    @Test(
        "is the nearest word, when one is near",
        arguments: [
            ("--shards", "--shards"), ("--shrads", "--shards"), ("--shard", "--shards"), ("--limitip", "--limit-ip"),
            ("--x", nil), ("", nil), ("--something-else", nil),
        ]
    )
    func nearest(typo: String, word: String?) {
        #expect(["--data", "--shards", "--limit-ip", "--listen"].nearest(to: typo) == word)
    }
}
