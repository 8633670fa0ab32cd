import Bytes
import JSON

/// `ringfort reload`.
enum ReloadCommand {
    struct Options: AdminOptions {
        var target = AdminTarget()
    }

    static let command = Command(
        name: "reload", summary: "Have a running server read its configuration again",
        details: [
            "The server reads its configuration file, keys, certificates and revocations, and checks all of them. Either all is "
                + "in force, on every shard, when this command ends, or nothing has changed, and the reason is told. No connection "
                + "is closed."
        ],
        options: CommandOption<Options>.target, examples: examples, defaults: Options(), body: run
    )

    private static let examples = [
        CommandExample(
            line: "ringfort check --config ringfort.yaml && ringfort reload",
            meaning: "Look at a changed file for what is unsafe, then put it into force.")
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        do throws(AdminFailure) {
            guard let answer = try AdminClient.ask(options.target, "POST", "/reload") else {
                throw .noServer(options.target)
            }
            guard answer.status == 200 else { throw answer.failure }
            let pending = pending(answer.body)
            let words = pending.isEmpty ? "" : " These need a restart: \(pending.joined(separator: ", "))."
            return CommandOutcome("", words: ["Reloaded." + words])
        } catch {
            let lines = error.description.split(separator: "\n").map {
                "ringfort reload: \(TerminalText.escaped(String($0)))\n"
            }
            return CommandOutcome(standardError: lines.joined(), status: error.status)
        }
    }

    /// The settings that a server says it can't change before it is started anew.
    private static func pending(_ body: String) -> [String] {
        var tape = JSONTape(nodes: 64)
        var names: [String] = []
        do throws(JSONError) {
            let document = try tape.parse(body.utf8.span.raw)
            guard let list = document.member("needs_restart") else { return [] }
            var elements = list.elements
            while let element = elements.next() {
                guard let text = element.asString else { continue }
                var buffer = ByteBuffer(capacity: 64)
                text.append(to: &buffer)
                names.append(String(buffer.bytes))
            }
        } catch {
            return []
        }
        return names
    }
}
