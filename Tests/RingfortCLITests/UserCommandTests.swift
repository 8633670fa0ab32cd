import Foundation
import Identity
import TestSupport
import Testing

@testable import Ringfort
@testable import RingfortCLI

@Suite("ringfort user and ringfort role")
struct UserCommandTests {
    private let directory: TemporaryDirectory
    private let password = TemporaryFile("correct horse\nand no more\n")

    init() throws { directory = try TemporaryDirectory() }

    private var store: IdentityStore {
        get throws { try IdentityStore(opening: directory.path + "/identity.db") }
    }

    private func run(_ command: any RunnableCommand, _ arguments: String...) throws -> CommandOutcome {
        try command.run(arguments + ["--data", directory.path])
    }

    private func addAlice() throws {
        #expect(try run(RoleCommands.set, "author", "--scope", "read:profile write:posts").status == 0)
        let outcome = try run(
            UserCommands.add, "alice", "--roles", "author", "--password-file", password.path)
        #expect(outcome == CommandOutcome(standardError: "Added.\n"))
    }

    private func matches(_ password: String) throws -> Bool {
        let user = try #require(try store.candidate(named: "alice", address: "", sinceUnixSeconds: 0).user)
        return user.password.matches(Array(password.utf8)) == true
    }

    @Test("add a user, whose password is the file's first line, and list him")
    func add() throws {
        try addAlice()
        #expect(try matches("correct horse"))
        let table = try run(UserListCommand.command).standardOutput
        #expect(table.contains("alice  enabled  20") && table.contains("Z  author\n"))
        let json = try run(UserListCommand.command, "--json").standardOutput
        #expect(json.hasPrefix(#"{"users":[{"name":"alice","disabled":false,"created":"20"#))
        #expect(json.hasSuffix(#"Z","roles":["author"]}]}"# + "\n"))
        #expect(
            try run(RoleCommands.list, "--json").standardOutput
                == #"{"roles":[{"name":"author","scopes":["read:profile","write:posts"]}]}"# + "\n")
        #expect(try run(RoleCommands.list).standardOutput == "NAME    SCOPES\nauthor  read:profile write:posts\n")
    }

    @Test("change password and roles, disable and enable, and revoke what was made before where that is due")
    func change() throws {
        try addAlice()
        let journal = RevocationJournal(directory: directory.path)
        let other = TemporaryFile("battery staple")
        let changed = try run(UserCommands.passwd, "alice", "--password-file", other.path)
        #expect(changed.status == 0 && changed.standardError.hasPrefix("Changed.\nRevoked. No server runs on "))
        #expect(try matches("battery staple") && !matches("correct horse"))
        #expect(try run(UserCommands.roles, "alice", "--roles=").status == 0)
        #expect(try store.users().map(\.roles) == [[]])
        #expect(try journal.revocations().count == 1)
        let disabled = try run(UserCommands.disable, "alice")
        #expect(disabled.status == 0 && disabled.standardError.hasPrefix("Disabled.\nRevoked."))
        #expect(try store.users().allSatisfy { $0.disabledUnixSeconds != nil })
        #expect(try run(UserListCommand.command).standardOutput.contains("disabled"))
        guard case .subject("alice", issuer: nil, _, _) = try #require(try journal.revocations().last) else {
            Issue.record("nothing of alice's is revoked")
            return
        }
        #expect(try run(UserCommands.enable, "alice").standardError == "Enabled.\n")
        #expect(try store.users().allSatisfy { $0.disabledUnixSeconds == nil })
    }

    @Test("say what they can't do")
    func refusals() throws {
        try addAlice()
        let again = try run(UserCommands.add, "alice", "--password-file", password.path)
        #expect(again.status == ExitStatus.usage && again.standardError.contains("there is a user 'alice' already"))
        let role = try run(UserCommands.roles, "alice", "--roles", "author,king")
        #expect(role.status == ExitStatus.usage && role.standardError.contains("there is no role 'king'"))
        #expect(try store.users().map(\.roles) == [["author"]])
        for command: any RunnableCommand in [UserCommands.disable, UserCommands.enable] {
            let outcome = try run(command, "eve")
            #expect(outcome.status == ExitStatus.usage && outcome.standardError.contains("there is no user 'eve'"))
        }
        let missing = try run(UserCommands.add, "eve", "--password-file", directory.path + "/none")
        #expect(missing.status == ExitStatus.usage && missing.standardError.contains("can't be read"))
        for name in ["", "a b", "a/b", String(repeating: "a", count: 65), "ä"] {
            #expect(throws: UsageError.self) { try run(UserCommands.add, name) }
        }
    }

    @Test(
        "refuse a password that is too short, too long or not typed by anybody",
        arguments: [
            "", "1234567", String(repeating: "a", count: 129), "correct\u{1B}horse", "\nsecond line",
        ])
    func passwords(text: String) throws {
        let file = TemporaryFile(text)
        let outcome = try run(UserCommands.add, "alice", "--password-file", file.path)
        #expect(outcome.status == ExitStatus.usage)
        #expect(outcome.standardError.contains("a password has 8 to 128 bytes"))
        #expect(try store.users().isEmpty)
    }

    @Test(
        "take 8 to 128 bytes as a password, of whatever letters",
        arguments: ["ßßßß", String(repeating: "a", count: 128)])
    func goodPasswords(text: String) throws {
        let file = TemporaryFile(text + "\r\n")
        #expect(try run(UserCommands.add, "alice", "--password-file", file.path).status == 0)
        #expect(try matches(text))
    }

    @Test("are spared by a first start, which makes two users, once")
    func firstStart() throws {
        let service = try IdentityService(
            opening: directory.path + "/identity.db", hashes: 1, waiting: 1,
            passwordCost: PasswordHashCost(passes: 1, memoryMebibytes: 1))
        let server = try Server(Router(), try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring()))
        let notes = try DemoUsers(in: service).notes(of: server)
        #expect(notes.count == 4 && notes[3].hasSuffix("/api/login"))
        let password = try #require(notes[1].split(separator: " ").last)
        #expect(notes[1] == "    alice  \(password)" && password.utf8.count == 16)
        #expect(try matches(String(password)))
        #expect(try service.store.users().map(\.roles) == [["moderator"], ["author"]])
        #expect(try DemoUsers(in: service).notes(of: server).isEmpty)
        #expect(try service.store.users().count == 2)
    }

    @Test("leave a server alone whose roles or users somebody has made")
    func notFirst() throws {
        let service = try IdentityService(
            opening: directory.path + "/identity.db", hashes: 1, waiting: 1,
            passwordCost: PasswordHashCost(passes: 1, memoryMebibytes: 1))
        try service.store.setRole("author", scopes: "read:profile")
        _ = try DemoUsers(in: service)
        #expect(try service.store.users().isEmpty)
    }
}
