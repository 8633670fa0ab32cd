import Bytes
import Identity
import JSON
import SQLite

/// `ringfort role set` and `ringfort role list`.
enum RoleCommands {
    struct Options: Sendable {
        var dataDirectory = "./data"
        var name: String?
        var scope = ""
        var isJSON = false
    }

    static let set = Command(
        name: "role set", summary: "Say which scopes a role grants",
        details: [
            "What it grants no longer goes with the next token of who has it; what is new comes with his next login.",
            "A role that there isn't is made.",
        ],
        operand: CommandOperand("NAME", \.name, .identityName, help: "The role's name."),
        options: [
            data,
            CommandOption(
                "scope", "\"NAME ...\"", \.scope, .scope, isRequired: true, defaultText: "none",
                help: "All that the role grants: names with single spaces between them."),
        ],
        examples: [
            CommandExample(
                line: "ringfort role set author --scope \"read:profile write:posts\"",
                meaning: "Make a role, or replace what it grants.")
        ], defaults: Options()
    ) { options in
        .ofIdentityCommand("role set", options.dataDirectory) { store throws(IdentityFailure) in
            try IdentityFailure.asking { () throws(SQLiteError) in
                try store.setRole(options.name ?? "", scopes: options.scope)
            }
            return CommandOutcome("", words: ["Set."])
        }
    }

    static let list = Command(
        name: "role list", summary: "List the roles", options: [data, .json(\.isJSON)],
        examples: [
            CommandExample(line: "ringfort role list", meaning: "Show what each role grants.")
        ], defaults: Options()
    ) { options in
        .ofIdentityCommand("role list", options.dataDirectory) { store throws(IdentityFailure) in
            let roles = try IdentityFailure.asking { () throws(SQLiteError) in try store.roles() }
            return CommandOutcome(options.isJSON ? json(roles) : table(roles))
        }
    }

    private static let data = CommandOption<Options>(
        "data", "DIR", \.dataDirectory, .line, help: "The server's data directory.")

    private static func table(_ roles: [(name: String, scopes: String)]) -> String {
        var table = TextTable(["NAME", "SCOPES"])
        for role in roles { table.append([role.name, role.scopes]) }
        return table.text
    }

    private static func json(_ roles: [(name: String, scopes: String)]) -> String {
        JSONOutput.object { writer, buffer in
            writer.append(name: "roles", into: &buffer)
            var array = JSONArrayWriter(into: &buffer)
            for role in roles {
                array.beginElement(into: &buffer)
                var object = JSONObjectWriter(into: &buffer)
                object.append("name", text: role.name, into: &buffer)
                object.append("scopes", texts: role.scopes.split(separator: " ").map(String.init), into: &buffer)
                object.finish(into: &buffer)
            }
            array.finish(into: &buffer)
        }
    }
}
