import Ringfort

/// What a command on one user was asked for.
struct UserOptions: AdminOptions {
    var target = AdminTarget()
    var name: String?
    var roles: [String] = []
    /// The file with the password; nil to ask for it at the terminal.
    var passwordFile: String?
    var isJSON = false

    var user: String { name ?? "" }
}

extension CommandOperand where Options == UserOptions {
    static let user = CommandOperand("NAME", \.name, .identityName, help: "The user's name.")
}

extension CommandOption where Options == UserOptions {
    static let data = CommandOption(
        "data", "DIR", \.target.dataDirectory, .line, help: "The server's data directory.")
    static let password = CommandOption(
        "password-file", "FILE|-", \.passwordFile, .line, defaultText: "asked for at the terminal",
        help: "Read the password from the first line of this file, or of standard input.")

    static func roles(isRequired: Bool, help: String) -> CommandOption {
        CommandOption(
            "roles", "ROLE,ROLE", \.roles, .roleNames, isRequired: isRequired, defaultText: "none", help: help)
    }
}
