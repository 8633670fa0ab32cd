import Bytes
import Identity
import TestSupport
import Testing

@testable import Ringfort
@testable import RingfortCLI

@Suite("ringfort client")
struct ClientCommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var store: IdentityStore {
        get throws { try IdentityStore(opening: directory.path + "/identity.db") }
    }

    private func run(_ command: any RunnableCommand, _ arguments: String...) throws -> CommandOutcome {
        try command.run(arguments + ["--data", directory.path])
    }

    private func added() throws -> String {
        let outcome = try run(
            ClientCommands.add, "reports", "--scope", "read:profile write:posts", "--label", "Nightly", "--introspect")
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "Added. This is the secret, which is not shown again:\n")
        #expect(outcome.standardOutput.last == "\n")
        return String(outcome.standardOutput.dropLast())
    }

    @Test("adds a client, whose secret alone goes to standard output, and lists it without")
    func add() throws {
        let secret = try added()
        let client = try #require(try store.client("reports", secret: secret))
        #expect(client.mayIntrospect && client.scopes == "read:profile write:posts" && client.label == "Nightly")
        let table = try run(ClientCommands.list).standardOutput
        #expect(table.contains("reports  enabled  yes") && table.contains("read:profile write:posts  Nightly\n"))
        let json = try run(ClientCommands.list, "--json").standardOutput
        #expect(
            json.hasPrefix(#"{"clients":[{"client_id":"reports","disabled":false,"introspects":true,"created":"20"#))
        #expect(json.hasSuffix(#"Z","scopes":["read:profile","write:posts"],"label":"Nightly"}]}"# + "\n"))
        #expect(!table.contains(secret) && !json.contains(secret))
    }

    @Test("gives another secret, in JSON as well, and disables with all tokens")
    func change() throws {
        let first = try added()
        let outcome = try run(ClientCommands.secret, "reports", "--json").standardOutput
        #expect(outcome.hasPrefix(#"{"client_id":"reports","client_secret":"rfs_"#))
        #expect(try store.client("reports", secret: first) == nil)
        let disabled = try run(ClientCommands.disable, "reports")
        #expect(disabled.status == 0 && disabled.standardError.hasPrefix("Disabled.\nRevoked."))
        #expect(try run(ClientCommands.list).standardOutput.contains("reports  disabled"))
        guard
            case .subject("reports", issuer: nil, _, _) = try RevocationJournal(directory: directory.path)
                .revocations().last
        else {
            Issue.record("nothing of the client's is revoked")
            return
        }
    }

    @Test("says what it can't do")
    func refusals() throws {
        _ = try added()
        let again = try run(ClientCommands.add, "reports")
        #expect(
            again.status == ExitStatus.usage && again.standardError.contains("a client or a user 'reports' already"))
        for command: any RunnableCommand in [ClientCommands.disable, ClientCommands.secret] {
            let outcome = try run(command, "eve")
            #expect(outcome.status == ExitStatus.usage && outcome.standardError.contains("there is no client 'eve'"))
        }
        for arguments in [[""], ["a b"], ["a:b"], ["a", "--scope", "a  b"], ["a", "--label", "a\nb"], []] {
            #expect(throws: UsageError.self) { try ClientCommands.add.run(arguments) }
        }
    }
}
