import Glibc
import Identity
import Ringfort
import SQLite

/// `ringfort user add`, `passwd`, `roles`, `disable` and `enable`.
enum UserCommands {
    static let add = Command(
        name: "user add", summary: "Add a user who can log in", operand: .user,
        options: [
            .data, .roles(isRequired: false, help: "The roles that he has."), .password,
        ],
        examples: [
            CommandExample(
                line: "ringfort user add bob --roles author",
                meaning: "Add a user with one role, and ask for his password at the terminal."),
            CommandExample(
                line: "ringfort user add bob --password-file - <password.txt",
                meaning: "Read the password from standard input."),
        ], defaults: UserOptions()
    ) { options in
        change("user add", options, "Added.") { store throws(IdentityFailure) in
            let hash = try hash(options, store)
            try IdentityFailure.changing(options.user) { () throws(SQLiteError) in
                try store.addUser(options.user, password: hash, roles: options.roles, nowUnixSeconds: UnixTime.now())
            }
        }
    }

    static let passwd = Command(
        name: "user passwd", summary: "Give a user another password, and log him out", details: [loggedOut],
        operand: .user, options: CommandOption.target + [.password],
        examples: [
            CommandExample(line: "ringfort user passwd bob", meaning: "Ask for the new password at the terminal.")
        ], defaults: UserOptions()
    ) { options in
        change("user passwd", options, "Changed.", logsOut: true) { store throws(IdentityFailure) in
            let hash = try hash(options, store)
            try IdentityFailure.changing(options.user) { () throws(SQLiteError) in
                try store.setPassword(hash, ofUser: options.user, nowUnixSeconds: UnixTime.now())
            }
        }
    }

    static let roles = Command(
        name: "user roles", summary: "Give a user other roles",
        details: ["What he may no longer goes with his next token; what is new comes with his next login."],
        operand: .user,
        options: [.data, .roles(isRequired: true, help: "All roles that he has from now on; '' for none.")],
        examples: [
            CommandExample(
                line: "ringfort user roles bob --roles author,moderator", meaning: "Replace whatever roles he had.")
        ], defaults: UserOptions()
    ) { options in
        change("user roles", options, "Changed.") { store throws(IdentityFailure) in
            try IdentityFailure.changing(options.user) { () throws(SQLiteError) in
                try store.setRoles(options.roles, ofUser: options.user)
            }
        }
    }

    static let disable = Command(
        name: "user disable", summary: "Keep a user from logging in, and log him out", details: [loggedOut],
        operand: .user, options: CommandOption.target,
        examples: [
            CommandExample(
                line: "ringfort user disable bob", meaning: "Refuse his password, his sessions and his tokens, at once."
            )
        ], defaults: UserOptions()
    ) { options in
        change("user disable", options, "Disabled.", logsOut: true) { store throws(IdentityFailure) in
            try IdentityFailure.changing(options.user) { () throws(SQLiteError) in
                try store.disableUser(options.user, nowUnixSeconds: UnixTime.now())
            }
        }
    }

    static let enable = Command(
        name: "user enable", summary: "Let a disabled user log in again", operand: .user, options: [.data],
        examples: [
            CommandExample(line: "ringfort user enable bob", meaning: "Take his password again.")
        ], defaults: UserOptions()
    ) { options in
        change("user enable", options, "Enabled.") { store throws(IdentityFailure) in
            try IdentityFailure.changing(options.user) { () throws(SQLiteError) in
                try store.enableUser(options.user)
            }
        }
    }

    private static let loggedOut =
        "His sessions end, and tokens that were made for him until now are revoked, as by 'ringfort revoke --subject'."

    private static func change(
        _ name: String, _ options: UserOptions, _ words: String, logsOut: Bool = false,
        _ body: (IdentityStore) throws(IdentityFailure) -> Void
    ) -> CommandOutcome {
        .ofIdentityCommand(name, options.target.dataDirectory) { store throws(IdentityFailure) in
            try body(store)
            guard logsOut else { return CommandOutcome("", words: [words]) }
            var outcome = try CommandOutcome.revokingTokens(of: options.user, options.target)
            outcome.standardError = "\(words)\n\(outcome.standardError)"
            return outcome
        }
    }

    /// The hash of the password that is read, at the cost of those that are there.
    private static func hash(_ options: UserOptions, _ store: IdentityStore) throws(IdentityFailure) -> PasswordHash {
        let password: [UInt8]
        do throws(PasswordFailure) {
            password = try PasswordInput.read(path: options.passwordFile)
        } catch {
            throw .password(error)
        }
        let cost = try IdentityFailure.asking { () throws(SQLiteError) in try store.passwordCost() } ?? .tuned()
        guard let hash = PasswordHash(of: password, cost: cost) else {
            throw .refused("there are no \(cost.memoryMebibytes) MiB for hashing the password")
        }
        return hash
    }
}
