import Testing

@testable import RingfortCLI

@Suite("A command that asks a running server")
struct AdminClientTests {
    @Test(
        "asks nobody on another machine: what it sends is not encrypted",
        arguments: ["10.0.0.5:9443", "0.0.0.0:9443", "[2001:db8::1]:9443"],
        [["reload"], ["status"], ["revoke", "--key", "k"]])
    func otherMachines(address: String, command: [String]) {
        let tool = CommandLineTool(commands: [ReloadCommand.command, StatusCommand.command, RevokeCommand.command])
        let outcome = tool.run(command + ["--admin", address, "--token", "secret"])
        #expect(outcome.status == ExitStatus.configuration)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains("\(address) isn't on this machine"))
        #expect(!outcome.standardError.contains("secret"))
    }
}
