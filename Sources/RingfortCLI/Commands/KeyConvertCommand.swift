import Bytes
import Tokens

/// `ringfort key convert`.
enum KeyConvertCommand {
    struct Options: Sendable {
        var file: String?
        var format = KeyConversion.Format.pem
        var output: String?
        var isPublicPart = false
    }

    static let command = Command(
        name: "key convert", summary: "Write a key in another format",
        operand: CommandOperand(
            "FILE", \Options.file, .text,
            help:
                "A key file. Its name says what it holds, as in the server's directory: ID.pem, ID.rs256.pem, ID.jwk, "
                + "ID.paserk …"
        ), options: options, examples: examples, defaults: Options(), body: run
    )

    private static let options: [CommandOption<Options>] = [
        CommandOption(
            "to", "pem|jwk|paserk", \.format, .oneOf { $0.rawValue }, isRequired: true,
            help: "The format: PEM, a JSON web key (public keys for JWT only), or PASERK (keys for PASETO)."
        ),
        CommandOption(switch: "public", \.isPublicPart, help: "Write only the public part."),
        CommandOption(
            "out", "FILE", \.output, .text, defaultText: "standard output",
            help: "A new file to write to, for its owner only. A secret goes nowhere else."
        ),
    ]

    private static let examples = [
        CommandExample(
            line: "ringfort key convert data/keys/a.pem --to jwk --public",
            meaning: "Print what others need to check the key's tokens."
        ),
        CommandExample(
            line: "ringfort key convert old/a.jwk --to pem --out data/keys/a.pem",
            meaning: "Take over a key from elsewhere, its secret part included."
        ),
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        var content = ByteBuffer(capacity: 16_384)
        defer { content.wipe() }
        do throws(KeyConversionError) {
            let conversion = try KeyConversion(reading: options.file ?? "")
            guard !options.isPublicPart || conversion.algorithm.isPublic else {
                return failure("a key for \(conversion.algorithm) has no public part", ExitStatus.usage)
            }
            guard options.output != nil || !conversion.isSecret(publicPart: options.isPublicPart) else {
                return failure("this would print a secret: name a file with --out, or say --public", ExitStatus.usage)
            }
            try conversion.append(options.format, publicPart: options.isPublicPart, to: &content)
            guard let output = options.output else { return CommandOutcome(String(content.bytes)) }
            try KeyConversion.write(content.bytes, to: output)
            return CommandOutcome("", words: ["Wrote \(output)."])
        } catch {
            if case .key = error { return failure("\(error)", ExitStatus.configuration) }
            return failure("\(error)", ExitStatus.usage)
        }
    }

    private static func failure(_ text: String, _ status: Int32) -> CommandOutcome {
        CommandOutcome(
            standardError: "ringfort key convert: \(TerminalText.escaped(text))\n", status: status)
    }
}
