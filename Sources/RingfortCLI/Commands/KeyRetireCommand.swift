import JSON
import Tokens

/// `ringfort key retire`.
enum KeyRetireCommand {
    struct Options: KeyLocation {
        var dataDirectory = "./data"
        var keyDirectory: String?
        var keyID: KeyID?
        /// Which key is meant, where two have the name.
        var algorithm: Algorithm?
        var isForced = false
        var isJSON = false
    }

    static let command = Command(
        name: "key retire", summary: "Take a key out of use",
        operand: CommandOperand("KID", \Options.keyID, .keyID, help: "The key's name."), options: options,
        examples: examples, defaults: Options(), body: run
    )

    private static let options: [CommandOption<Options>] =
        [
            CommandOption(
                "algorithm", "ALGORITHM", \.algorithm, .algorithm, defaultText: "that of the only key of the name",
                help: "Which key is meant, where a JWT's and a PASETO's have the same name."
            ),
            CommandOption(
                switch: "force", \.isForced,
                help: "Do it also when the key is the one that signs, or the last that could."
            ),
        ] + CommandOption.keyLocation + [.json(\.isJSON)]

    private static let examples = [
        CommandExample(
            line: "ringfort key retire eddsa-0123456789abcdef",
            meaning: "Move the key into the directory 'retired' beside the others: it neither signs nor verifies any "
                + "more. A running server takes its tokens until it is started anew."
        )
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        .ofKeyCommand("key retire") { () throws(KeyCommandFailure) in
            let files = try retire(options)
            guard !options.isJSON else {
                return CommandOutcome(
                    JSONOutput.object { writer, buffer in
                        writer.append("kid", text: options.keyID?.text, into: &buffer)
                        writer.append("retired", texts: files, into: &buffer)
                    })
            }
            return CommandOutcome("", words: files.map { "Moved \($0) to \(options.keyPath)/retired." })
        }
    }

    private static func retire(_ options: Options) throws(KeyCommandFailure) -> [String] {
        guard let id = options.keyID else { return [] }
        do throws(KeyChangeError) {
            return try KeyDirectory.retire(
                id, algorithm: options.algorithm, force: options.isForced, in: options.keyPath)
        } catch {
            throw KeyCommandFailure(error, keyPath: options.keyPath)
        }
    }
}
