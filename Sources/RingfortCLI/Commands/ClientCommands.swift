import Bytes
import Identity
import JSON
import Ringfort
import SQLite

/// `ringfort client add`, `list`, `disable` and `secret`.
enum ClientCommands {
    struct Options: AdminOptions {
        var target = AdminTarget()
        var id: String?
        var scope = ""
        var label = ""
        var mayIntrospect = false
        var isJSON = false
    }

    static let add = Command(
        name: "client add", summary: "Add a service that can get tokens",
        details: ["Its secret is printed once, and kept as a hash only."], operand: client,
        options: [
            data,
            CommandOption(
                "scope", "\"NAME ...\"", \.scope, .scope, defaultText: "none",
                help: "All that its tokens can allow: names with single spaces between them."),
            CommandOption("label", "TEXT", \.label, .line, defaultText: "none", help: "What it is, for people."),
            CommandOption(
                switch: "introspect", \.mayIntrospect, help: "Let it ask about any token (POST /oauth/introspect)."),
            .json(\.isJSON),
        ],
        examples: [
            CommandExample(
                line: "ringfort client add reports --scope \"read:profile\" --label \"Nightly reports\"",
                meaning: "Print the secret with which 'reports' gets tokens at /oauth/token.")
        ], defaults: Options()
    ) { options in
        secret("client add", options, "Added") { store throws(IdentityFailure) in
            let secret = try IdentityFailure.asking { () throws(SQLiteError) in
                try store.addClient(
                    options.id ?? "", label: options.label, scopes: options.scope, mayIntrospect: options.mayIntrospect,
                    nowUnixSeconds: UnixTime.now())
            }
            guard let secret else {
                throw .refused(
                    "there is a client or a user '\(options.id ?? "")' already; names never come back, so choose another"
                )
            }
            return secret
        }
    }

    static let secret = Command(
        name: "client secret", summary: "Give a client another secret",
        details: ["The one before it is good for nothing from now on. Tokens that were made with it stay good."],
        operand: client, options: [data, .json(\.isJSON)],
        examples: [
            CommandExample(line: "ringfort client secret reports", meaning: "Print the new secret.")
        ], defaults: Options()
    ) { options in
        secret("client secret", options, "Changed") { store throws(IdentityFailure) in
            let secret = try IdentityFailure.asking { () throws(SQLiteError) in
                try store.setClientSecret(options.id ?? "")
            }
            guard let secret else { throw noSuchClient(options) }
            return secret
        }
    }

    static let disable = Command(
        name: "client disable", summary: "Give a client no more tokens, and revoke those that it has",
        details: ["What was made for it until now is revoked, as by 'ringfort revoke --subject'."], operand: client,
        options: CommandOption.target,
        examples: [
            CommandExample(
                line: "ringfort client disable reports", meaning: "Refuse its secret and its tokens, at once.")
        ], defaults: Options()
    ) { options in
        .ofIdentityCommand("client disable", options.target.dataDirectory) { store throws(IdentityFailure) in
            let isDisabled = try IdentityFailure.asking { () throws(SQLiteError) in
                try store.disableClient(options.id ?? "", nowUnixSeconds: UnixTime.now())
            }
            guard isDisabled else { throw noSuchClient(options) }
            var outcome = try CommandOutcome.revokingTokens(of: options.id ?? "", options.target)
            outcome.standardError = "Disabled.\n\(outcome.standardError)"
            return outcome
        }
    }

    static let list = Command(
        name: "client list", summary: "List the clients", options: [data, .json(\.isJSON)],
        examples: [
            CommandExample(line: "ringfort client list", meaning: "Show each client's name, state and scopes.")
        ], defaults: Options()
    ) { options in
        .ofIdentityCommand("client list", options.target.dataDirectory) { store throws(IdentityFailure) in
            let clients = try IdentityFailure.asking { () throws(SQLiteError) in try store.clients() }
            return CommandOutcome(options.isJSON ? json(clients) : table(clients))
        }
    }

    private static let client = CommandOperand("ID", \Options.id, .identityName, help: "The client's name.")
    private static let data = CommandOption<Options>(
        "data", "DIR", \.target.dataDirectory, .line, help: "The server's data directory.")

    private static func noSuchClient(_ options: Options) -> IdentityFailure {
        .refused("there is no client '\(options.id ?? "")'")
    }

    /// Only the secret goes to standard output.
    private static func secret(
        _ name: String, _ options: Options, _ words: String,
        _ body: (IdentityStore) throws(IdentityFailure) -> RandomSecret
    ) -> CommandOutcome {
        .ofIdentityCommand(name, options.target.dataDirectory) { store throws(IdentityFailure) in
            let secret = try body(store).text
            guard !options.isJSON else {
                return CommandOutcome(
                    JSONOutput.object { writer, buffer in
                        writer.append("client_id", text: options.id, into: &buffer)
                        writer.append("client_secret", text: secret, into: &buffer)
                    })
            }
            return CommandOutcome("\(secret)\n", words: ["\(words). This is the secret, which is not shown again:"])
        }
    }

    private static func table(_ clients: [Client]) -> String {
        var table = TextTable(["ID", "STATE", "INTROSPECTS", "CREATED", "SCOPES", "LABEL"])
        for client in clients {
            table.append([
                client.id, client.disabledUnixSeconds == nil ? "enabled" : "disabled",
                client.mayIntrospect ? "yes" : "no",
                Moment(unixSeconds: client.createdUnixSeconds).date ?? "unknown", client.scopes, client.label,
            ])
        }
        return table.text
    }

    private static func json(_ clients: [Client]) -> String {
        JSONOutput.object { writer, buffer in
            writer.append(name: "clients", into: &buffer)
            var array = JSONArrayWriter(into: &buffer)
            for client in clients {
                array.beginElement(into: &buffer)
                var object = JSONObjectWriter(into: &buffer)
                object.append("client_id", text: client.id, into: &buffer)
                object.append("disabled", bool: client.disabledUnixSeconds != nil, into: &buffer)
                object.append("introspects", bool: client.mayIntrospect, into: &buffer)
                object.append("created", text: Moment(unixSeconds: client.createdUnixSeconds).date, into: &buffer)
                object.append("scopes", texts: client.scopes.split(separator: " ").map(String.init), into: &buffer)
                object.append("label", text: client.label, into: &buffer)
                object.finish(into: &buffer)
            }
            array.finish(into: &buffer)
        }
    }
}
