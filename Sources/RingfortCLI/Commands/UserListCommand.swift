import Bytes
import Identity
import JSON
import SQLite

/// `ringfort user list`.
enum UserListCommand {
    static let command = Command(
        name: "user list", summary: "List the users", options: [.data, .json(\.isJSON)],
        examples: [
            CommandExample(line: "ringfort user list", meaning: "Show each user's name, roles and state.")
        ], defaults: UserOptions()
    ) { options in
        .ofIdentityCommand("user list", options.target.dataDirectory) { store throws(IdentityFailure) in
            let users = try IdentityFailure.asking { () throws(SQLiteError) in try store.users() }
            return CommandOutcome(options.isJSON ? json(users) : table(users))
        }
    }

    private static func table(_ users: [IdentityUser]) -> String {
        var table = TextTable(["NAME", "STATE", "CREATED", "ROLES"])
        for user in users {
            table.append([
                user.name, user.disabledUnixSeconds == nil ? "enabled" : "disabled",
                Moment(unixSeconds: user.createdUnixSeconds).date ?? "unknown", user.roles.joined(separator: ","),
            ])
        }
        return table.text
    }

    private static func json(_ users: [IdentityUser]) -> String {
        JSONOutput.object { writer, buffer in
            writer.append(name: "users", into: &buffer)
            var array = JSONArrayWriter(into: &buffer)
            for user in users {
                array.beginElement(into: &buffer)
                var object = JSONObjectWriter(into: &buffer)
                object.append("name", text: user.name, into: &buffer)
                object.append("disabled", bool: user.disabledUnixSeconds != nil, into: &buffer)
                object.append("created", text: Moment(unixSeconds: user.createdUnixSeconds).date, into: &buffer)
                object.append("roles", texts: user.roles, into: &buffer)
                object.finish(into: &buffer)
            }
            array.finish(into: &buffer)
        }
    }
}
