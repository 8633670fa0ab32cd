import JSON
import Tokens

/// `ringfort key rotate`.
enum KeyRotateCommand {
    struct Options: KeyLocation {
        var dataDirectory = "./data"
        var keyDirectory: String?
        var algorithm = Algorithm.edDSA
        /// The new key's name; nil for a new one.
        var keyID: KeyID?
        /// The key that is there already and shall sign.
        var existing: KeyID?
        var isJSON = false
    }

    static let command = Command(
        name: "key rotate", summary: "Sign with another key from now on", options: options, examples: examples,
        defaults: Options(), body: run
    )

    private static let options: [CommandOption<Options>] =
        [
            .algorithm(\.algorithm, help: "Whose tokens are to be signed with another key."),
            CommandOption(
                "to", "KID", \.existing, .keyID, defaultText: "a new key",
                help: "The key to sign with: one that is there and does not sign yet."
            ),
            CommandOption(
                "kid", "NAME", \.keyID, .keyID, defaultText: "the algorithm and a random number",
                help: "The new key's name. Not together with --to."
            ),
        ] + CommandOption.keyLocation + [.json(\.isJSON)]

    private static let examples = [
        CommandExample(
            line: "ringfort key rotate --algorithm EdDSA",
            meaning: "Make a new key and sign with it. The old one still verifies: retire it when the last token that "
                + "it signed has expired. Start the servers anew before they get tokens of the new key."
        ),
        CommandExample(
            line: "ringfort key rotate --algorithm EdDSA --to 2027-01",
            meaning: "Sign with a key that was made earlier and that every server knows by now."
        ),
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        guard options.existing == nil || options.keyID == nil else {
            let error = "ringfort key rotate: '--kid' names a new key, '--to' one that is there; say one of them\n"
            return CommandOutcome(standardError: error, status: ExitStatus.usage)
        }
        return .ofKeyCommand("key rotate") { () throws(KeyCommandFailure) in
            let rotation = try rotate(options)
            guard !options.isJSON else { return CommandOutcome(json(rotation, options.algorithm)) }
            let old = rotation.previous.map { $0 == rotation.active ? "It did before." : "\($0) still verifies." }
            let words = "Tokens with \(options.algorithm) are signed with \(rotation.active) from now on."
            return CommandOutcome(
                "\(rotation.active)\n", words: [([words] + [old].compactMap(\.self)).joined(separator: " ")])
        }
    }

    private static func rotate(_ options: Options) throws(KeyCommandFailure) -> KeyDirectory.Rotation {
        do throws(KeyChangeError) {
            guard let existing = options.existing else {
                return try KeyDirectory.rotate(options.algorithm, id: options.keyID, in: options.keyPath)
            }
            return try KeyDirectory.rotate(options.algorithm, toExisting: existing, in: options.keyPath)
        } catch {
            throw KeyCommandFailure(error, keyPath: options.keyPath)
        }
    }

    private static func json(_ rotation: KeyDirectory.Rotation, _ algorithm: Algorithm) -> String {
        JSONOutput.object { writer, buffer in
            writer.append("algorithm", string: algorithm.name, into: &buffer)
            writer.append("active", text: rotation.active.text, into: &buffer)
            writer.append("previous", text: rotation.previous?.text, into: &buffer)
        }
    }
}
