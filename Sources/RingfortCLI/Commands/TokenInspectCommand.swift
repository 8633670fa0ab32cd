import Glibc
import JSON

/// `ringfort token inspect`.
enum TokenInspectCommand {
    struct Options: Sendable {
        var token: String?
        var isJSON = false
    }

    static let command = Command(
        name: "token inspect", summary: "Show what a token says, without verifying it",
        operand: .token(\Options.token), options: [.json(\.isJSON)], examples: examples, defaults: Options()
    ) { options in
        run(TokenInput.bytes(options.token ?? ""), isJSON: options.isJSON, nowUnixSeconds: Int64(time(nil)))
    }

    private static let examples = [
        CommandExample(
            line: "ringfort token inspect - <token.txt",
            meaning: "Show header, claims, times and what is wrong. No key is used: nothing of it is proven."
        ),
        CommandExample(
            line: "ringfort token inspect - --json <token.txt", meaning: "The same as one JSON object, for scripts."
        ),
    ]

    /// Shows a token; whatever it is, the status is 0.
    static func run(_ token: [UInt8], isJSON: Bool, nowUnixSeconds: Int64) -> CommandOutcome {
        let inspection = TokenInspector.inspect(token, nowUnixSeconds: nowUnixSeconds)
        guard !isJSON else {
            return CommandOutcome(JSONOutput.object { inspection.append(&$0, into: &$1) })
        }
        return CommandOutcome(
            "NOT VERIFIED: no key was used; anyone can have written this.\n\n" + inspection.text)
    }
}
