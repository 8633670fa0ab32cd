import Bytes
import Glibc
import Identity
import SQLite

/// `ringfort apikey revoke`.
enum APIKeyRevokeCommand {
    struct Options: AdminOptions {
        var target = AdminTarget()
        var id: String?
    }

    static let command = Command(
        name: "apikey revoke", summary: "Revoke an API key, for ever",
        operand: CommandOperand(
            "ID", \.id, .apiKeyID, help: "The key's public name, or the whole key, which begins with it."),
        options: CommandOption<Options>.target,
        examples: [
            CommandExample(
                line: "ringfort apikey revoke rfk_0123456789ab",
                meaning: "Refuse the key from its next request on, on every shard of the running server.")
        ], defaults: Options()
    ) { run($0, nowUnixSeconds: Int64(time(nil))) }

    /// Revokes a key at the time given.
    static func run(_ options: Options, nowUnixSeconds now: Int64) -> CommandOutcome {
        .ofIdentityCommand("apikey revoke", options.target.dataDirectory) { store throws(IdentityFailure) in
            let id = options.id ?? ""
            let isThere = try IdentityFailure.asking { () throws(SQLiteError) in
                try store.revokeAPIKey(id, nowUnixSeconds: now)
            }
            guard isThere else { throw .refused("there is no API key '\(id)': 'ringfort apikey list' has them") }
            return CommandOutcome("", words: ["Revoked \(id).", try options.target.announceAPIKeys()])
        }
    }
}

extension ValueParser where Value == String {
    /// The public name of an API key; of a whole key, too, which somebody has found where it should not be.
    static var apiKeyID: Self {
        Self(wanted: "the name of an API key: rfk_ and 12 characters of a-z and 0-9") { text in
            if let key = PresentedAPIKey(text.utf8.span.raw) { return String(key.id) }
            return APIKey.isID(text.utf8.span.raw) ? text : nil
        } describe: {
            $0
        }
    }
}
