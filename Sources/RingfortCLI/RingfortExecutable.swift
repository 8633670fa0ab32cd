import Glibc

/// The executable `ringfort`.
@main
enum RingfortExecutable {
    static func main() {
        let tool = CommandLineTool(commands: [
            ServeCommand.command, CheckCommand.command, OpenAPICommand.command, KeyGenerateCommand.command,
            KeyListCommand.command,
            KeyRotateCommand.command,
            KeyShowCommand.command, KeyRetireCommand.command, KeyConvertCommand.command, TokenIssueCommand.command,
            TokenVerifyCommand.command,
            TokenInspectCommand.command, RevokeCommand.command, ReloadCommand.command, StatusCommand.command,
            UserCommands.add, UserCommands.passwd, UserCommands.roles, UserCommands.disable, UserCommands.enable,
            UserListCommand.command, RoleCommands.set, RoleCommands.list, ClientCommands.add,
            ClientCommands.list, ClientCommands.disable, ClientCommands.secret, LogsFindCommand.command,
            APIKeyCreateCommand.command, APIKeyListCommand.command, APIKeyRevokeCommand.command,
        ])
        let outcome = tool.run(Array(CommandLine.arguments.dropFirst()))
        write(outcome.standardError, to: STDERR_FILENO)
        write(outcome.standardOutput, to: STDOUT_FILENO)
        exit(outcome.status)
    }

    /// Writes all of the text. A descriptor that takes no more ends the writing: there is nobody left to tell.
    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            // SAFETY: the kernel reads the bytes from the offset to the array's end, which stays in place.
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            guard count > 0 || errno == EINTR else { return }
            offset += max(count, 0)
        }
    }
}
