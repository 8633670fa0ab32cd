import Tokens

/// `ringfort key generate`.
enum KeyGenerateCommand {
    struct Options: KeyLocation {
        var dataDirectory = "./data"
        var keyDirectory: String?
        var algorithm = Algorithm.edDSA
        /// The new key's name; nil for a new one.
        var keyID: KeyID?
        var isJSON = false
    }

    static let command = Command(
        name: "key generate", summary: "Make a key", options: options, examples: examples, defaults: Options(),
        body: run
    )

    private static let options: [CommandOption<Options>] =
        [
            .algorithm(\.algorithm, help: "What the key is for."),
            CommandOption(
                "kid", "NAME", \.keyID, .keyID, defaultText: "the algorithm and a random number",
                help: "The key's name, which its tokens carry (kid)."
            ),
        ] + CommandOption.keyLocation + [.json(\.isJSON)]

    private static let examples = [
        CommandExample(
            line: "ringfort key generate --algorithm EdDSA",
            meaning: "Make a key in ./data/keys. A first key signs from now on; beside others, it waits."
        ),
        CommandExample(
            line: "ringfort key generate --algorithm EdDSA --kid 2027-01",
            meaning: "Make a key to switch to with 'ringfort key rotate' once every server has it."
        ),
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        .ofKeyCommand("key generate") { () throws(KeyCommandFailure) in
            if options.keyDirectory == nil { try DataDirectory.make(options.dataDirectory) }
            let id = try generate(options)
            let report = try options.signingKey(id, options.algorithm)
            guard !options.isJSON else {
                return CommandOutcome(JSONOutput.object { report.append(&$0, into: &$1) })
            }
            let place = "\(options.keyPath)/\(report.entry.fileName)"
            let use = report.isActive ? "It signs from now on." : "The key that signed before still does."
            return CommandOutcome("\(id)\n", words: ["Made a key for \(options.algorithm): \(place). \(use)"])
        }
    }

    private static func generate(_ options: Options) throws(KeyCommandFailure) -> KeyID {
        do throws(KeyChangeError) {
            return try KeyDirectory.generate(options.algorithm, id: options.keyID, in: options.keyPath)
        } catch {
            throw KeyCommandFailure(error, keyPath: options.keyPath)
        }
    }
}

extension KeyLocation {
    /// What may be told of a key that signs.
    func signingKey(_ id: KeyID, _ algorithm: Algorithm) throws(KeyCommandFailure) -> KeyReport {
        let keys = try keys()
        let entry = keys.entries.first { $0.key.id == id && $0.key.algorithm == algorithm && $0.signs }
        guard let entry else { throw .change(.unknownKey(id, algorithm)) }
        return KeyReport(entry, keys)
    }
}
